import type { Rec } from '../model/records';
import type { JobMeta } from '../model/schema';
import type { Store } from '../model/store';
import { recordsOf, type WireAnnotations } from '../model/wire';
import type { Api } from '../sync/api';
import { LoadError, reason } from './load-job';

/** Up to so many frames a job is read in one request. */
const WHOLE = 200;
/** Frames around the one in view that come first in a larger job, and frames of each further request. */
const NEAR = 50;
const CHUNK = 2000;

/** Frame ranges in the order they are wanted: around the frame in view first. */
export function readingOrder(first: number, last: number, frame: number): (readonly [number, number])[] {
  if (last - first < WHOLE) return [[first, last]];
  const from = Math.max(first, frame - NEAR / 2);
  const to = Math.min(last, from + NEAR - 1);
  const ranges: (readonly [number, number])[] = [[from, to]];
  for (let start = to + 1; start <= last; start += CHUNK) ranges.push([start, Math.min(last, start + CHUNK - 1)]);
  for (let end = from - 1; end >= first; end -= CHUNK) ranges.push([Math.max(first, end - CHUNK + 1), end]);
  return ranges;
}

/**
 * Reads all annotations of the job into the store, those near the frame first. What was in the store and is no longer in
 * the job goes. Returns the revision from which on changes must be followed.
 */
export async function loadAnnotations(api: Api, job: JobMeta, store: Store, frame: number, progress: (percent: number) => void): Promise<number> {
  const ranges = readingOrder(job.startFrame, job.stopFrame, frame);
  const found = new Set<number>();
  let revision = Infinity;
  for (const [i, [from, to]] of ranges.entries()) {
    const answer = ranges.length === 1 ? await api.annotations(job.jobId) : await api.annotations(job.jobId, from, to);
    if (answer.kind !== 'ok') throw new LoadError(reason(answer));
    const records: Rec[] = recordsOf(answer.value as unknown as WireAnnotations);
    for (const { id } of records) found.add(id);
    store.load(records, answer.value.version);
    // Pages may be of different revisions: following from the oldest misses nothing, and doing a change twice does no harm.
    revision = Math.min(revision, answer.value.version);
    progress(Math.round(((i + 1) / ranges.length) * 100));
  }
  const gone = [...store.all()].filter(({ id }) => !found.has(id));
  if (gone.length > 0) store.apply('load', { added: [], removed: gone, updated: [] }, { origin: 'load' });
  return revision;
}
