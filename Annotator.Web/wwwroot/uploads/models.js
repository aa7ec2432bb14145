// Files of a model: sent like any upload; the server looks at them when they are all there.
import { sessionHeaders } from '../browser.js';
import { dropped } from './drop.js';
import { send, upload } from './tus.js';

/** `page` has `Begin(names)`, which answers the model's id, `Moved(name, percent)`, `Done()` and `Failed(words)`. */
export function attachModel(zone, page) {
  const stop = new AbortController();
  let busy = false;

  async function take(files) {
    if (busy || files.length === 0) {
      return;
    }
    busy = true;
    try {
      const id = await page.invokeMethodAsync('Begin', files.map(file => file.name), files.reduce((sum, file) => sum + file.size, 0));
      if (id !== null) {
        const base = `/api/models/${id}/files`;
        for (const file of files) {
          let told = -1;
          await upload(base, file.name, file, undefined, {
            started() {},
            moved(bytes) {
              const percent = file.size > 0 ? Math.floor(100 * bytes / file.size) : 100;
              if (percent !== told) {
                told = percent;
                void page.invokeMethodAsync('Moved', file.name, percent).catch(() => {});
              }
            },
            signal: stop.signal,
          });
        }
        await send(base, { method: 'POST', headers: { 'Upload-Finish': 'true', ...sessionHeaders() }, signal: stop.signal });
        await page.invokeMethodAsync('Done');
      }
    } catch (error) {
      if (!stop.signal.aborted) {
        await page.invokeMethodAsync('Failed', error.message).catch(() => {});
      }
    } finally {
      busy = false;
    }
  }

  zone.addEventListener('dragover', event => {
    event.preventDefault();
    zone.classList.add('over');
  });
  zone.addEventListener('dragleave', () => zone.classList.remove('over'));
  zone.addEventListener('drop', async event => {
    event.preventDefault();
    zone.classList.remove('over');
    void take((await dropped(event.dataTransfer)).map(one => one.file));
  });
  const input = zone.querySelector('input[type=file]');
  input.addEventListener('change', () => {
    void take([...input.files]);
    input.value = '';
  });
  return { detach: () => stop.abort() };
}
