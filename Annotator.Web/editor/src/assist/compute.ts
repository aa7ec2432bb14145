import type { Answers, FromCompute, Kind, Question, ToCompute } from './messages';

/** A newer question of the same kind took its place: nobody waits for the answer any more. */
export class Superseded extends Error {
  override readonly name = 'Superseded';
}

/** Computes away from the page's thread. */
export interface Compute {
  /**
   * Answers a question. Of questions of one kind that wait for their turn only the newest is asked.
   * @throws Superseded for the others. @throws Error when it cannot be answered.
   */
  ask<K extends Kind>(question: Question & { readonly type: K }, transfer?: Transferable[]): Promise<Answers[K]>;
  dispose(): void;
}

interface Waiting {
  readonly question: Question;
  readonly transfer: Transferable[];
  resolve(answer: Answers[Kind]): void;
  reject(error: Error): void;
}

/** The one port of a worker that the queue needs. */
export interface ComputePort {
  onmessage: ((event: MessageEvent<FromCompute>) => void) | null;
  onerror: ((event: ErrorEvent) => void) | null;
  postMessage(message: ToCompute, transfer: Transferable[]): void;
  terminate(): void;
}

/** Asks one question at a time; the worker starts with the first, and anew after it broke. */
export class ComputeQueue implements Compute {
  readonly #waiting = new Map<Kind, Waiting>();
  #port: ComputePort | null = null;
  #asked: Waiting | null = null;
  #number = 0;

  constructor(private readonly start: () => ComputePort) {}

  ask<K extends Kind>(question: Question & { readonly type: K }, transfer: Transferable[] = []): Promise<Answers[K]> {
    return new Promise<Answers[Kind]>((resolve, reject) => {
      this.#waiting.get(question.type)?.reject(new Superseded());
      this.#waiting.delete(question.type);
      this.#waiting.set(question.type, { question, transfer, resolve, reject });
      this.#next();
    }) as Promise<Answers[K]>;
  }

  dispose(): void {
    this.#port?.terminate();
    this.#port = null;
    for (const waiting of [...this.#waiting.values(), ...(this.#asked === null ? [] : [this.#asked])]) {
      waiting.reject(new Superseded());
    }
    this.#waiting.clear();
    this.#asked = null;
  }

  #next(): void {
    const next = this.#waiting.entries().next();
    if (this.#asked !== null || next.done === true) {
      return;
    }
    const [kind, waiting] = next.value;
    this.#waiting.delete(kind);
    this.#asked = waiting;
    this.#port ??= this.#open();
    this.#port.postMessage({ number: ++this.#number, question: waiting.question }, waiting.transfer);
  }

  #open(): ComputePort {
    const port = this.start();
    port.onmessage = ({ data }) => {
      if (data.number === this.#number) {
        const asked = this.#asked;
        this.#asked = null;
        if ('error' in data) asked?.reject(new Error(data.error));
        else asked?.resolve(data.answer);
        this.#next();
      }
    };
    port.onerror = (event) => {
      port.terminate();
      this.#port = null;
      const asked = this.#asked;
      this.#asked = null;
      asked?.reject(new Error(event.message || 'The computation broke off.'));
      this.#next();
    };
    return port;
  }
}

/** Computes in a worker, which is loaded when it is first needed. */
export function startCompute(): Compute {
  return new ComputeQueue(() => new Worker(new URL('./compute.worker.ts', import.meta.url), { type: 'module', name: 'compute' }) as ComputePort);
}
