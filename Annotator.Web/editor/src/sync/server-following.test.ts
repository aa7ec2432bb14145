import { describe, expect, test } from 'vitest';
import { History } from '../model/history';
import type { Keyframe, Track } from '../model/records';
import { Store } from '../model/store';
import { type FollowingOptions, ServerFollowing } from './server-following';

const keyframe = (frame: number, x: number): Keyframe => ({
  id: 0, frame, kind: 'rectangle', points: [x, 0, x + 10, 10], rotation: 0, occluded: false, outside: false, zOrder: 0, attributes: {},
});
const track: Track = { type: 'track', id: 7, frame: 0, labelId: 1, group: 0, source: 'manual', attributes: {}, keyframes: [keyframe(0, 0)], elements: [] };
const ask = { ids: [7], frame: 0, frames: 60, backward: false, by: { tracker: 'flow' }, coalesce: 'follow:1' } as const;

/** A server that follows for some looks, and writes a keyframe at each. */
function server(store: Store, looks: number, end: object, options: Partial<FollowingOptions> = {}, running: readonly object[] = []) {
  const sent: (readonly [string, unknown])[] = [];
  const listed = [
    { id: 'over', status: 'finished', progress: 1, message: '', cancelled: false, operation: { type: 'track:job', objects: [{ type: 'track', id: 8 }] } },
    { id: 'export', status: 'started', progress: 0, message: '', cancelled: false, operation: { type: 'export:dataset' } },
    ...running,
  ];
  let look = 0;
  let cancelled = false;
  const history = new History(store);
  const following = new ServerFollowing({
    job: 5, store, history, save: () => Promise.resolve(true), catchUp: () => Promise.resolve(), pause: () => Promise.resolve(),
    api: {
      send: <T>(_method: string, path: string, body?: unknown) => {
        sent.push([path, body]);
        if (path.endsWith('/cancel')) cancelled = true;
        return Promise.resolve({ kind: 'ok' as const, value: { rq_id: 'action=track&id=1' } as T });
      },
      get: <T>(path: string) => {
        if (path.startsWith('/requests?')) return Promise.resolve({ kind: 'ok' as const, value: { results: path.includes('job_id=5&') ? listed : [] } as T });
        look++;
        if (look <= looks && !cancelled) {
          store.transact('remote', (tx) => tx.update<Track>(7, (rec) => ({ ...rec, keyframes: [...rec.keyframes, keyframe(look * 10, look)] })), { origin: 'remote' });
          return Promise.resolve({ kind: 'ok' as const, value: { status: 'started', message: `At frame ${look * 10}`, progress: look / 10, cancelled: false } as T });
        }
        return Promise.resolve({ kind: 'ok' as const, value: { message: '', progress: 1, cancelled: false, ...end, ...(cancelled ? { status: 'failed', cancelled: true } : {}) } as T });
      },
    },
    ...options,
  });
  return { following, history, sent };
}

const loaded = (): Store => {
  const store = new Store();
  store.load([track], 1);
  return store;
};

describe('following objects on the server', () => {
  test('what comes is one step of the undo list, and is undone whole', async () => {
    const store = loaded();
    const { following, history, sent } = server(store, 3, { status: 'finished', message: '1 object followed to frame 30.' });
    expect(await following.follow(ask)).toEqual({ kind: 'done', message: '1 object followed to frame 30.' });
    expect(sent).toEqual([['/jobs/5/trackings', { objects: [{ type: 'track', id: 7 }], frame: 0, backward: false, frames: 60, tracker: 'flow' }]]);
    expect((store.get(7) as Track).keyframes).toHaveLength(4);
    expect(history.undoSteps.map(({ name }) => name)).toEqual(['follow']);
    history.undo();
    expect((store.get(7) as Track).keyframes).toEqual(track.keyframes);
    history.redo();
    expect((store.get(7) as Track).keyframes).toHaveLength(4);
  });

  test('what others change afterwards is not undone', async () => {
    const store = loaded();
    const { following, history } = server(store, 1, { status: 'finished' });
    await following.follow(ask);
    store.transact('remote', (tx) => tx.update<Track>(7, (rec) => ({ ...rec, group: 3 })), { origin: 'remote' });
    expect(history.undoSteps).toHaveLength(1);
  });

  test('stopping keeps what was found', async () => {
    const store = loaded();
    let stop = (): void => undefined;
    let looks = 0;
    const { following, sent } = server(store, 100, { status: 'finished' }, { pause: () => {
      if (++looks === 2) stop();
      return Promise.resolve();
    } });
    stop = () => following.stop();
    expect((await following.follow(ask)).kind).toBe('stopped');
    expect(sent.at(-1)![0]).toBe('/requests/action%3Dtrack%26id%3D1/cancel');
    expect((store.get(7) as Track).keyframes).toHaveLength(3);
    expect(following.state.value).toBeNull();
  });

  test('nothing is asked for while the work before cannot be sent', async () => {
    const { following, sent } = server(loaded(), 1, { status: 'finished' }, { save: () => Promise.resolve(false) });
    expect(await following.follow(ask)).toEqual({ kind: 'failed', message: 'the server does not answer' });
    expect(sent).toEqual([]);
  });

  describe('that goes on while the editor is read anew', () => {
    const going = { id: 'action=track&id=1', status: 'started', progress: 0.4, message: 'At frame 24', cancelled: false, operation: { type: 'track:job', objects: [{ type: 'track', id: 7 }] } };

    test('is shown at once, watched to its end, and what comes is one step to undo', async () => {
      const store = loaded();
      const { following, history, sent } = server(store, 2, { status: 'finished', message: '1 object followed to frame 30.' }, {}, [going]);
      const seen: unknown[] = [];
      following.state.subscribe((state) => seen.push(state));
      expect(await following.resume(3)).toEqual({ kind: 'done', message: '1 object followed to frame 30.' });
      expect(seen.slice(0, 2)).toEqual([null, { progress: 0.4, message: 'At frame 24' }]);
      expect(following.state.value).toBeNull();
      expect(sent).toEqual([]);
      expect(history.undoSteps.map(({ name, frame }) => [name, frame])).toEqual([['follow', 3]]);
      history.undo();
      expect((store.get(7) as Track).keyframes).toEqual(track.keyframes);
    });

    test('can be stopped', async () => {
      let stop = (): void => undefined;
      const { following, sent } = server(loaded(), 100, { status: 'finished' }, { pause: () => {
        stop();
        return Promise.resolve();
      } }, [going]);
      stop = () => following.stop();
      expect((await following.resume(0))?.kind).toBe('stopped');
      expect(sent.map(([path]) => path)).toEqual(['/requests/action%3Dtrack%26id%3D1/cancel']);
    });

    test('is not made up where none runs', async () => {
      const { following } = server(loaded(), 1, { status: 'finished' });
      expect(await following.resume(0)).toBeNull();
      expect(following.state.value).toBeNull();
    });

    test('gives way to one that was begun meanwhile', async () => {
      const { following, sent } = server(loaded(), 1, { status: 'finished' }, {}, [going]);
      const [resumed, followed] = await Promise.all([following.resume(0), following.follow(ask)]);
      expect([resumed, followed.kind, sent.length]).toEqual([null, 'done', 1]);
    });
  });

  test('a server that is silent is not asked for ever', async () => {
    const { following } = server(loaded(), 1, {}, { api: {
      send: <T>() => Promise.resolve({ kind: 'ok' as const, value: { rq_id: 'x' } as T }), get: () => Promise.resolve({ kind: 'unreachable' as const }),
    } });
    expect((await following.follow(ask)).kind).toBe('failed');
  });
});
