// One file to the server by TUS 1.0.0: pieces, retries with back-off, and going on where the server stands.
import { refusal, sessionHeaders } from '../browser.js';

/** Bytes of one piece: what is sent again at most when a connection breaks. */
const PIECE = 8 * 1024 * 1024;
const MAX_FAILURES = 8;
const LONGEST_WAIT = 30_000;

/** A refusal that no repetition will change. */
export class Refused extends Error {}

const common = () => ({ 'Tus-Resumable': '1.0.0', ...sessionHeaders() });

export function encodeName(name) {
  return btoa(String.fromCharCode(...new TextEncoder().encode(name)));
}

/** Waits ever longer, and no longer than until the network is back. */
function backOff(failures, signal) {
  const wait = Math.min(LONGEST_WAIT, 500 * 2 ** failures) * (0.75 + Math.random() / 2);
  return new Promise((resolve, reject) => {
    const timer = setTimeout(done, wait);
    addEventListener('online', done, { once: true });
    signal.addEventListener('abort', stop, { once: true });
    function clear() {
      clearTimeout(timer);
      removeEventListener('online', done);
      signal.removeEventListener('abort', stop);
    }
    function done() { clear(); resolve(); }
    function stop() { clear(); reject(signal.reason); }
  });
}

/** Repeats what fails for reasons that pass: no network, 409, 429 and 5xx. */
export async function persist(attempt, signal) {
  for (let failures = 0; ; failures++) {
    try {
      return await attempt(failures);
    } catch (error) {
      if (signal.aborted || error instanceof Refused || failures + 1 >= MAX_FAILURES) {
        throw error;
      }
      await backOff(failures, signal);
    }
  }
}

export async function send(path, options) {
  const response = await fetch(path, options);
  if (response.ok) {
    return response;
  }
  const words = await refusal(response);
  const passes = response.status === 409 || response.status === 429 || response.status >= 500;
  const error = passes ? new Error(words) : new Refused(words);
  error.status = response.status;
  throw error;
}

async function create(base, name, size, signal) {
  const response = await send(base, {
    method: 'POST',
    headers: { ...common(), 'Upload-Length': String(size), 'Upload-Metadata': `filename ${encodeName(name)}` },
    signal,
  });
  return { location: new URL(response.headers.get('Location'), location.href).pathname, serverName: response.headers.get('Upload-Filename') || name };
}

/** Where the server stands; null when it does not know the upload any more. */
async function offsetOf(address, signal) {
  try {
    const response = await send(address, { method: 'HEAD', headers: common(), signal });
    return Number(response.headers.get('Upload-Offset'));
  } catch (error) {
    if (error.status === 404 || error.status === 410) {
      return null;
    }
    throw error;
  }
}

/**
 * Sends a file below an upload address. `known` is where an earlier try left off; `started` is told the address as soon as
 * there is one, `moved` how many bytes the server has. Returns the name by which the server knows the file.
 */
export async function upload(base, name, file, known, { started, moved, signal }) {
  let { location: address, serverName } = known ?? {};
  let offset = address ? await persist(() => offsetOf(address, signal), signal) : null;
  if (offset === null) {
    ({ location: address, serverName } = await persist(() => create(base, name, file.size, signal), signal));
    offset = 0;
    started(address, serverName);
  }
  moved(offset);
  let sentEmpty = file.size > 0;
  while (offset < file.size || !sentEmpty) {
    offset = await persist(async failures => {
      const from = failures === 0 ? offset : await offsetOf(address, signal) ?? 0;
      if (from >= file.size && file.size > 0) {
        return from;
      }
      const piece = file.slice(from, from + PIECE);
      const response = await send(address, {
        method: 'PATCH',
        headers: { ...common(), 'Content-Type': 'application/offset+octet-stream', 'Upload-Offset': String(from) },
        body: piece,
        signal,
      });
      const now = response.headers.get('Upload-Offset');
      return now === null ? from + piece.size : Number(now);
    }, signal);
    sentEmpty = true;
    moved(offset);
  }
  return serverName;
}
