import type { WorkLog } from '../suggestions/work-log';
import type { Api } from './api';

/** Items of one request; the server takes no more. */
const MOST = 500;

/** Milliseconds between requests. */
const EVERY = 10_000;

/** Sends what objects took, every few seconds and when the page goes. Losing it costs a statistic, so that nothing waits for it. */
export function sendWork(api: Pick<Api, 'send'>, job: number, log: WorkLog): () => void {
  let sending = false;
  const send = async (last: boolean): Promise<void> => {
    if ((sending && !last) || log.size === 0) return;
    sending = true;
    const items = log.take(MOST);
    const answer = await api.send('POST', `/jobs/${job}/work`, { items }, last);
    if (answer.kind === 'unreachable') log.putBack(items);
    sending = false;
  };
  const timer = setInterval(() => void send(false), EVERY);
  const leave = (): void => void send(true);
  addEventListener('pagehide', leave);
  return () => {
    clearInterval(timer);
    removeEventListener('pagehide', leave);
    leave();
  };
}
