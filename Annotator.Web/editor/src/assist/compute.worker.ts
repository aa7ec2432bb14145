import { Answerer } from './answer';
import type { FromCompute, ToCompute } from './messages';

const answerer = new Answerer();

self.onmessage = ({ data: { number, question } }: MessageEvent<ToCompute>) => {
  let reply: FromCompute;
  const transfer: Transferable[] = [];
  try {
    const answer = answerer.answer(question);
    reply = { number, answer };
    if ('reach' in answer) transfer.push(answer.reach.buffer as ArrayBuffer);
    if ('back' in answer) transfer.push(answer.back.buffer as ArrayBuffer, answer.cost.buffer as ArrayBuffer);
  } catch (error) {
    reply = { number, error: error instanceof Error ? error.message : String(error) };
  }
  self.postMessage(reply, { transfer });
};
