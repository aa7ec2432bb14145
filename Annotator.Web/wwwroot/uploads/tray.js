// The list of running uploads in the corner of every page.
import { restoreBulk } from './bulk.js';
import { cancel, dismiss, onChange, restore, retry, uploads } from './queue.js';

const tray = document.getElementById('upload-tray');
const rows = new Map();

/** Milliseconds for which an upload stays in view when the server is done with it and has nothing to say. */
const SHOWN_WHEN_READY = 8000;

function element(tag, className, text) {
  const made = document.createElement(tag);
  if (className) {
    made.className = className;
  }
  if (text) {
    made.textContent = text;
  }
  return made;
}

function size(bytes) {
  const units = ['bytes', 'KB', 'MB', 'GB', 'TB'];
  let unit = 0;
  while (bytes >= 1000 && unit < units.length - 1) {
    bytes /= 1000;
    unit++;
  }
  return `${new Intl.NumberFormat(undefined, { maximumFractionDigits: unit === 0 || bytes >= 100 ? 0 : 1 }).format(bytes)} ${units[unit]}`;
}

function timeLeft(entry) {
  const seconds = (performance.now() - entry.startedAt) / 1000;
  const rate = (entry.sent - entry.startedWith) / seconds;
  if (seconds < 2 || rate <= 0) {
    return '';
  }
  const left = (entry.bytes - entry.sent) / rate;
  return left < 60 ? ` · ${Math.ceil(left)} s left` : ` · ${Math.ceil(left / 60)} min left`;
}

function words(entry) {
  const done = entry.files.filter(file => file.done).length;
  switch (entry.state) {
    case 'sending':
      return `${done} of ${entry.files.length} files · ${size(entry.sent)} of ${size(entry.bytes)}${timeLeft(entry)}`;
    case 'done':
      return entry.kind === 'task' ? 'Uploaded. The server prepares the frames…' : 'Uploaded. The server reads the file…';
    default:
      return entry.message;
  }
}

function button(text, action) {
  const made = element('button', 'button quiet', text);
  made.type = 'button';
  made.onclick = action;
  return made;
}

function build(entry) {
  const row = element('section', 'tray-row');
  row.setAttribute('aria-label', `Upload of ${entry.name}`);
  const title = element('a', 'tray-title', entry.name);
  title.href = entry.page;
  const bar = element('div', 'progress');
  bar.setAttribute('role', 'progressbar');
  bar.setAttribute('aria-label', `Upload of ${entry.name}`);
  bar.setAttribute('aria-valuemin', '0');
  bar.setAttribute('aria-valuemax', '100');
  bar.append(element('div'));
  row.append(title, bar, element('p', 'note'), element('div', 'tray-actions'));
  return row;
}

function show(entry) {
  let row = rows.get(entry.id);
  if (!uploads.has(entry.id)) {
    row?.remove();
    rows.delete(entry.id);
    tray.hidden = rows.size === 0;
    return;
  }
  if (!row) {
    row = build(entry);
    rows.set(entry.id, row);
    tray.append(row);
    tray.hidden = false;
  }
  row.querySelector('.tray-title').href = entry.page;
  const percent = entry.bytes > 0 ? Math.floor(100 * entry.sent / entry.bytes) : entry.state === 'sending' ? 0 : 100;
  const bar = row.querySelector('.progress');
  bar.setAttribute('aria-valuenow', String(percent));
  bar.firstChild.style.width = `${percent}%`;
  row.dataset.state = entry.state;
  const text = words(entry);
  const note = row.querySelector('.note');
  if (note.textContent !== text) {
    note.textContent = text;
  }
  const actions = row.querySelector('.tray-actions');
  if (actions.dataset.state !== entry.state) {
    actions.dataset.state = entry.state;
    actions.replaceChildren(...({
      sending: [button('Cancel', () => cancel(entry))],
      waiting: [button('Resume', () => retry(entry)), button('Cancel', () => cancel(entry))],
      lost: [button('Cancel', () => cancel(entry))],
      failed: [button('Try again', () => retry(entry)), button('Cancel', () => cancel(entry))],
      done: [button('Close', () => dismiss(entry))],
      ready: [button('Close', () => dismiss(entry))],
      refused: [button('Close', () => dismiss(entry))],
    }[entry.state] ?? []));
    announce(entry, text);
    if (entry.state === 'ready') {
      setTimeout(() => dismiss(entry), SHOWN_WHEN_READY);
    }
  }
}

/** Screen readers hear the beginning and the end, not every percent. */
function announce(entry, text) {
  live.textContent = `${entry.name}: ${entry.state === 'sending' ? 'upload started' : text}`;
}

const live = element('p', 'visually-hidden');
live.setAttribute('role', 'status');
tray.append(live);
tray.hidden = true;
tray.setAttribute('role', 'region');
tray.setAttribute('aria-label', 'Uploads');

let frame = 0;
const waiting = new Set();
onChange(entry => {
  waiting.add(entry);
  frame ||= requestAnimationFrame(() => {
    frame = 0;
    waiting.forEach(show);
    waiting.clear();
  });
});

addEventListener('beforeunload', event => {
  if ([...uploads.values()].some(entry => entry.state === 'sending' && entry.kind === 'import')) {
    event.preventDefault();
  }
});

void restore();
void restoreBulk();
