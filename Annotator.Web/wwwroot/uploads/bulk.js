// Many tasks at once: what was chosen is sorted into tasks, which are made and filled one after the other. It goes on while
// the person moves about, because it lives beside the pages, and after a reload, because the browser remembers the list.
import { refusal, sessionHeaders } from '../browser.js';
import { dropped, endsLike, isNoise } from './drop.js';
import { dismiss, onChange, own, retry, startTaskUpload, uploads } from './queue.js';
import * as store from './store.js';

const AT_ONCE = 2;

/** key → { id, key, title, chosen, count, bytes, state, percent, message, taskId, name, task, options } in the order of the list. */
const rows = new Map();
const waiting = [];
const ignored = new Set();
let working = 0;
let shown = null;
let frame = 0;
let kept = 0;
let restored = null;

/** Endings of the files that go together with others, and of those that make a task each. */
let pictures = [];
let alone = [];

/** Remembers where a row stands; a browser that cannot remembers nothing, and all goes on until the reload. */
function remember({ id, key, title, bytes, state, message, taskId, name, task, options, order, count }) {
  return store.saveRow({ id, key, title, bytes, state, message, taskId, name, task, options, order, count }).catch(() => {});
}

/** Handles lead back to files; of others the bytes are kept, up to a limit. */
function rememberFiles(row, items) {
  const records = items.map(({ name, file, handle }) => {
    kept += handle ? 0 : file.size;
    return { upload: row.id, name, size: file.size, modified: file.lastModified, handle, file: handle || kept > store.MAX_KEPT_BYTES ? undefined : file };
  });
  return store.saveFiles(records).catch(() => {});
}

function change(row, state, message = '') {
  const moved = row.state !== state;
  Object.assign(row, { state, message });
  if (moved) {
    // Files that the server has need not be kept.
    void (state === 'making' ? store.forgetRow(row.id).catch(() => {}) : Promise.resolve()).then(() => remember(row));
  }
  tell();
}

function tell() {
  frame ||= requestAnimationFrame(() => {
    frame = 0;
    const list = [...rows.values()].map(({ key, title, count, bytes, state, percent, message, taskId, name }) =>
      ({ key, title, files: count, bytes, state, percent, message, taskId, name }));
    void shown?.invokeMethodAsync('Told', list, [...ignored].slice(0, 100)).catch(() => {});
  });
}

/** Archives and videos are tasks of their own, folders too; loose photos go together. */
function keyOf(name) {
  const slash = name.indexOf('/');
  return endsLike(name, alone) ? { key: `file ${name}`, title: name.slice(name.lastIndexOf('/') + 1).replace(/\.[^.]+$/, '') }
    : slash > 0 ? { key: `folder ${name.slice(0, slash)}`, title: name.slice(0, slash) }
    : { key: 'photos', title: 'photos' };
}

function add(found) {
  const fresh = new Map();
  for (const item of found) {
    if (isNoise(item.name)) {
      continue;
    }
    if (!endsLike(item.name, pictures) && !endsLike(item.name, alone)) {
      ignored.add(item.name);
      continue;
    }
    const { key, title } = keyOf(item.name);
    let row = rows.get(key);
    if (row && row.state !== 'chosen' && !row.lost) {
      continue;
    }
    if (!row) {
      const order = Date.now() + rows.size / 1000;
      row = { id: `bulk-${order}-${Math.random()}`, key, title, chosen: [], count: 0, bytes: 0, state: 'chosen', percent: 0, message: '', order };
      rows.set(key, row);
      void own(row.id);
    }
    if (row.lost ? row.lost.delete(item.name) : !row.chosen.some(({ name }) => name === item.name)) {
      row.chosen.push(item);
      row.bytes += row.lost ? 0 : item.file.size;
      row.count += row.lost ? 0 : 1;
      fresh.set(row, [...fresh.get(row) ?? [], item]);
    }
  }
  for (const [row, items] of fresh) {
    void remember(row).then(() => rememberFiles(row, items));
    if (row.lost?.size === 0) {
      row.lost = undefined;
      if (row.task) {
        begin(row);
      } else {
        change(row, 'chosen');
      }
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
      if (entry.id !== `task-${row.taskId}`) {
        return;
      }
      row.percent = entry.bytes > 0 ? Math.floor(100 * entry.sent / entry.bytes) : 0;
      const state = entry.state === 'done' ? 'making' : ['refused', 'waiting', 'lost'].includes(entry.state) ? 'failed' : entry.state;
      change(row, state, entry.message ?? '');
      if (entry.state !== 'sending') {
        resolve();
      }
      if (['ready', 'refused', 'cancelled'].includes(entry.state)) {
        stop();
      }
      if (entry.state === 'ready' && shown) {
        dismiss(entry);
      }
    });
  });
}

async function work() {
  working++;
  for (let row = waiting.shift(); row; row = waiting.shift()) {
    try {
      change(row, 'sending');
      if (!row.taskId) {
        await make(row);
        await remember(row);
      }
      const before = uploads.get(`task-${row.taskId}`);
      const over = sent(row);
      if (before) {
        void retry(before);
      } else {
        await startTaskUpload(row.taskId, row.name, row.chosen, row.options);
      }
      await over;
    } catch (error) {
      change(row, 'failed', error instanceof TypeError ? 'The server does not answer.' : error.message);
    }
  }
  working--;
}

function begin(row) {
  change(row, 'waiting');
  waiting.push(row);
  if (working < AT_ONCE) {
    void work();
  }
}

/** What the server makes of files that it has, after a reload. */
async function follow(row) {
  for (let wait = 500; rows.get(row.key) === row && row.state === 'making'; wait = Math.min(5000, wait * 1.5)) {
    const response = await fetch(`/api/requests/${encodeURIComponent(`action=create&target=task&target_id=${row.taskId}`)}`).catch(() => null);
    const request = response?.ok ? await response.json().catch(() => null) : null;
    if (request?.status === 'finished' || request?.status === 'failed') {
      change(row, request.status === 'finished' ? 'ready' : 'failed', request.status === 'finished' ? '' : request.message);
    } else if (response?.status === 404) {
      again(row);
    } else {
      await new Promise(resolve => setTimeout(resolve, wait));
    }
  }
}

/** Begins a row again with files that the browser still has; else says which are missing. */
function again(row) {
  if (!row.lost) {
    begin(row);
    return;
  }
  const names = [...row.lost];
  change(row, 'failed', `The page was loaded again, and the browser did not keep ${names.length === 1 ? `“${names[0]}”` : `${names.length} of the files`}. Drop ${names.length === 1 ? 'it' : 'them'} here again to go on.`);
}

async function reopen(saved) {
  const row = { ...saved, chosen: [], percent: 0 };
  const lost = new Set();
  for (const { name, size, handle, file } of await store.listFiles(saved.id)) {
    const readable = handle ? await handle.queryPermission({ mode: 'read' }).then(state => state === 'granted' && handle.getFile()).catch(() => null) : file;
    if (readable && readable.size === size) {
      kept += handle ? 0 : size;
      row.chosen.push({ name, file: readable, handle });
    } else {
      lost.add(name);
    }
  }
  row.lost = lost.size > 0 ? lost : undefined;
  return row;
}

/** Takes up the list of an earlier visit, but for what another window carries; uploads that were on their way are the queue's. */
export function restoreBulk() {
  restored ??= (async () => {
    const saved = [];
    for (const record of (await store.listRows()).sort((one, other) => one.order - other.order)) {
      if (await own(record.id)) {
        saved.push(record);
      }
    }
    if (saved.every(({ state }) => ['ready', 'cancelled'].includes(state))) {
      await Promise.all(saved.map(({ id }) => store.forgetRow(id)));
      return;
    }
    const queued = new Set((await store.listUploads()).map(({ id }) => id));
    for (const record of saved.filter(({ key }) => !rows.has(key))) {
      const row = await reopen(record);
      rows.set(row.key, row);
      if (row.state === 'chosen' && row.lost) {
        again(row);
      } else if (row.taskId && queued.has(`task-${row.taskId}`)) {
        row.state = 'sending';
        void sent(row);
      } else if (row.taskId && ['sending', 'waiting', 'making'].includes(row.state)) {
        row.state = 'making';
        void follow(row);
      } else if (['sending', 'waiting'].includes(row.state)) {
        again(row);
      }
    }
    tell();
  })().catch(error => console.warn('The list of an earlier visit cannot be read.', error));
  return restored;
}

addEventListener('beforeunload', event => {
  if (waiting.length > 0 && kept > store.MAX_KEPT_BYTES) {
    event.preventDefault();
  }
});

export function attachBulk(zone, page, endings) {
  ({ pictures, alone } = endings);
  shown = page;
  tell();
  void restoreBulk();
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
        again(row);
      }
    },
    remove(key) {
      const row = rows.get(key);
      if (['chosen', 'ready', 'failed', 'cancelled'].includes(row?.state)) {
        rows.delete(key);
        void store.forgetRow(row.id).catch(() => {});
        tell();
      }
    },
    detach() {
      if (shown === page) {
        shown = null;
      }
    },
  };
}
