import { describe, expect, test } from 'vitest';
import { History } from '../model/history';
import { makeShape, makeTag, type Rec } from '../model/records';
import { Store } from '../model/store';
import { accepted, suggestedFrame, suggestionCount, suggestionsOn } from './suggestions';
import { PAUSE, WorkClock } from './work-clock';
import { WorkLog } from './work-log';

const NONE = new Set<number>();

function box(id: number, frame: number, fields: Partial<Parameters<typeof makeShape>[0]> = {}): Rec {
  return makeShape({ id, frame, labelId: 1, kind: 'rectangle', points: [0, 0, 10, 10], source: 'auto', score: 0.5, ...fields });
}

function bench() {
  let now = 0;
  const store = new Store();
  const history = new History(store);
  const log = new WorkLog(new WorkClock(() => now));
  store.listen((change) => log.follow(change));
  store.load([box(1, 0), box(2, 0, { score: 0.9 }), box(3, 4), box(4, 0, { source: 'manual' }), makeTag({ id: 5, frame: 2, labelId: 1, source: 'auto' })], 1);
  return { store, history, log, wait: (seconds: number) => { now += seconds * 1000; } };
}

describe('suggestions', () => {
  test('are what models made and nobody has judged, the surest first', () => {
    const { store } = bench();
    expect(suggestionsOn(store, 0, NONE)).toEqual([2, 1]);
    expect(suggestionsOn(store, 2, NONE)).toEqual([5]);
    expect(suggestionCount(store)).toBe(4);
  });

  test('are found on the frames before and after', () => {
    const { store } = bench();
    const frames = { count: 6, indexOf: (frame: number) => frame, frameAt: (index: number) => index };
    expect([suggestedFrame(store, frames, 0, 1), suggestedFrame(store, frames, 2, 1), suggestedFrame(store, frames, 4, 1), suggestedFrame(store, frames, 4, -1)]).toEqual([2, 4, null, 2]);
  });

  test('are suggestions no more when a person changes them, and again when that is undone', () => {
    const { store, history } = bench();
    store.transact('move', (tx) => tx.update(1, (rec) => ({ ...rec, points: [1, 1, 11, 11] }) as Rec));
    expect(store.get(1)?.source).toBe('semi-auto');
    history.undo();
    expect(store.get(1)?.source).toBe('auto');
  });

  test('stay suggestions when the server changes them', () => {
    const { store } = bench();
    store.transact('remote', (tx) => tx.update(1, (rec) => ({ ...rec, labelId: 2 })), { origin: 'remote' });
    expect(store.get(1)?.source).toBe('auto');
  });
});

describe('the log of work', () => {
  test('has one entry for each object, with the time since the one before', () => {
    const { store, log, wait } = bench();
    wait(2);
    store.transact('accept-suggestion', (tx) => tx.update(2, accepted));
    wait(3);
    store.transact('move', (tx) => tx.update(1, (rec) => ({ ...rec, points: [1, 1, 11, 11] }) as Rec));
    wait(4);
    store.transact('resize', (tx) => tx.update(1, (rec) => ({ ...rec, points: [2, 2, 11, 11] }) as Rec));
    wait(1);
    store.transact('reject-suggestion', (tx) => tx.remove(3));
    wait(7);
    store.transact('draw-rectangle', (tx) => tx.add(box(9, 0, { source: 'manual' })));
    expect(log.take(100)).toMatchObject([
      { object_id: 2, outcome: 'accepted', seconds: 2, score: 0.9, before: null },
      { object_id: 1, outcome: 'edited', seconds: 7, before: { points: [0, 0, 10, 10] }, after: { points: [2, 2, 11, 11] } },
      { object_id: 3, outcome: 'rejected', seconds: 1, before: { points: [0, 0, 10, 10] }, after: null },
      { object_id: 9, outcome: 'drawn', seconds: 7, score: null },
    ]);
  });

  test('says where a rejected track began', () => {
    const { store, log } = bench();
    const keyframe = { id: 0, frame: 2, kind: 'rectangle', points: [1, 2, 11, 12], rotation: 0, occluded: false, outside: false, zOrder: 0, attributes: {} } as const;
    store.load([{ type: 'track', id: 6, frame: 2, labelId: 1, group: 0, source: 'auto', attributes: {}, keyframes: [keyframe, { ...keyframe, frame: 5, points: [3, 2, 13, 12] }], elements: [] }], 2);
    store.transact('reject-suggestion', (tx) => tx.remove(6));
    expect(log.take(100)).toMatchObject([{ object_id: 6, outcome: 'rejected', frame: 2, before: { type: 'rectangle', points: [1, 2, 11, 12], rotation: 0 } }]);
  });

  test('shares the time of what is judged together', () => {
    const { store, log, wait } = bench();
    wait(3);
    store.transact('accept-suggestion', (tx) => [1, 2].forEach((id) => tx.update(id, accepted)));
    expect(log.take(100).map(({ seconds }) => seconds)).toEqual([1.5, 1.5]);
  });

  test('takes back what is undone', () => {
    const { store, history, log } = bench();
    store.transact('accept-suggestion', (tx) => tx.update(2, accepted));
    history.undo();
    store.transact('reject-suggestion', (tx) => tx.remove(3));
    history.undo();
    store.transact('draw-rectangle', (tx) => tx.add(box(9, 0, { source: 'manual' })));
    history.undo();
    expect(log.take(100).map(({ object_id, outcome }) => [object_id, outcome])).toEqual([[2, 'none'], [3, 'none'], [9, 'none']]);
    history.redo();
    expect(log.take(100)).toMatchObject([{ object_id: 9, outcome: 'drawn' }]);
  });

  test('leaves pauses out', () => {
    let now = 0;
    const clock = new WorkClock(() => now);
    now += 5000;
    clock.touch();
    now += PAUSE + 60_000;
    clock.touch();
    now += 2000;
    expect(clock.lap()).toBe(7);
  });

  test('keeps what could not be sent unless something newer is known', () => {
    const { store, log } = bench();
    store.transact('accept-suggestion', (tx) => tx.update(2, accepted));
    const items = log.take(100);
    expect(log.size).toBe(0);
    store.transact('reject-suggestion', (tx) => tx.remove(2));
    log.putBack(items);
    expect(log.take(100)).toMatchObject([{ object_id: 2, outcome: 'rejected' }]);
  });
});
