import { Superseded } from '../assist/compute';
import { spansOf } from '../masks/spans';
import type { Candidate, Prompt, Segmenter } from '../assist/interactor';
import type { Answer, Api, Failure } from './api';

/** The part of `GET /api/models` that the editor needs. */
interface WireModel {
  readonly id: number;
  readonly name: string;
  /** uploading, checking, asking, ready or refused. */
  readonly state?: string;
  /** Versions of one model have the same series. */
  readonly series_id?: number;
  readonly version?: number;
}

/** Answer of `POST /api/models/{id}/interact`: docs/interactive.md. */
export interface WireCandidates {
  readonly candidates: readonly { readonly score: number; readonly mask: readonly number[] }[];
  readonly took_ms: number;
}

/** A model slower than this, in milliseconds, is not asked while the pointer only hovers. */
const HOVER_LIMIT = 400;

/** A model on the server that makes masks of points and boxes. */
export class ModelSegmenter implements Segmenter {
  readonly id: string;
  readonly name: string;
  #hoverable = true;

  constructor(
    private readonly api: Pick<Api, 'send'>,
    private readonly job: number,
    private readonly model: WireModel,
  ) {
    this.id = String(model.id);
    this.name = model.name;
  }

  /** Until it was once too slow. */
  get hovers(): boolean {
    return this.#hoverable;
  }

  async segment(frame: number, { points, box }: Prompt, signal: AbortSignal): Promise<readonly Candidate[]> {
    const answer = await this.api.send<WireCandidates>('POST', `/models/${this.model.id}/interact`, {
      job_id: this.job, frame, points: points.map(({ x, y }) => [x, y]), labels: points.map(({ inside }) => (inside ? 1 : 0)), box,
    });
    if (signal.aborted) {
      throw new Superseded();
    }
    if (answer.kind !== 'ok') {
      throw new Error(reasonOf(answer));
    }
    this.#hoverable = answer.value.took_ms <= HOVER_LIMIT;
    return answer.value.candidates
      .map(({ score, mask }) => ({ score, mask: spansOf(mask) }))
      .filter(({ mask }) => mask.spans.length > 0)
      .sort((a, b) => b.score - a.score);
  }

  prepare(frames: readonly number[]): void {
    void this.api.send('POST', `/models/${this.model.id}/prepare`, { job_id: this.job, frames });
  }
}

/** The models that segment by prompts in this job; none when the server has none, or none that this person may use. */
export async function loadSegmenters(api: Pick<Api, 'get' | 'send'>, job: number): Promise<readonly Segmenter[]> {
  const answer: Answer<{ readonly results?: readonly WireModel[] }> = await api.get(`/models?kind=interactor&job_id=${job}`);
  return answer.kind === 'ok' ? newest(answer.value.results ?? []).map((model) => new ModelSegmenter(api, job, model)) : [];
}

/** The newest version of each model that can answer, in the order of the list. */
function newest(models: readonly WireModel[]): WireModel[] {
  const able = models.filter(({ state }) => state === undefined || state === 'ready' || state === 'asking');
  const series = ({ id, series_id }: WireModel) => series_id ?? id;
  return able.filter((model) => !able.some((other) => series(other) === series(model) && (other.version ?? 0) > (model.version ?? 0)));
}

function reasonOf(failure: Failure): string {
  switch (failure.kind) {
    case 'denied':
    case 'refused':
      return failure.message;
    default:
      return 'the server does not answer';
  }
}
