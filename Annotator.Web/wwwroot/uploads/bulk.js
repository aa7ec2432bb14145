// Many tasks at once: what was chosen is sorted into tasks, which are made and filled one after the other. It goes on while
// the person moves about, because it lives beside the pages.
import { refusal, sessionHeaders } from '../browser.js';
import { dropped } from './drop.js';
import { dismiss, onChange, retry, startTaskUpload } from './queue.js';

const PICTURE = /\.(jpe?g|png|webp|bmp|tiff?|gif)$/i;
const ALONE = /\.(zip|mp4|m4v|mov|avi|mkv|webm|mpe?g)$/i;
const NOISE = /(^|\/)(\.|__MACOSX\/|Thumbs\.db$|desktop\.ini$)/i;
const AT_ONCE = 2;

/** key → { key, title, chosen, bytes, state, percent, message, taskId, name } in the order of the list. */
const rows = new Map();
const waiting = [];
const ignored = new Set();
let working = 0;
let shown = null;
let frame = 0;

function tell() {
  frame ||= requestAnimationFrame(() => {
    frame = 0;
    const list = [...rows.values()].map(({ key, title, chosen, bytes, state, percent, message, taskId, name }) =>
      ({ key, title, files: chosen.length, bytes, state, percent, message, taskId, name }));
    void shown?.invokeMethodAsync('Told', list, [...ignored].slice(0, 100)).catch(() => {});
  });
}

/** Archives and videos are tasks of their own, folders too; loose photos go together. */
function keyOf(name) {
  const slash = name.indexOf('/');
  return ALONE.test(name) ? { key: `file ${name}`, title: name.slice(name.lastIndexOf('/') + 1).replace(/\.[^.]+$/, '') }
    : slash > 0 ? { key: `folder ${name.slice(0, slash)}`, title: name.slice(0, slash) }
    : { key: 'photos', title: 'photos' };
}

function add(found) {
  for (const item of found) {
    if (NOISE.test(item.name)) {
      continue;
    }
    if (!PICTURE.test(item.name) && !ALONE.test(item.name)) {
      ignored.add(item.name);
      continue;
    }
    const { key, title } = keyOf(item.name);
    const row = rows.get(key);
    if (row && row.state !== 'chosen') {
      continue;
    }
    if (!row) {
      rows.set(key, { key, title, chosen: [item], bytes: item.file.size, state: 'chosen', percent: 0, message: '' });
    } else if (!row.chosen.some(({ name }) => name === item.name)) {
      row.chosen.push(item);
      row.bytes += item.file.size;
    }
  }
  tell();
}

async function make(row) {
  const response = await fetch('/api/tasks', {
    method: 'POST',
    headers: { 'Content-Type': 'application/json', ...sessionHeaders() },
    body: JSON.stringify({ ...row.task, name: row.name }),
  });
  if (!response.ok) {
    throw new Error(await refusal(response));
  }
  row.taskId = (await response.json()).id;
}

/** Resolves when nothing more is sent; what the server makes of it is told later. */
function sent(row) {
  return new Promise(resolve => {
    const stop = onChange(entry => {
      if (entry !== row.entry) {
        return;
      }
      row.state = entry.state === 'done' ? 'making' : entry.state === 'refused' ? 'failed' : entry.state;
      row.percent = entry.bytes > 0 ? Math.floor(100 * entry.sent / entry.bytes) : 0;
      row.message = entry.message ?? '';
      if (entry.state !== 'sending') {
        resolve();
      }
      if (['ready', 'refused', 'cancelled'].includes(entry.state)) {
        stop();
      }
      if (entry.state === 'ready' && shown) {
        dismiss(entry);
      }
      tell();
    });
  });
}

async function work() {
  working++;
  for (let row = waiting.shift(); row; row = waiting.shift()) {
    try {
      if (row.entry) {
        const over = sent(row);
        void retry(row.entry);
        await over;
        continue;
      }
      row.state = 'sending';
      tell();
      if (!row.taskId) {
        await make(row);
      }
      row.entry = await startTaskUpload(row.taskId, row.name, row.chosen, row.options);
      await sent(row);
    } catch (error) {
      row.state = 'failed';
      row.message = error instanceof TypeError ? 'The server does not answer.' : error.message;
      tell();
    }
  }
  working--;
}

function begin(row) {
  row.state = 'waiting';
  row.message = '';
  waiting.push(row);
  if (working < AT_ONCE) {
    void work();
  }
}

addEventListener('beforeunload', event => {
  if (waiting.length > 0) {
    event.preventDefault();
  }
});

export function attachBulk(zone, page) {
  shown = page;
  tell();
  zone.addEventListener('dragover', event => {
    event.preventDefault();
    zone.classList.add('over');
  });
  zone.addEventListener('dragleave', () => zone.classList.remove('over'));
  zone.addEventListener('drop', async event => {
    event.preventDefault();
    zone.classList.remove('over');
    add(await dropped(event.dataTransfer));
  });
  for (const input of zone.querySelectorAll('input[type=file]')) {
    input.addEventListener('change', () => {
      add([...input.files].map(file => ({ name: file.webkitRelativePath || file.name, file })));
      input.value = '';
    });
  }
  return {
    /** Makes a task of everything that is chosen: `names` by key, the task's other fields, and how its media are made. */
    start(names, task, options) {
      for (const row of rows.values()) {
        if (row.state === 'chosen') {
          Object.assign(row, { name: names[row.key] ?? row.title, task, options });
          begin(row);
        }
      }
      tell();
    },
    again(key) {
      const row = rows.get(key);
      if (row?.state === 'failed') {
        begin(row);
        tell();
      }
    },
    remove(key) {
      if (['chosen', 'ready', 'failed', 'cancelled'].includes(rows.get(key)?.state)) {
        rows.delete(key);
        tell();
      }
    },
    clear() {
      [...rows.values()].filter(row => ['chosen', 'ready', 'cancelled'].includes(row.state)).forEach(row => rows.delete(row.key));
      ignored.clear();
      tell();
    },
    detach() {
      if (shown === page) {
        shown = null;
      }
    },
  };
}
