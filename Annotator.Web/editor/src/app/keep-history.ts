import { effect } from '@preact/signals-core';
import type { History } from '../model/history';
import type { JournalEntry } from '../sync/entry';
import { KeptSteps } from '../sync/kept-steps';

/** Milliseconds of quiet after which the undo list is written. */
const QUIET = 300;

/**
 * Gives back what could be undone and redone before the reload, and keeps it from here on. Without a place to keep it, undo
 * works for this window only.
 * @param job as the journal names it.
 * @param restored unsent work that was laid over the job: the history has it as its only step, and the kept one knows it already.
 */
export async function keepHistory(job: string, history: History, restored: readonly JournalEntry[]): Promise<() => void> {
  let steps: KeptSteps;
  try {
    steps = await KeptSteps.open(job);
    const kept = await steps.read();
    if (restored.every(({ at }) => at <= kept.at)) history.clear();
    history.restore(kept.undo, kept.redo);
  } catch {
    return () => undefined;
  }
  const stop = write(steps, history);
  return () => {
    stop();
    steps.close();
  };
}

function write(steps: KeptSteps, history: History): () => void {
  let timer: ReturnType<typeof setTimeout> | undefined;
  const now = (): void => {
    clearTimeout(timer);
    timer = undefined;
    steps.write(history.undoSteps, history.redoSteps, Date.now()).catch(() => undefined);
  };
  const leave = (): void => {
    if (timer !== undefined) now();
  };
  const stop = effect(() => {
    void history.version.value;
    clearTimeout(timer);
    timer = setTimeout(now, QUIET);
  });
  window.addEventListener('pagehide', leave);
  return () => {
    window.removeEventListener('pagehide', leave);
    stop();
    leave();
  };
}
