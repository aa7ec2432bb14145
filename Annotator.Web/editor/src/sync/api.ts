import type { AnnotationsPage, InvalidOp, JobChange, OpsAnswer, WireBatch } from './wire';

/** Why a request did not do what it was to do, in the terms that decide what happens next. */
export type Failure =
  /** No answer, or a server that is ill: try again later. */
  | { readonly kind: 'unreachable'; readonly retryAfterMs?: number }
  /** Signed out, or no longer allowed: nothing is sent until the person signs in or somebody gives access. */
  | { readonly kind: 'denied'; readonly status: number; readonly message: string }
  | { readonly kind: 'refused'; readonly status: number; readonly message: string; readonly errors: readonly InvalidOp[] }
  | { readonly kind: 'out-of-order'; readonly expected: number }
  | { readonly kind: 'expired' };

export type Answer<T> = { readonly kind: 'ok'; readonly value: T } | Failure;

export interface ApiOptions {
  readonly base: string;
  /** The token that belongs to the session now; signing in again in another window renews it. */
  readonly csrfToken: () => string;
  readonly fetch?: typeof fetch;
}

/** The few endpoints that the editor's saving needs, and plain JSON requests for the rest. */
export class Api {
  readonly #base: string;
  readonly #csrfToken: () => string;
  readonly #fetch: typeof fetch;

  constructor(options: ApiOptions) {
    this.#base = options.base;
    this.#csrfToken = options.csrfToken;
    this.#fetch = options.fetch ?? ((input, init) => fetch(input, init));
  }

  ops(job: number, batch: WireBatch, keepalive = false): Promise<Answer<OpsAnswer>> {
    return this.send<OpsAnswer>('POST', `/jobs/${job}/ops`, batch, keepalive);
  }

  reserveIds(job: number, count: number): Promise<Answer<{ first: number; count: number }>> {
    return this.send('POST', `/jobs/${job}/ids`, { count });
  }

  changes(job: number, since: number): Promise<Answer<{ revision: number; changes: readonly JobChange[] }>> {
    return this.send('GET', `/jobs/${job}/changes?since=${since}`);
  }

  annotations(job: number, from?: number, to?: number): Promise<Answer<AnnotationsPage>> {
    const range = from === undefined ? '' : `?frame_from=${from}&frame_to=${to ?? from}`;
    return this.send('GET', `/jobs/${job}/annotations/${range}`);
  }

  get<T>(path: string): Promise<Answer<T>> {
    return this.send<T>('GET', path);
  }

  async send<T>(method: 'GET' | 'POST' | 'PATCH', path: string, body?: unknown, keepalive = false): Promise<Answer<T>> {
    const headers: Record<string, string> = { Accept: 'application/json' };
    if (body !== undefined) headers['Content-Type'] = 'application/json';
    if (method !== 'GET') headers['X-CSRFToken'] = this.#csrfToken();
    try {
      const response = await this.#fetch(this.#base + path, {
        method, headers, keepalive, credentials: 'same-origin', ...(body === undefined ? {} : { body: JSON.stringify(body) }),
      });
      if (response.ok) return { kind: 'ok', value: (await response.json()) as T };
      return failure(response, await problem(response));
    } catch {
      return { kind: 'unreachable' };
    }
  }
}

interface Problem {
  readonly type?: string;
  readonly title?: string;
  readonly detail?: string;
  readonly expected?: number;
  readonly errors?: readonly InvalidOp[];
}

async function problem(response: Response): Promise<Problem> {
  try {
    const body: unknown = await response.json();
    return typeof body === 'object' && body !== null ? body : {};
  } catch {
    return {};
  }
}

function failure(response: Response, body: Problem): Failure {
  const status = response.status;
  const message = body.detail ?? body.title ?? `The server answered ${status}.`;
  if (body.type === 'urn:annotator:batch-out-of-order') return { kind: 'out-of-order', expected: body.expected ?? 1 };
  if (status === 410) return { kind: 'expired' };
  if (status === 401 || status === 403 || status === 404) return { kind: 'denied', status, message };
  if (status === 408 || status === 425 || status === 429 || status >= 500) {
    const seconds = Number(response.headers.get('Retry-After'));
    return Number.isFinite(seconds) && seconds > 0 ? { kind: 'unreachable', retryAfterMs: seconds * 1000 } : { kind: 'unreachable' };
  }
  return { kind: 'refused', status, message, errors: Array.isArray(body.errors) ? body.errors : [] };
}
