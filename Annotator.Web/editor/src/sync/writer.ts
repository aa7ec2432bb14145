/** Which window of this browser may write a job: one at a time (SAV-06). */
export interface Writer {
  /** True when this window has the job; false when another one has. */
  readonly mine: boolean;
  /** Resolves when another window takes the job over; never when `mine` is false. */
  readonly lost: Promise<void>;
  release(): void;
}

/**
 * Asks for the right to write a job. Where the page is not served over HTTPS the browser has no locks: then every window
 * may write, and the journal's owner decides (see {@link import('./journal').JournalTakenOver}).
 * @param takeOver take the right away from the window that has it.
 */
export async function becomeWriter(job: string, takeOver: boolean): Promise<Writer> {
  const never = new Promise<void>(() => undefined);
  const locks = (navigator as { locks?: LockManager }).locks;
  if (locks === undefined) return { mine: true, lost: never, release: () => undefined };
  return new Promise((resolve) => {
    let release: () => void = () => undefined;
    let lose: () => void = () => undefined;
    const lost = new Promise<void>((done) => {
      lose = done;
    });
    const held = new Promise<void>((done) => {
      release = done;
    });
    locks.request(`annotator/${job}`, takeOver ? { steal: true } : { ifAvailable: true }, (lock) => {
      resolve(lock === null ? { mine: false, lost: never, release: () => undefined } : { mine: true, lost, release });
      return lock === null ? undefined : held;
    }).catch(() => lose());
  });
}
