import type { JobState } from '../actions/context';
import type { VideoInfo } from '../frames/video-info';
import { INPUT_TYPES, type JobMeta, type Label, makeSchema, type Schema } from '../model/schema';
import { SHAPE_KINDS } from '../model/records';
import type { Answer, Api, Failure } from '../sync/api';
import { skeletonEdges, skeletonPlaces } from './skeleton-svg';

interface WireJob {
  readonly id: number;
  readonly task_id: number;
  readonly stage: string;
  readonly state: string;
  readonly mode: string;
  readonly start_frame: number;
  readonly stop_frame: number;
  readonly dimension: string;
}

interface WireFrame {
  readonly width: number;
  readonly height: number;
  readonly name: string;
  readonly related_files?: number;
}

interface WireMeta {
  readonly frames: readonly WireFrame[] | null;
  readonly deleted_frames: readonly number[];
  readonly included_frames?: readonly number[] | null;
}

interface WireLabel {
  readonly id: number;
  readonly name: string;
  readonly color?: string;
  readonly type?: string;
  readonly svg?: string;
  readonly attributes?: readonly { readonly id: number; readonly name: string; readonly mutable: boolean; readonly input_type: string; readonly default_value?: string; readonly values?: readonly string[] }[];
  readonly sublabels?: readonly WireLabel[];
}

export interface LoadedJob {
  readonly meta: JobMeta;
  readonly state: JobState;
  readonly schema: Schema;
  /** Frames that can be visited, in order. */
  readonly frames: readonly number[];
  readonly videos: readonly VideoInfo[];
  /** While frames of its video are still being found: how far that is, 0 to 1; null when the job has all. */
  readonly found: number | null;
  /** Takes the frames up to another last one, and what is known of the videos now: the lists above are the same ones, only longer. */
  grow(stopFrame: number, videos: readonly VideoInfo[]): void;
}

/** `GET /jobs/{id}/data/video`; docs/video-frames.md. */
export interface WireVideos {
  readonly videos: readonly VideoInfo[];
  readonly found: number | null;
}

/** The job could not be read; says why in words for people. */
export class LoadError extends Error {}

const PAGE = 500;

/** Job, frames and labels, all that is needed before the first picture. */
export async function loadJob(api: Api, jobId: number): Promise<LoadedJob> {
  const jobRead = got(api.get<WireJob>(`/jobs/${jobId}`));
  const [job, meta, labels, videos] = await Promise.all([
    jobRead,
    jobRead.then((read) => firstMeta(api, read)),
    allLabels(api, jobId),
    // Without it every frame still comes as a picture.
    api.get<WireVideos>(`/jobs/${jobId}/data/video`),
  ]);
  // The name is a comfort: without the right to read the task, the job still opens.
  const task = await api.get<{ name: string }>(`/tasks/${job.task_id}`);
  const deletedFrames = new Set(meta.deleted_frames);
  const frames = [...(meta.frames ?? [])];
  if (isLong(job) && frames.length === LISTED_FIRST) void listRest(api, job, frames);
  const included = meta.included_frames ?? range(job.start_frame, job.stop_frame);
  const jobMeta: { -readonly [key in keyof JobMeta]: JobMeta[key] } = {
    jobId, taskId: job.task_id, taskName: task.kind === 'ok' ? task.value.name : '', startFrame: job.start_frame, stopFrame: job.stop_frame,
    mode: job.mode === 'interpolation' ? 'interpolation' : 'annotation', frames, deletedFrames,
  };
  const visitable = included.filter((frame) => !deletedFrames.has(frame));
  const known = videos.kind === 'ok' ? [...videos.value.videos] : [];
  return {
    meta: jobMeta,
    state: { stage: job.stage, state: job.state },
    schema: makeSchema(labels),
    frames: visitable,
    videos: known,
    found: videos.kind === 'ok' ? videos.value.found : null,
    grow: (stopFrame, now) => {
      for (const frame of range(jobMeta.stopFrame + 1, stopFrame)) visitable.push(frame);
      jobMeta.stopFrame = Math.max(jobMeta.stopFrame, stopFrame);
      known.splice(0, known.length, ...now);
    },
  };
}

/** A job of very many frames opens with the first of them listed; names and sizes of the others follow while one works. */
const LISTED_FIRST = 1000;
const LISTED_AT_ONCE = 20_000;

function isLong(job: WireJob): boolean {
  return job.stop_frame - job.start_frame >= LISTED_FIRST;
}

function firstMeta(api: Api, job: WireJob): Promise<WireMeta> {
  const some = isLong(job) ? `?frame_from=${job.start_frame}&frame_to=${job.start_frame + LISTED_FIRST - 1}` : '';
  return got(api.get<WireMeta>(`/jobs/${job.id}/data/meta${some}`));
}

/** Adds the frames that are not listed yet. What is missing when the connection breaks is a comfort only. */
async function listRest(api: Api, job: WireJob, frames: WireFrame[]): Promise<void> {
  for (let first = job.start_frame + frames.length; first <= job.stop_frame; first += LISTED_AT_ONCE) {
    const last = Math.min(first + LISTED_AT_ONCE - 1, job.stop_frame);
    const answer = await api.get<WireMeta>(`/jobs/${job.id}/data/meta?frame_from=${first}&frame_to=${last}`);
    if (answer.kind !== 'ok' || answer.value.frames === null) return;
    for (const frame of answer.value.frames) frames.push(frame);
  }
}

async function allLabels(api: Api, jobId: number): Promise<Label[]> {
  const labels: Label[] = [];
  for (let page = 1; ; page++) {
    const answer = await got(api.get<{ next: string | null; results: readonly WireLabel[] }>(`/labels?job_id=${jobId}&page_size=${PAGE}&page=${page}`));
    labels.push(...answer.results.map(labelOf));
    if (answer.next === null) break;
  }
  return labels.sort((a, b) => a.id - b.id);
}

function labelOf(wire: WireLabel): Label {
  const sublabels = (wire.sublabels ?? []).map(labelOf);
  const kinds: readonly string[] = [...SHAPE_KINDS, 'tag', 'any'];
  return {
    id: wire.id, name: wire.name, color: wire.color !== undefined && /^#[0-9a-f]{6}$/i.test(wire.color) ? wire.color : '#888888',
    type: (kinds.includes(wire.type ?? 'any') ? (wire.type ?? 'any') : 'any') as Label['type'],
    attributes: (wire.attributes ?? []).map((spec) => ({
      id: spec.id, name: spec.name, mutable: spec.mutable, defaultValue: spec.default_value ?? '', values: spec.values ?? [],
      inputType: INPUT_TYPES.find((type) => type === spec.input_type) ?? 'text',
    })),
    sublabels, edges: skeletonEdges(wire.svg ?? '', sublabels), places: skeletonPlaces(wire.svg ?? '', sublabels),
  };
}

async function got<T>(answer: Promise<Answer<T>>): Promise<T> {
  const result = await answer;
  if (result.kind === 'ok') return result.value;
  throw new LoadError(reason(result));
}

export function reason(failure: Failure): string {
  switch (failure.kind) {
    case 'denied':
    case 'refused':
      return failure.message;
    default:
      return 'The server cannot be reached.';
  }
}

function range(first: number, last: number): number[] {
  return Array.from({ length: Math.max(0, last - first + 1) }, (_, i) => first + i);
}
