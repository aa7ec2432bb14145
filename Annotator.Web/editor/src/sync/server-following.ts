import { signal } from '@preact/signals-core';
import type { History } from '../model/history';
import type { Id } from '../model/records';
import type { Store } from '../model/store';
import type { FollowEnd, Following, FollowRequest, FollowState } from '../tracks/following';
import type { Answer, Api, Failure } from './api';

/** The part of a request (`GET /api/requests/{id}`) that is needed here. */
interface WireRequest {
  readonly status: 'queued' | 'started' | 'finished' | 'failed';
  readonly message: string;
  readonly progress: number;
  readonly cancelled: boolean;
}

/** A line of the list of requests. */
interface ListedRequest extends WireRequest {
  readonly id: string;
  readonly operation: { readonly type: string; readonly objects?: readonly { readonly type: string; readonly id: number }[] };
}

export interface FollowingOptions {
  readonly job: number;
  readonly api: Pick<Api, 'get' | 'send'>;
  readonly store: Pick<Store, 'get'>;
  readonly history: Pick<History, 'adopt'>;
  /** Sends what waits; false when it could not be sent. The server can only follow what it has. */
  readonly save: () => Promise<boolean>;
  /** Asks for changes that the live feed may not have brought. */
  readonly catchUp: () => Promise<unknown>;
  /** Resolves after a while. */
  readonly pause?: () => Promise<void>;
}

/** Milliseconds between two looks at how far it is. */
const LOOK_MS = 500;
/** Looks without an answer after which we stop looking; the server goes on. */
const MOST_SILENT = 60;

/** Following objects as background work of the server: docs/models.md. */
export class ServerFollowing implements Following {
  readonly #state = signal<FollowState | null>(null, { name: 'following' });
  readonly #models = signal<readonly { readonly id: number; readonly name: string }[]>([], { name: 'trackers' });
  readonly #pause: () => Promise<void>;
  #stopping = false;
  #request: string | null = null;

  constructor(private readonly options: FollowingOptions) {
    this.#pause = options.pause ?? (() => new Promise((resolve) => setTimeout(resolve, LOOK_MS)));
  }

  get state() {
    return this.#state;
  }

  get models() {
    return this.#models;
  }

  /** Learns which models of the server are trackers. */
  async loadModels(): Promise<void> {
    const answer = await this.options.api.get<{ readonly results?: readonly { readonly id: number; readonly name: string; readonly state: string }[] }>('/models?kind=tracker');
    if (answer.kind === 'ok') this.#models.value = (answer.value.results ?? []).filter(({ state }) => state === 'ready');
  }

  async follow(request: FollowRequest) {
    if (this.#state.peek() !== null) return { kind: 'failed' as const, message: '' };
    return this.#adopting(request.ids, request.coalesce, request.frame, { progress: 0, message: '' }, async () => {
      if (!(await this.options.save())) return { kind: 'failed' as const, message: 'the server does not answer' };
      const started = await this.options.api.send<{ rq_id: string }>('POST', `/jobs/${this.options.job}/trackings`, this.#body(request));
      if (started.kind !== 'ok') return { kind: 'failed' as const, message: reasonOf(started) };
      this.#request = started.value.rq_id;
      if (this.#stopping) this.#cancel();
      return this.#watch(started.value.rq_id);
    });
  }

  async resume(frame: number) {
    const answer = await this.options.api.get<{ readonly results?: readonly ListedRequest[] }>(`/requests?job_id=${this.options.job}&page_size=100`);
    const running = answer.kind === 'ok' ? answer.value.results?.find(({ status, operation }) => operation.type === 'track:job' && (status === 'queued' || status === 'started')) : undefined;
    if (running === undefined || this.#state.peek() !== null) return null;
    const { id, progress, message, operation } = running;
    // A shape becomes a track with an id of the server: it comes like a change of others.
    const ids = (operation.objects ?? []).filter(({ type }) => type === 'track').map((one) => one.id);
    return this.#adopting(ids, `follow:${id}`, frame, { progress, message }, () => {
      this.#request = id;
      return this.#watch(id);
    });
  }

  stop(): void {
    this.#stopping = true;
    this.#cancel();
  }

  /** While the work runs, what the server changes of the objects is a step of this person's. */
  async #adopting(ids: readonly Id[], coalesce: string, frame: number, state: FollowState, work: () => Promise<FollowEnd>): Promise<FollowEnd> {
    this.#stopping = false;
    this.#state.value = state;
    const give = this.options.history.adopt(ids, 'follow', coalesce, frame);
    try {
      return await work();
    } finally {
      // The last write comes before the end is told; what the feed has not brought is asked for.
      await this.options.catchUp();
      give();
      this.#request = null;
      this.#state.value = null;
    }
  }

  #cancel(): void {
    if (this.#request !== null) void this.options.api.send('POST', `/requests/${encodeURIComponent(this.#request)}/cancel`);
  }

  #body({ ids, frame, frames, backward, by }: FollowRequest) {
    const objects = ids.flatMap((id) => {
      const rec = this.options.store.get(id);
      return rec === undefined ? [] : [{ type: rec.type, id }];
    });
    return { objects, frame, backward, ...(frames === null ? {} : { frames }), tracker: by.tracker, ...(by.tracker === 'model' ? { model_id: by.modelId } : {}) };
  }

  async #watch(id: string): Promise<FollowEnd> {
    for (let silent = 0; silent < MOST_SILENT;) {
      const answer: Answer<WireRequest> = await this.options.api.get(`/requests/${encodeURIComponent(id)}`);
      if (answer.kind === 'ok') {
        silent = 0;
        const { status, message, progress, cancelled } = answer.value;
        if (status === 'finished') return { kind: 'done', message };
        if (status === 'failed') return { kind: cancelled ? 'stopped' : 'failed', message };
        this.#state.value = { progress, message };
      } else {
        silent++;
      }
      await this.#pause();
    }
    return { kind: 'failed', message: 'the server does not answer; what it goes on to find will still appear here' };
  }
}

function reasonOf(failure: Failure): string {
  return failure.kind === 'denied' || failure.kind === 'refused' ? failure.message : 'the server does not answer';
}
