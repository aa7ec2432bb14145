/** Milliseconds before the next try; the last one again and again. */
const PAUSES = [500, 1000, 2000, 5000];

/** Hears whether the server can be reached. */
export type Connection = (lost: boolean) => void;

/** Fetches. While the server cannot be reached it tries again, ever more seldom, until it is called off. */
export async function patientFetch(url: string, init: RequestInit & { readonly signal: AbortSignal }, connection: Connection): Promise<Response> {
  for (let tries = 0; ; tries++) {
    try {
      const response = await fetch(url, { credentials: 'same-origin', ...init });
      connection(false);
      return response;
    } catch (error) {
      if (init.signal.aborted) throw error;
      connection(true);
      await pause(PAUSES[Math.min(tries, PAUSES.length - 1)]!, init.signal);
    }
  }
}

/** Rejects when it is called off. */
export function pause(milliseconds: number, signal: AbortSignal): Promise<void> {
  return new Promise((resolve, reject) => {
    const timer = setTimeout(resolve, milliseconds);
    signal.addEventListener('abort', () => {
      clearTimeout(timer);
      reject(signal.reason as Error);
    }, { once: true });
  });
}
