// Files of annotations: sent like any upload, looked at by the server, and shown to the person before they change anything.
import { dismiss, onChange, startImport } from './queue.js';

export function attachImport(zone, page, target, name, shownOn) {
  let current = null;

  function tell(entry) {
    const percent = entry.bytes > 0 ? Math.floor(100 * entry.sent / entry.bytes) : entry.state === 'done' ? 100 : 0;
    const told = `${entry.state} ${percent}`;
    if (entry.told !== told) {
      entry.told = told;
      const request = entry.state === 'done' ? entry.requestId ?? null : null;
      if (request) {
        entry.page = `${shownOn}${shownOn.includes('?') ? '&' : '?'}check=${encodeURIComponent(request)}`;
      }
      // Who looks at the page sees there what comes of it; the tray is for those who went elsewhere.
      void page.invokeMethodAsync('Moved', entry.files[0].name, entry.state, percent, entry.message ?? '', request)
        .then(() => request && dismiss(entry)).catch(() => {});
    }
  }

  const detach = onChange(entry => {
    if (entry === current) {
      tell(entry);
    }
  });

  async function take(file) {
    if (file) {
      current = startImport(target, file, await page.invokeMethodAsync('Choices'), `${file.name} for ${name}`, shownOn);
      tell(current);
    }
  }

  zone.addEventListener('dragover', event => {
    event.preventDefault();
    zone.classList.add('over');
  });
  zone.addEventListener('dragleave', () => zone.classList.remove('over'));
  zone.addEventListener('drop', event => {
    event.preventDefault();
    zone.classList.remove('over');
    void take(event.dataTransfer.files[0]);
  });
  const input = zone.querySelector('input[type=file]');
  input.addEventListener('change', () => {
    void take(input.files[0]);
    input.value = '';
  });
  return { detach };
}

/** A backup that is chosen is sent at once; the page is told when the server has it. */
export function attachRestore(button, page, target) {
  const input = button.querySelector('input[type=file]');
  let current = null;
  const detach = onChange(entry => {
    if (entry === current && entry.state === 'done' && !entry.told) {
      entry.told = true;
      void page.invokeMethodAsync('Received').catch(() => {});
    }
  });
  input.addEventListener('change', () => {
    const [file] = input.files;
    if (file) {
      current = startImport(target, file, {}, `Backup ${file.name}`, '/requests');
    }
    input.value = '';
  });
  return { detach };
}
