import { effect } from '@preact/signals-core';
import type { Store } from '../model/store';
import type { ViewState } from '../model/view';
import { WorkClock } from '../suggestions/work-clock';
import { WorkLog } from '../suggestions/work-log';
import type { Api } from '../sync/api';
import { sendWork } from '../sync/send-work';

/** Notes what each object takes, so that the server can say whether a model saves time. Returns the way to stop. */
export function logWork(root: HTMLElement, store: Store, view: ViewState, api: Pick<Api, 'send'>, job: number): () => void {
  const clock = new WorkClock(() => performance.now());
  const log = new WorkLog(clock);
  const touch = (): void => clock.touch();
  root.addEventListener('pointermove', touch, { passive: true });
  root.addEventListener('keydown', touch);
  const stops = [
    store.listen((change) => log.follow(change)),
    effect(() => {
      void view.frame.value;
      clock.restart();
    }),
    sendWork(api, job, log),
  ];
  return () => {
    root.removeEventListener('pointermove', touch);
    root.removeEventListener('keydown', touch);
    stops.forEach((stop) => stop());
  };
}
