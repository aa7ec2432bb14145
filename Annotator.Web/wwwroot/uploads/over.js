// Tells a page what the upload tray knows: that a task's files have arrived, and that the server has made frames of them.
import { onChange, uploads } from './queue.js';

const TOLD = new Set(['done', 'ready', 'refused']);

export function follow(taskId, page) {
  let last = uploads.get(`task-${taskId}`)?.state;
  const detach = onChange(entry => {
    if (entry.id !== `task-${taskId}` || entry.state === last) {
      return;
    }
    last = entry.state;
    if (TOLD.has(last)) {
      void page.invokeMethodAsync('UploadMoved').catch(() => {});
    }
  });
  return { detach };
}
