import { expect, test } from 'vitest';
import type { VideoInfo } from '../frames/video-info';
import type { Answer } from '../sync/api';
import { Growth } from './growth';
import { makeNavigation } from './navigation';
import { loadJob } from './load-job';

function video(count: number): VideoInfo {
  return { number: 0, name: 'street.avi', width: 320, height: 240, frame_rate: 30, offset: 0, count, video_first: 0, video_step: 1, source: 'proxy', codec: null, description: null, chunk_frames: 48, version: `${count}` };
}

/** A server that answers the looks one after the other: how many frames the video and the job have, and how far it is. */
class Looks {
  looks = 0;

  constructor(private readonly answers: readonly (Answer<never> | { readonly video: number; readonly job: number; readonly found: number | null })[]) {}

  readonly get = async <T>(path: string): Promise<Answer<T>> => {
    const answer = this.answers[this.looks]!;
    if ('kind' in answer) {
      this.looks++;
      return answer;
    }
    if (path === '/jobs/7/data/video') return { kind: 'ok', value: { videos: [video(answer.video)], found: answer.found } as T };
    this.looks++;
    return { kind: 'ok', value: { stop_frame: answer.job - 1 } as T };
  };
}

function following(server: Looks, found: number | null = 0.1) {
  const frames = Array.from({ length: 100 }, (_, frame) => frame);
  const navigation = makeNavigation(frames, 0, async () => undefined);
  const seen: string[] = [];
  const growth = new Growth({
    job: 7, api: server, found, pause: async () => undefined, stopFrame: () => frames.length - 1,
    grown: (stop, [now]) => {
      while (frames.length <= stop) frames.push(frames.length);
      navigation.grow();
      seen.push(`${stop} ${now!.count}`);
    },
  });
  return { growth, navigation, seen };
}

test('frames that are found appear behind the others until there will be no more', async () => {
  const server = new Looks([{ video: 100, job: 100, found: 0.2 }, { video: 200, job: 200, found: 0.5 }, { video: 450, job: 450, found: null }]);
  const { growth, navigation, seen } = following(server);
  expect(navigation.count).toBe(100);
  await growth.follow();
  expect([seen, growth.found.value, server.looks]).toEqual([['199 200', '449 450'], null, 3]);
  expect([navigation.count, navigation.indexOf(449), navigation.frameAt(449), navigation.step(99, 1)]).toEqual([450, 449, 449, 100]);
});

test('a frame is shown only when the video that it is of is known with it', async () => {
  const { growth, seen } = following(new Looks([{ video: 150, job: 200, found: 0.5 }, { video: 200, job: 200, found: null }]));
  await growth.follow();
  expect(seen).toEqual(['149 150', '199 200']);
});

test('a server that cannot be reached is asked again, one that refuses is not', async () => {
  const { growth, seen } = following(new Looks([{ kind: 'unreachable' }, { video: 200, job: 200, found: 0.5 }, { kind: 'denied', status: 403, message: 'No.' }]));
  await growth.follow();
  expect([seen, growth.found.value]).toEqual([['199 200'], null]);
});

test('a job that has all its frames is not asked about', async () => {
  const server = new Looks([]);
  const { growth } = following(server, null);
  await growth.follow();
  expect(server.looks).toBe(0);
});

test('a job that grows keeps its lists and what is in them', async () => {
  const answers: Record<string, unknown> = {
    '/jobs/7': { id: 7, task_id: 3, stage: 'annotation', state: 'new', mode: 'interpolation', start_frame: 0, stop_frame: 99, dimension: '2d' },
    '/jobs/7/data/meta': { frames: [{ width: 320, height: 240, name: 'street.avi' }], deleted_frames: [5], included_frames: null },
    '/jobs/7/data/video': { videos: [video(100)], found: 0.25 },
    '/tasks/3': { name: 'Street' },
    '/labels?job_id=7&page_size=500&page=1': { next: null, results: [] },
  };
  const loaded = await loadJob({ get: async (path: string) => ({ kind: 'ok', value: answers[path] }) } as never, 7);
  const { frames, videos, meta } = loaded;
  expect([loaded.found, frames.length]).toEqual([0.25, 99]);

  loaded.grow(199, [video(200)]);

  expect([frames.length, frames.includes(5), frames.at(-1), videos.map(({ count }) => count), meta.stopFrame]).toEqual([199, false, 199, [200], 199]);
});
