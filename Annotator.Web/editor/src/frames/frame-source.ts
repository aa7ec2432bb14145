import { type Connection, patientFetch } from './patient-fetch';

/** A frame that could not be shown; the message names the file. */
export class FrameError extends Error {
  constructor(readonly frame: number, readonly file: string, readonly reason: string) {
    super(`${file}: ${reason}`);
  }
}

/** Fetches and decodes one frame. Rejects with {@link FrameError}, or with an `AbortError` when it was called off. */
export type FrameSource = (frame: number, signal: AbortSignal) => Promise<ImageBitmap>;

/**
 * Frames as the server's images, upright.
 *
 * @param connection hears while the server cannot be reached; frames wait meanwhile.
 * @param widthOf pixels for a smaller copy of a frame that is too large to be shown whole; null for its own size.
 */
export function imageSource(apiBase: string, jobId: number, nameOf: (frame: number) => string, connection: Connection, widthOf: (frame: number) => number | null = () => null): FrameSource {
  return async (frame, signal) => {
    const width = widthOf(frame);
    const url = `${apiBase}/jobs/${jobId}/data?type=frame&number=${frame}&quality=compressed${width === null ? '' : `&width=${width}`}`;
    const response = await patientFetch(url, { signal }, connection);
    if (!response.ok) throw new FrameError(frame, nameOf(frame), await reasonOf(response));
    const blob = await bodyOf(response, frame, nameOf(frame));
    signal.throwIfAborted();
    try {
      return await createImageBitmap(blob);
    } catch {
      throw new FrameError(frame, nameOf(frame), 'the picture cannot be decoded');
    }
  };
}

async function bodyOf(response: Response, frame: number, name: string): Promise<Blob> {
  try {
    return await response.blob();
  } catch (error) {
    if (error instanceof DOMException && error.name === 'AbortError') throw error;
    throw new FrameError(frame, name, 'the connection broke off');
  }
}

async function reasonOf(response: Response): Promise<string> {
  try {
    const body = (await response.json()) as { detail?: string; title?: string };
    return body.detail ?? body.title ?? `the server answered ${response.status}`;
  } catch {
    return `the server answered ${response.status}`;
  }
}
