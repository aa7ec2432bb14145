// The drop zone of a page: gathers files, folders and archives, tells the page, and hands them to the queue.
import { onChange, startTaskUpload, uploads } from './queue.js';

const NOISE = /(^|\/)(\.|__MACOSX\/|Thumbs\.db$|desktop\.ini$)/i;

/** What systems leave in folders, which nobody means to upload. */
export const isNoise = name => NOISE.test(name);

/** Endings are lower case, with their dot. */
export const endsLike = (name, endings) => endings.includes(/\.[^./]*$/.exec(name)?.[0].toLowerCase());

/** Walks a dropped folder. Names keep the path within it, with forward slashes. */
async function walk(entry, path, into) {
  if (entry.isFile) {
    const file = await new Promise((resolve, reject) => entry.file(resolve, reject));
    into.push({ name: path + file.name, file });
    return;
  }
  const reader = entry.createReader();
  for (;;) {
    const part = await new Promise((resolve, reject) => reader.readEntries(resolve, reject));
    if (part.length === 0) {
      return;
    }
    for (const child of part) {
      await walk(child, `${path}${entry.name}/`, into);
    }
  }
}

async function walkHandle(handle, path, into) {
  if (handle.kind === 'file') {
    const file = await handle.getFile();
    into.push({ name: path + file.name, file, handle });
    return;
  }
  for await (const child of handle.values()) {
    await walkHandle(child, `${path}${handle.name}/`, into);
  }
}

/** Handles survive a reload, entries do not; both must be asked for before the event is over. */
export async function dropped(transfer) {
  const items = [...transfer.items].filter(item => item.kind === 'file');
  const sources = items.map(item => ({
    handle: item.getAsFileSystemHandle?.().catch(() => null),
    entry: item.webkitGetAsEntry?.(),
    file: item.getAsFile(),
  }));
  const found = [];
  for (const { handle, entry, file } of sources) {
    const opened = await handle;
    if (opened) {
      await walkHandle(opened, '', found);
    } else if (entry) {
      await walk(entry, '', found);
    } else if (file) {
      found.push({ name: file.name, file });
    }
  }
  return found;
}

/** `media`: endings of the files that a task can be made of. */
export function attach(zone, page, taskId, media) {
  const chosen = new Map();
  const ignored = new Set();

  function tell() {
    let bytes = 0;
    chosen.forEach(({ file }) => { bytes += file.size; });
    return page.invokeMethodAsync('FilesChosen', { count: chosen.size, bytes, ignored: [...ignored].slice(0, 100) });
  }

  function add(found) {
    for (const item of found) {
      if (isNoise(item.name)) {
        continue;
      }
      if (endsLike(item.name, media)) {
        chosen.set(item.name, item);
      } else {
        ignored.add(item.name);
      }
    }
    return tell();
  }

  zone.addEventListener('dragover', event => {
    event.preventDefault();
    zone.classList.add('over');
  });
  zone.addEventListener('dragleave', () => zone.classList.remove('over'));
  zone.addEventListener('drop', async event => {
    event.preventDefault();
    zone.classList.remove('over');
    await add(await dropped(event.dataTransfer));
  });
  for (const input of zone.querySelectorAll('input[type=file]')) {
    input.addEventListener('change', async () => {
      const files = [...input.files];
      await add(files.map(file => ({ name: file.webkitRelativePath || file.name, file })));
      input.value = '';
    });
  }

  const showUpload = () => {
    const state = uploads.get(`task-${taskId}`)?.state;
    zone.classList.toggle('busy', state === 'sending' || state === 'done');
  };
  showUpload();
  const detach = onChange(showUpload);

  return {
    detach,
    clear() {
      chosen.clear();
      ignored.clear();
      return tell();
    },
    async upload(taskId, taskName, options, append) {
      await startTaskUpload(taskId, taskName, [...chosen.values()], append ? { sortingMethod: options.sortingMethod, append } : options);
      chosen.clear();
      ignored.clear();
    },
  };
}
