import type { HubConnection } from '@microsoft/signalr';
import { type ReadonlySignal, signal } from '@preact/signals-core';
import type { JobChange } from './wire';

export interface PresentUser {
  readonly id: number;
  readonly username: string;
}

/** The job as the server announces it after somebody changed stage, state or assignee. */
export interface JobNews {
  readonly id: number;
  readonly stage: string;
  readonly state: string;
}

export interface FeedListener {
  changed(change: JobChange): void;
  job(news: JobNews): void;
  /** The connection stands, for the first time or again: what happened meanwhile must be asked for. */
  connected(): void;
}

const RETRY_MS = [0, 1000, 2000, 5000, 10_000, 30_000];

/** Others' changes and presence over SignalR. It reconnects for ever; editing and saving never wait for it. */
export class Feed {
  readonly #users = signal<readonly PresentUser[]>([], { name: 'present users' });
  readonly #live = signal(false, { name: 'live' });
  #hub: HubConnection | null = null;
  #stopped = false;

  constructor(
    private readonly url: string,
    private readonly jobId: number,
    private readonly listener: FeedListener,
    private readonly csrfToken: () => string,
  ) {}

  get users(): ReadonlySignal<readonly PresentUser[]> {
    return this.#users;
  }

  get live(): ReadonlySignal<boolean> {
    return this.#live;
  }

  async start(): Promise<void> {
    // Not in the first bundle: a job can be opened and edited before others' changes are heard.
    const { HubConnectionBuilder, LogLevel } = await import('@microsoft/signalr');
    const hub = new HubConnectionBuilder()
      .withUrl(this.url, { headers: { 'X-CSRFToken': this.csrfToken() } })
      .configureLogging(LogLevel.None)
      .withAutomaticReconnect({ nextRetryDelayInMilliseconds: ({ previousRetryCount: n }) => RETRY_MS[n] ?? 30_000 })
      .build();
    this.#hub = hub;
    hub.on('changed', (change: JobChange & { job_id: number }) => {
      if (change.job_id === this.jobId) this.listener.changed(change);
    });
    hub.on('presence', (presence: { job_id: number; users: PresentUser[] }) => {
      if (presence.job_id === this.jobId) this.#users.value = presence.users;
    });
    hub.on('job', (news: JobNews) => {
      if (news.id === this.jobId) this.listener.job(news);
    });
    hub.onreconnecting(() => {
      this.#live.value = false;
    });
    hub.onreconnected(() => void this.#join());
    for (let attempt = 0; !this.#stopped; attempt++) {
      try {
        await hub.start();
        await this.#join();
        return;
      } catch {
        const pause = RETRY_MS[Math.min(attempt + 1, RETRY_MS.length - 1)]!;
        await new Promise((resolve) => setTimeout(resolve, pause));
      }
    }
  }

  async stop(): Promise<void> {
    this.#stopped = true;
    await this.#hub?.stop();
  }

  async #join(): Promise<void> {
    try {
      await this.#hub?.invoke('Join', this.jobId);
      this.#live.value = true;
      this.listener.connected();
    } catch {
      this.#live.value = false;
    }
  }
}
