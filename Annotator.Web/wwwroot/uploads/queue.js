// All uploads of this browser window. They live beside the pages: moving about within Annotator does not touch them.
import { sessionHeaders } from '../browser.js';
import * as store from './store.js';
import { Refused, persist, send, upload } from './tus.js';

const PARALLEL = 3;

/** id → { id, name, target, kind, state, files, sent, bytes, message, requestId, controller } */
export const uploads = new Map();
const listeners = new Set();

export function onChange(listener) {
  listeners.add(listener);
  return () => listeners.delete(listener);
}

function changed(entry) {
  entry.sent = entry.files.reduce((sum, file) => sum + file.sent, 0);
  listeners.forEach(listener => listener(entry));
}

/** Files as one list item each: the name that the server gets, the bytes, and a handle that survives a reload if there is one. */
export async function startTaskUpload(taskId, taskName, chosen, options) {
  const id = `task-${taskId}`;
  const before = uploads.get(id);
  if (before && ['waiting', 'lost', 'failed'].includes(before.state)) {
    return resumeWith(before, chosen);
  }
  const entry = {
    id, kind: 'task', name: taskName, target: `/api/tasks/${taskId}/data/`, page: `/tasks/${taskId}`, options, state: 'sending',
    files: chosen.map(({ name, file, handle }) => ({ name, file, handle, size: file.size, modified: file.lastModified, sent: 0 })),
  };
  await own(id);
  await remember(entry);
  void run(entry);
  return entry;
}

export function startImport(target, file, query, name, page = '/requests') {
  const entry = {
    id: `import-${target}-${Date.now()}`, kind: 'import', name, target, query, page, state: 'sending',
    files: [{ name: file.name, file, size: file.size, sent: 0 }],
  };
  void run(entry);
  return entry;
}

/**
 * What the server has of these files already: from another machine, from a cleared browser, or from a request whose answer
 * never came. Whole files are not sent again; a file of another size under the same name makes way for the one chosen now.
 */
async function adoptWhatServerHas(entry, signal) {
  if (entry.kind !== 'task') {
    return;
  }
  const response = await persist(() => send(`${entry.target}uploads?whole=true`, { headers: sessionHeaders(), signal }), signal);
  const byName = new Map(entry.files.map(file => [file.name.normalize('NFC'), file]));
  for (const known of await response.json()) {
    const file = byName.get(known.filename);
    if (!file) {
      continue;
    }
    const address = new URL(known.url, location.href).pathname;
    if (known.length === file.size) {
      Object.assign(file, { location: address, serverName: known.filename, sent: known.offset, done: known.offset >= known.length && file.size > 0 });
    } else {
      await persist(() => send(address, { method: 'DELETE', headers: { 'Tus-Resumable': '1.0.0', ...sessionHeaders() }, signal }), signal);
      Object.assign(file, { location: undefined, serverName: undefined, sent: 0, done: false });
    }
  }
}

async function remember(entry) {
  if (entry.kind !== 'task') {
    return;
  }
  const { id, kind, name, target, page, options } = entry;
  let kept = 0;
  const records = entry.files.map(({ name: fileName, size, modified, handle, file, location: address, serverName, done }) => {
    kept += handle ? 0 : size;
    return { upload: id, name: fileName, size, modified, handle, file: handle || kept > store.MAX_KEPT_BYTES ? undefined : file, location: address, serverName, done };
  });
  try {
    await store.saveUpload({ id, kind, name, target, page, options });
    await store.saveFiles(records);
  } catch (error) {
    console.warn('The browser cannot remember this upload; it must not be closed before it is done.', error);
  }
}

async function rememberFile(entry, file) {
  if (entry.kind !== 'task') {
    return;
  }
  const { name, size, modified, handle, location: address, serverName, done } = file;
  await store.saveFile({ upload: entry.id, name, size, modified, handle, file: done || handle ? undefined : file.file, location: address, serverName, done }).catch(() => {});
}

async function run(entry) {
  uploads.set(entry.id, entry);
  entry.bytes = entry.files.reduce((sum, file) => sum + file.size, 0);
  entry.state = 'sending';
  entry.message = '';
  entry.controller = new AbortController();
  entry.startedAt = performance.now();
  entry.startedWith = 0;
  changed(entry);
  const { signal } = entry.controller;
  try {
    await mark(entry, 'Upload-Start', signal);
    await adoptWhatServerHas(entry, signal);
    entry.startedWith = entry.files.reduce((sum, file) => sum + file.sent, 0);
    changed(entry);
    const open = entry.files.filter(file => !file.done);
    await Promise.all(Array.from({ length: Math.min(PARALLEL, open.length) }, async () => {
      for (let file = open.shift(); file; file = open.shift()) {
        await sendFile(entry, file, signal);
      }
    }));
    const reply = await mark(entry, 'Upload-Finish', signal);
    entry.requestId = (await reply.json().catch(() => ({}))).rq_id;
    entry.state = 'done';
    if (entry.kind === 'task') {
      await store.forget(entry.id).catch(() => {});
    }
    void follow(entry);
  } catch (error) {
    if (entry.state !== 'cancelled') {
      entry.controller.abort(error);
      entry.state = 'failed';
      entry.message = error instanceof Refused || error.status ? error.message : 'The connection is lost. The upload goes on from here when you try again.';
    }
  }
  changed(entry);
}

/** What the server makes of the files, until it is over: `ready` or `refused`, each with its words. */
async function follow(entry) {
  for (let wait = 500; entry.requestId && uploads.get(entry.id) === entry; wait = Math.min(5000, wait * 1.5)) {
    const response = await fetch(`/api/requests/${encodeURIComponent(entry.requestId)}`).catch(() => null);
    if (response && !response.ok && response.status < 500) {
      break;
    }
    const request = response?.ok ? await response.json().catch(() => null) : null;
    if (request?.status === 'finished' || request?.status === 'failed') {
      entry.state = request.status === 'finished' ? 'ready' : 'refused';
      entry.message = request.message || (entry.kind === 'task' ? framesAreThere(request.report?.frames ?? entry.files.length) : 'The import is done.');
      changed(entry);
      return;
    }
    await new Promise(resolve => setTimeout(resolve, wait));
  }
  dismiss(entry);
}

async function sendFile(entry, file, signal) {
  const known = file.location ? { location: file.location, serverName: file.serverName } : null;
  try {
    file.serverName = await upload(addressOf(entry), file.name, file.file, known, {
      signal,
      started: (address, serverName) => {
        Object.assign(file, { location: address, serverName });
        void rememberFile(entry, file);
      },
      moved: offset => {
        file.sent = offset;
        changed(entry);
      },
    });
  } catch (error) {
    // A photo that was moved or changed under our hands names itself.
    throw error.name === 'NotFoundError' || error.name === 'NotReadableError'
      ? new Refused(`“${file.name}” cannot be read any more. Drop the files again to go on.`)
      : error;
  }
  file.done = true;
  file.sent = file.size;
  await rememberFile(entry, file);
}

function mark(entry, header, signal) {
  const finish = header === 'Upload-Finish';
  const headers = { ...sessionHeaders(), [header]: 'true' };
  let body;
  let address = addressOf(entry);
  if (entry.kind === 'import') {
    address += `?${new URLSearchParams({ ...entry.query, filename: finish ? entry.files[0].serverName : entry.files[0].name })}`;
  } else if (finish) {
    headers['Content-Type'] = 'application/json';
    body = JSON.stringify({ ...snakeCase(entry.options), upload_file_order: entry.options.sortingMethod === 'predefined' ? entry.files.map(file => file.name) : undefined });
  }
  return persist(() => send(address, { method: 'POST', headers, body, signal }), signal);
}

/** Where files of an upload go: files that are added to a task say so. */
function addressOf(entry) {
  return entry.options?.append ? `${entry.target}?append=true` : entry.target;
}

function snakeCase(options) {
  return Object.fromEntries(Object.entries(options ?? {})
    .filter(([key, value]) => value !== null && value !== undefined && key !== 'append')
    .map(([key, value]) => [key.replace(/[A-Z]/g, letter => '_' + letter.toLowerCase()), value]));
}

export function retry(entry) {
  return entry.files.every(file => file.done || file.file) ? run(entry) : reopen(entry, true);
}

export async function cancel(entry) {
  entry.state = 'cancelled';
  entry.controller?.abort();
  uploads.delete(entry.id);
  await store.forget(entry.id).catch(() => {});
  await Promise.all(entry.files.filter(file => file.location && !file.done)
    .map(file => fetch(file.location, { method: 'DELETE', headers: { 'Tus-Resumable': '1.0.0', ...sessionHeaders() } }).catch(() => {})));
  changed(entry);
}

export function dismiss(entry) {
  uploads.delete(entry.id);
  changed(entry);
}

/** Matches dropped files with the ones an interrupted upload still lacks, by name, size and date. */
export async function resumeWith(entry, chosen) {
  for (const file of entry.files) {
    const found = chosen.find(({ name, file: candidate }) => name === file.name && candidate.size === file.size);
    if (found) {
      Object.assign(file, { file: found.file, handle: found.handle ?? file.handle });
    }
  }
  const known = new Set(entry.files.map(file => file.name));
  entry.files.push(...chosen.filter(({ name }) => !known.has(name))
    .map(({ name, file, handle }) => ({ name, file, handle, size: file.size, modified: file.lastModified, sent: 0 })));
  await remember(entry);
  return retry(entry);
}

/** Opens the files of a remembered upload again; asks for permission only within a press of a button. */
async function reopen(entry, mayAsk) {
  for (const file of entry.files.filter(file => !file.done && !file.file && file.handle)) {
    try {
      const allowed = mayAsk ? await file.handle.requestPermission({ mode: 'read' }) : await file.handle.queryPermission({ mode: 'read' });
      if (allowed === 'granted') {
        const fresh = await file.handle.getFile();
        file.file = fresh.size === file.size ? fresh : undefined;
      }
    } catch {
      file.handle = undefined;
    }
  }
  const missing = entry.files.filter(file => !file.done && !file.file);
  if (missing.length === 0) {
    return run(entry);
  }
  entry.state = missing.every(file => file.handle) ? 'waiting' : 'lost';
  entry.message = entry.state === 'waiting'
    ? 'The upload was interrupted. Your browser asks before it reads the files again.'
    : `The upload was interrupted. Open the task and drop the same files again: ${missing.length} of ${entry.files.length} are missing.`;
  uploads.set(entry.id, entry);
  entry.bytes = entry.files.reduce((sum, file) => sum + file.size, 0);
  changed(entry);
}

/** One window carries an upload; resolves to false where another has it already. It is held until this window closes. */
export function own(id) {
  if (!navigator.locks) {
    return Promise.resolve(true);
  }
  return new Promise(resolve => {
    void navigator.locks.request(`annotator-upload-${id}`, { ifAvailable: true }, lock => {
      resolve(lock !== null);
      return lock === null ? undefined : new Promise(() => {});
    });
  });
}

/** Picks up what an earlier visit left behind. */
export async function restore() {
  for (const saved of await store.listUploads().catch(() => [])) {
    if (!await own(saved.id)) {
      continue;
    }
    const files = (await store.listFiles(saved.id).catch(() => []))
      .map(({ upload: _, ...file }) => ({ ...file, sent: file.done ? file.size : 0 }));
    await reopen({ ...saved, files, state: 'waiting' }, false);
  }
}

function framesAreThere(count) {
  return count === 1 ? '1 frame is in the task.' : `${count} frames are in the task.`;
}
