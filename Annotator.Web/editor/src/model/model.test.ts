import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { compose, invert, rebase } from './diff';
import { History } from './history';
import { makeShape, makeTag } from './records';
import { accepts, allows, attributesForLabel, makeSchema } from './schema';
import { Selection } from './selection';
import { Store } from './store';
import { changedFields, fromCvat, toCvat, withFields } from './wire';
import type { Id, Rec, Shape, Track } from './records';
import type { AttributeSpec, Label } from './schema';
import type { Tx } from './store';

const box = (id: Id, x = 0, rest: Partial<Shape> = {}) => makeShape({ id, kind: 'rectangle', frame: 0, labelId: 1, points: [x, 0, x + 10, 10], ...rest });
const content = (store: Store) => new Map([...store.all()].map((rec) => [rec.id, rec]));
const move = (id: Id, by: number) => (tx: Tx) => tx.update<Shape>(id, (shape) => ({ ...shape, points: shape.points.map((value) => value + by) }));

/** A random change of a store with ids 1 to 6: adds what is missing, else moves, relabels or removes. */
const step = fc.record({ id: fc.integer({ min: 1, max: 6 }), what: fc.constantFrom('move', 'relabel', 'frame', 'remove'), by: fc.integer({ min: 1, max: 9 }) });
type Step = typeof step extends fc.Arbitrary<infer T> ? T : never;

function play(tx: Tx, { id, what, by }: Step): void {
  if (tx.get(id) === undefined) {
    tx.add(box(id, by));
  } else if (what === 'remove') {
    tx.remove(id);
  } else if (what === 'move') {
    move(id, by)(tx);
  } else {
    tx.update(id, (rec) => (what === 'relabel' ? { ...rec, labelId: by } : { ...rec, frame: by }));
  }
}

describe('the store', () => {
  test('gives one diff for a transaction, and nothing for one that comes to nothing', () => {
    const store = new Store();
    const changes: string[] = [];
    store.listen(({ name, diff }) => changes.push(`${name} +${diff.added.length} -${diff.removed.length} ~${diff.updated.length}`));
    store.transact('draw', (tx) => {
      tx.add(box(1));
      move(1, 5)(tx);
    });
    store.transact('nothing', (tx) => {
      tx.add(box(2));
      tx.remove(2);
    });
    expect(changes).toEqual(['draw +1 -0 ~0']);
    expect(store.get(1)).toMatchObject({ points: [5, 5, 15, 15] });
  });

  test('changes nothing and tells nobody when the work throws', () => {
    const store = new Store();
    store.transact('draw', (tx) => tx.add(box(1)));
    const before = content(store);
    let told = 0;
    store.listen(() => told++);
    expect(() =>
      store.transact('broken', (tx) => {
        tx.remove(1);
        tx.add(box(2));
        throw new Error('no');
      }),
    ).toThrow('no');
    expect(content(store)).toEqual(before);
    expect(told).toBe(0);
    store.transact('after', (tx) => tx.add(box(3)));
    expect(store.has(3)).toBe(true);
  });

  test('refuses a taken id, an unknown object, and an update that changes identity', () => {
    const store = new Store();
    store.transact('draw', (tx) => tx.add(box(1)));
    expect(() => store.transact('again', (tx) => tx.add(box(1)))).toThrow('there already');
    expect(() => store.transact('ghost', (tx) => tx.update(9, (rec) => rec))).toThrow('no object 9');
    expect(() => store.transact('rename', (tx) => tx.update(1, (rec) => ({ ...rec, id: 2 })))).toThrow('neither its id nor its type');
  });

  test('puts touched coordinates on the 0.01 px grid and leaves the others as they came', () => {
    const store = new Store();
    store.load([box(1, 0, { points: [1 / 3, 0, 10, 10] })], 1);
    store.transact('move', (tx) => tx.update<Shape>(1, (shape) => ({ ...shape, points: [1 / 3, 0, 10.127, 10] })));
    expect((store.get(1) as Shape).points).toEqual([1 / 3, 0, 10.13, 10]);
  });

  test('keeps its indexes true to its content', () =>
    fc.assert(
      fc.property(fc.array(step, { maxLength: 40 }), (steps) => {
        const store = new Store();
        steps.forEach((one) => store.transact('step', (tx) => play(tx, one)));
        for (let key = 0; key < 12; key++) {
          expect([...store.atFrame(key)].sort()).toEqual([...store.all()].filter((rec) => rec.frame === key).map((rec) => rec.id).sort());
          expect([...store.withLabel(key)].sort()).toEqual([...store.all()].filter((rec) => rec.labelId === key).map((rec) => rec.id).sort());
        }
      }),
    ));
});

describe('diffs', () => {
  test('composed do what they do one after the other, and inverted undo it', () =>
    fc.assert(
      fc.property(fc.array(step, { maxLength: 10 }), fc.array(step, { maxLength: 10 }), (first, second) => {
        const store = new Store();
        const start = content(store);
        const a = store.transact('a', (tx) => first.forEach((one) => play(tx, one)));
        const b = store.transact('b', (tx) => second.forEach((one) => play(tx, one)));
        const end = content(store);
        const both = compose(a, b);
        store.apply('back', invert(both));
        expect(content(store)).toEqual(start);
        store.apply('again', both);
        expect(content(store)).toEqual(end);
      }),
    ));

  test('rebased leave alone what somebody else has changed or removed', () => {
    const [from, to] = [box(1, 0), box(1, 5, { occluded: true })];
    const theirs = box(1, 99);
    const left = rebase({ added: [], removed: [], updated: [[from, to]] }, () => theirs);
    expect(left.updated).toEqual([[theirs, { ...theirs, occluded: true }]]);
    expect(rebase({ added: [], removed: [from], updated: [[from, to]] }, () => undefined)).toEqual({ added: [], removed: [], updated: [] });
  });
});

describe('UND history', () => {
  test('undo of everything is where it began, redo of everything where it ended', () =>
    fc.assert(
      fc.property(fc.array(step, { maxLength: 25 }), (steps) => {
        const store = new Store();
        const history = new History(store);
        const start = content(store);
        steps.forEach((one) => store.transact('step', (tx) => play(tx, one)));
        const end = content(store);
        while (history.undo() !== null);
        expect(content(store)).toEqual(start);
        while (history.redo() !== null);
        expect(content(store)).toEqual(end);
      }),
    ));

  test('UND-05 never undoes what others did', () => {
    const store = new Store();
    const history = new History(store);
    store.load([box(1), box(2)], 1);
    store.transact('move', move(1, 5));
    store.transact('theirs', (tx) => tx.update(1, (rec) => ({ ...rec, labelId: 7 })), { origin: 'remote' });
    store.transact('theirs', move(2, 3), { origin: 'remote' });
    history.undo();
    expect(store.get(1)).toMatchObject({ labelId: 7, points: [0, 0, 10, 10] });
    expect(store.get(2)).toMatchObject({ points: [3, 3, 13, 13] });
    expect(history.undo()).toBeNull();
  });

  test('a track is undone and redone also when the server has numbered its keyframes in between', () => {
    const store = new Store();
    const history = new History(store);
    const keyframe = (frame: number, id = 0) => ({ kind: 'rectangle' as const, id, frame, points: [frame, 0, 10, 10], occluded: false, outside: false, zOrder: 0, rotation: 0, attributes: {} });
    const track: Track = { ...makeTag({ id: 1, frame: 0, labelId: 1 }), type: 'track', keyframes: [keyframe(0)], elements: [] };
    const numbered = (rec: Track): Track => ({ ...rec, keyframes: rec.keyframes.map((one, i) => ({ ...one, id: 1001 + i })) });
    const stored = () => store.transact('stored', (tx) => tx.update<Track>(1, numbered), { origin: 'remote' });
    const frames = () => (store.get(1) as Track).keyframes.map(({ frame }) => frame);
    store.load([track], 1);
    store.transact('set', (tx) => tx.update<Track>(1, (rec) => ({ ...rec, keyframes: [...rec.keyframes, keyframe(5)] })));
    stored();
    history.undo();
    expect(frames()).toEqual([0]);
    stored();
    history.redo();
    expect(frames()).toEqual([0, 5]);
  });

  test('passes over a step whose object somebody removed', () => {
    const store = new Store();
    const history = new History(store);
    store.load([box(1), box(2)], 1);
    store.transact('first', move(1, 5));
    store.transact('second', move(2, 5));
    store.transact('theirs', (tx) => tx.remove(2), { origin: 'remote' });
    expect(history.undo()?.name).toBe('first');
    expect(store.has(2)).toBe(false);
  });

  test('an undo is told as a change of its own, with the frame to go to', () => {
    const store = new Store();
    const history = new History(store);
    store.transact('draw', (tx) => tx.add(box(1)), { frame: 12 });
    const origins: string[] = [];
    store.listen(({ origin, frame }) => origins.push(`${origin} ${frame}`));
    history.undo();
    history.redo();
    expect(origins).toEqual(['undo 12', 'undo 12']);
  });

  test('UND-04 changes with one key are one step until sealed', () => {
    const store = new Store();
    const history = new History(store);
    store.load([box(1)], 1);
    for (let i = 0; i < 5; i++) {
      store.transact('move', move(1, 1), { coalesce: 'nudge' });
    }
    history.seal();
    store.transact('move', move(1, 1), { coalesce: 'nudge' });
    expect(history.undoSteps.length).toBe(2);
    history.undo();
    history.undo();
    expect(store.get(1)).toMatchObject({ points: [0, 0, 10, 10] });
  });

  test('a new change ends what could be redone; a selection does not', () => {
    const store = new Store();
    const history = new History(store);
    store.transact('draw', (tx) => tx.add(box(1)));
    history.undo();
    new Selection(store).selected.set([1]);
    expect(history.canRedo).toBe(true);
    store.transact('draw', (tx) => tx.add(box(2)));
    expect(history.canRedo).toBe(false);
  });

  test('UND-01 drops the oldest steps at its limit and keeps the newest', () => {
    const store = new Store();
    const history = new History(store, 2000);
    for (let id = 1; id <= 50; id++) {
      store.transact(`draw ${id}`, (tx) => tx.add(box(id)));
    }
    expect(history.undoSteps.length).toBeLessThan(12);
    expect(history.undo()?.name).toBe('draw 50');
  });
});

test('what leaves the store leaves the selection', () => {
  const store = new Store();
  const selection = new Selection(store);
  store.load([box(1), box(2)], 1);
  selection.selected.set([1, 2]);
  selection.hovered.value = 1;
  store.transact('delete', (tx) => tx.remove(1));
  expect([...selection.selected.ids.value]).toEqual([2]);
  expect(selection.hovered.value).toBeNull();
});

test('a whole large job can be removed at once', () => {
  const store = new Store();
  const selection = new Selection(store);
  store.load(Array.from({ length: 200_000 }, (_, i) => box(i + 1)), 1);
  selection.selected.set([1, 2, 3]);
  store.transact('clear', (tx) => [...store.all()].forEach((rec) => tx.remove(rec.id)));
  expect([store.size, selection.selected.size]).toEqual([0, 0]);
});

describe('the contract\'s JSON', () => {
  const track: Track = {
    type: 'track', id: 5, frame: 2, labelId: 3, group: 1, source: 'auto', attributes: { 7: 'red' },
    keyframes: [{ id: 11, frame: 2, kind: 'polygon', points: [0, 0, 5, 0, 5, 5], rotation: 0, occluded: true, outside: false, zOrder: 2, attributes: { 8: 'slow' } }],
    elements: [{ id: 6, frame: 2, labelId: 4, group: 0, source: 'auto', attributes: {}, keyframes: [] }],
  };
  const all: Rec[] = [makeTag({ id: 1, frame: 3, labelId: 2, attributes: { 9: 'x' } }), box(2, 1, { score: 0.5, source: 'semi-auto', rotation: 12.5, attributes: { 9: 'y' } }), track];

  test.each(all.map((rec) => [rec.type, rec] as const))('a %s comes back as it went', (type, rec) => {
    expect(fromCvat(type, JSON.parse(JSON.stringify(toCvat(rec))))).toEqual(rec);
  });

  test('only changed fields are sent, whole, and put back they give the changed object', () => {
    const before = box(1);
    const after: Shape = { ...before, labelId: 9, attributes: { 4: 'a' } };
    const set = changedFields(before, after);
    expect(set).toEqual({ label_id: 9, attributes: [{ spec_id: 4, value: 'a' }] });
    expect(withFields(before, set)).toEqual(after);
    expect(changedFields(before, { ...before })).toEqual({});
  });

  test('what is missing has its default, and an unknown kind or a missing id is refused by name', () => {
    expect(fromCvat('shape', { id: 1, type: 'rectangle', frame: 0, label_id: 1, points: [0, 0, 1, 1] })).toEqual(box(1, 0, { points: [0, 0, 1, 1] }));
    expect(() => fromCvat('shape', { id: 1, type: 'blob', frame: 0, label_id: 1 })).toThrow('"blob" is no kind of shape');
    expect(() => fromCvat('tag', { frame: 4, label_id: 1 })).toThrow('frame 4 has no usable id');
  });
});

describe('labels', () => {
  const spec = (id: number, name: string, inputType: AttributeSpec['inputType'], values: string[] = []): AttributeSpec => ({ id, name, inputType, mutable: false, defaultValue: values[0] ?? '', values });
  const label = (id: number, type: Label['type'], attributes: AttributeSpec[] = []): Label => ({ id, name: `l${id}`, color: '#ffffff', type, attributes, sublabels: [], edges: [] });

  test('accept their kind, or any but skeletons', () => {
    expect(accepts(label(1, 'polygon'), 'rectangle')).toBe(false);
    expect(accepts(label(1, 'any'), 'tag')).toBe(true);
    expect(accepts(label(1, 'any'), 'skeleton')).toBe(false);
  });

  test('take over attributes of the same name whose value they know', () => {
    const from = label(1, 'any', [spec(1, 'colour', 'select', ['red', 'blue']), spec(2, 'note', 'text')]);
    const to = label(2, 'any', [spec(11, 'colour', 'select', ['red']), spec(12, 'note', 'text')]);
    const schema = makeSchema([from, to]);
    expect(attributesForLabel(schema, { 1: 'red', 2: 'hi' }, to)).toEqual({ 11: 'red', 12: 'hi' });
    expect(attributesForLabel(schema, { 1: 'blue' }, to)).toEqual({});
  });

  test('know which values are allowed', () => {
    expect(allows(spec(1, 'n', 'number', ['0', '10', '1']), '10')).toBe(true);
    expect(allows(spec(1, 'n', 'number', ['0', '10', '1']), '11')).toBe(false);
    expect(allows(spec(1, 'n', 'number', ['0', '10', '1']), '')).toBe(false);
    expect(allows(spec(1, 'c', 'checkbox'), 'yes')).toBe(false);
  });
});
