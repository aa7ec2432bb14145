import 'fake-indexeddb/auto';
import { IDBFactory } from 'fake-indexeddb';
import { beforeEach, describe, expect, test } from 'vitest';
import { Client } from './testing/client';
import { FakeJob } from './testing/fake-job';

let job: FakeJob;
let ann: Client;
let ben: Client;

beforeEach(async () => {
  globalThis.indexedDB = new IDBFactory();
  job = new FakeJob((op) => ('value' in op && op.value['label_id'] === 99) || ('set' in op && op.set['label_id'] === 99) ? 'label_id 99 is no label of the job.' : null);
  job.seed('shape', { id: 1, frame: 0, label_id: 7, points: [0, 0, 10, 10], occluded: false });
  ann = new Client('ann/1', job);
  ben = new Client('ben/1', job);
  await ann.open();
  await ben.open();
});

describe('saving', () => {
  test('a gesture reaches the server once and the state becomes saved', async () => {
    await ann.set(1, { points: [1, 1, 11, 11] });
    expect(ann.session.state.value).toEqual({ kind: 'saving', queued: 1 });
    await ann.session.flush();
    expect(job.get('shape:1')).toMatchObject({ points: [1, 1, 11, 11] });
    expect(ann.session.state.value).toEqual({ kind: 'saved' });
    expect(ann.session.seen).toBe(1);
  });

  test('many moves of one shape travel as one op', async () => {
    for (let x = 1; x <= 20; x++) await ann.set(1, { points: [x, 0, 10, 10] });
    await ann.session.flush();
    expect(ann.wire.sent).toHaveLength(1);
    expect(ann.wire.sent[0]!.ops).toEqual([{ op: 'update', type: 'shape', id: 1, rev: 0, set: { points: [20, 0, 10, 10] } }]);
  });

  test('an object drawn and removed before it was sent is never sent', async () => {
    await ann.add(50, { frame: 0, label_id: 7 });
    await ann.remove(50);
    await ann.session.flush();
    expect(ann.wire.sent).toHaveLength(0);
    expect(ann.session.state.value).toEqual({ kind: 'saved' });
  });

  test('my later edit does not conflict with my own earlier one', async () => {
    await ann.set(1, { points: [1, 0, 10, 10] });
    const sending = ann.session.flush();
    await ann.set(1, { points: [2, 0, 10, 10] });
    await sending;
    await ann.session.flush();
    expect(job.get('shape:1')).toMatchObject({ points: [2, 0, 10, 10] });
    expect(ann.session.tray.value).toEqual([]);
  });

  test('undoing a saved removal brings the object back as it was', async () => {
    const before = ann.shape(1)!;
    await ann.remove(1);
    await ann.session.flush();
    expect(job.get('shape:1')).toBeNull();
    await ann.add(1, before);
    await ann.session.flush();
    expect(job.get('shape:1')).toEqual(before);
    expect(ann.shape(1)).toEqual(before);
  });

  test('an edit and a removal, with the removal taken back, leaves the edit', async () => {
    await ann.set(1, { label_id: 8 });
    const edited = ann.shape(1)!;
    await ann.remove(1);
    await ann.add(1, edited);
    await ann.session.flush();
    expect(job.get('shape:1')).toEqual(edited);
  });

  test('a removal taken back before it was sent costs nothing', async () => {
    const before = ann.shape(1)!;
    await ann.remove(1);
    await ann.add(1, before);
    await ann.session.flush();
    expect(ann.wire.sent).toHaveLength(0);
  });
});

describe('a bad network', () => {
  test('a lost answer is asked for again with the same number and nothing is applied twice', async () => {
    await ann.add(50, { frame: 0, label_id: 7 });
    ann.wire.weather = 'answer-lost';
    await ann.session.flush();
    expect(ann.session.state.value).toEqual({ kind: 'offline', queued: 1 });
    await ann.session.flush();
    expect(ann.wire.sent.map(({ seq }) => seq)).toEqual([1, 1]);
    expect(ann.wire.sent[1]).toEqual(ann.wire.sent[0]);
    expect(job.revision).toBe(1);
    expect(ann.session.state.value).toEqual({ kind: 'saved' });
  });

  test('a duplicated request is applied once', async () => {
    await ann.add(50, { frame: 0, label_id: 7 });
    ann.wire.weather = 'duplicated';
    await ann.session.flush();
    expect(job.revision).toBe(1);
  });

  test('work done while offline is sent in order when the network is back', async () => {
    ann.wire.weather = 'request-lost';
    await ann.add(50, { frame: 0, label_id: 7 });
    await ann.session.flush();
    await ann.set(50, { label_id: 8 });
    await ann.add(51, { frame: 0, label_id: 7 });
    expect(ann.session.state.value).toEqual({ kind: 'offline', queued: 3 });
    await ann.session.flush();
    expect(job.get('shape:50')).toMatchObject({ label_id: 8 });
    expect(job.get('shape:51')).not.toBeNull();
  });

  test('a server that lost count gets the work under a new client id', async () => {
    await ann.set(1, { label_id: 8 });
    await ann.session.flush();
    const forgetful = new FakeJob();
    forgetful.seed('shape', job.get('shape:1')!);
    (ann.wire as { job: FakeJob }).job = forgetful;
    await ann.set(1, { label_id: 9 });
    await ann.session.flush();
    expect(forgetful.get('shape:1')).toMatchObject({ label_id: 9 });
    expect(ann.wire.sent.at(-1)!.client_id).not.toBe(ann.wire.sent[0]!.client_id);
  });
});

describe('a killed browser', () => {
  test('committed gestures that were never sent are restored and then saved', async () => {
    await ann.add(50, { frame: 0, label_id: 7, points: [1, 2] });
    await ann.set(1, { label_id: 8 });
    ann.kill();
    expect(await ann.open()).toBe(2);
    expect(ann.shape(50)).toMatchObject({ points: [1, 2] });
    await ann.session.flush();
    expect(job.get('shape:50')).toMatchObject({ points: [1, 2] });
    expect(job.get('shape:1')).toMatchObject({ label_id: 8 });
  });

  test('a kill between sending and the answer neither loses nor doubles, and hides no later change of others', async () => {
    await ann.set(1, { label_id: 8 });
    ann.wire.weather = 'answer-lost';
    await ann.session.flush();
    ann.kill();
    await ben.session.catchUp();
    await ben.set(1, { label_id: 9 });
    await ben.session.flush();
    await ann.open();
    await ann.session.flush();
    expect(job.get('shape:1')).toMatchObject({ label_id: 9 });
    expect(ann.shape(1)).toMatchObject({ label_id: 9 });
    expect(job.revision).toBe(2);
  });

  test('a window that was taken over cannot write the journal', async () => {
    const other = new Client('ann/1', job);
    await other.open();
    await expect(ann.set(1, { label_id: 8 })).rejects.toThrow('taken over');
    expect(ann.session.state.value.kind).toBe('unsafe');
  });
});

describe('two people', () => {
  test('different fields of one object merge', async () => {
    await ann.set(1, { label_id: 8 });
    await ben.set(1, { points: [5, 5, 6, 6] });
    await ann.session.flush();
    await ben.session.flush();
    await ann.session.catchUp();
    for (const shape of [job.get('shape:1'), ann.shape(1), ben.shape(1)]) expect(shape).toMatchObject({ label_id: 8, points: [5, 5, 6, 6] });
    expect(ben.session.tray.value).toEqual([]);
  });

  test('the same field: theirs stands, mine is in the tray', async () => {
    await ann.set(1, { label_id: 8 });
    await ben.set(1, { label_id: 9, occluded: true });
    await ann.session.flush();
    await ben.session.flush();
    expect(ben.shape(1)).toMatchObject({ label_id: 8, occluded: true });
    expect(ben.session.tray.value).toMatchObject([{ kind: 'conflict', fields: ['label_id'], op: { set: { label_id: 9 } }, theirs: { label_id: 8 } }]);
    await ben.set(1, { label_id: 9 });
    await ben.session.flush();
    expect(job.get('shape:1')).toMatchObject({ label_id: 9 });
  });

  test('an edit wins over a removal, whichever comes first', async () => {
    await ann.set(1, { label_id: 8 });
    await ben.remove(1);
    await ann.session.flush();
    await ben.session.flush();
    expect(ben.shape(1)).toMatchObject({ label_id: 8 });
    expect(ben.session.tray.value).toMatchObject([{ kind: 'conflict', op: { op: 'remove' } }]);

    await ben.remove(1);
    await ben.session.flush();
    await ann.set(1, { label_id: 9 });
    await ann.session.flush();
    expect(job.get('shape:1')).toMatchObject({ label_id: 9, points: [0, 0, 10, 10] });
    expect(ann.shape(1)).toEqual(job.get('shape:1'));
  });

  test('a removal after my own edit is no conflict', async () => {
    await ann.set(1, { label_id: 8 });
    const sending = ann.session.flush();
    await ann.remove(1);
    await sending;
    await ann.session.flush();
    expect(job.get('shape:1')).toBeNull();
    expect(ann.session.tray.value).toEqual([]);
  });
});

describe('a job that was cleared', () => {
  test('keeps my unsent edit of a lost object in the tray, whole', async () => {
    await ann.set(1, { label_id: 8 });
    const change = job.clear();
    await ann.session.flush();
    ann.session.receive(change);
    await Promise.resolve();
    await ann.session.flush();
    expect(ann.shape(1)).toBeNull();
    expect(ann.session.tray.value).toMatchObject([{ kind: 'conflict', theirs: null, op: { op: 'add', set: { label_id: 8, points: [0, 0, 10, 10] } } }]);
    expect(ann.session.state.value).toEqual({ kind: 'saved' });
  });
});

describe('an invalid change', () => {
  test('is set aside with its reason and the rest is saved', async () => {
    await ann.add(50, { frame: 0, label_id: 99 });
    await ann.add(51, { frame: 0, label_id: 7 });
    await ann.set(50, { occluded: true });
    await ann.session.flush();
    expect(job.get('shape:51')).not.toBeNull();
    expect(ann.shape(50)).toBeNull();
    expect(ann.session.tray.value).toMatchObject([{ kind: 'rejected', op: { set: { label_id: 99, occluded: true } }, reason: 'label_id 99 is no label of the job.' }]);
    expect(ann.session.state.value).toEqual({ kind: 'saved' });
    ann.kill();
    await ann.open();
    expect(ann.session.tray.value).toHaveLength(1);
    await ann.session.dismiss(ann.session.tray.value[0]!.id);
    ann.kill();
    await ann.open();
    expect(ann.session.tray.value).toEqual([]);
  });
});

describe('the live feed', () => {
  test('changes that arrive out of order and twice are applied in order, once', async () => {
    await ben.set(1, { label_id: 8 });
    await ben.session.flush();
    await ben.set(1, { label_id: 9 });
    await ben.session.flush();
    const [first, second] = job.log;
    ann.session.receive(second!);
    expect(ann.session.gap).toBe(true);
    expect(ann.shape(1)).toMatchObject({ label_id: 7 });
    ann.session.receive(first!);
    ann.session.receive(second!);
    expect(ann.shape(1)).toMatchObject({ label_id: 9 });
    expect(ann.session.gap).toBe(false);
  });

  test('my own change coming over the feed before its answer harms nothing', async () => {
    await ann.set(1, { label_id: 8 });
    ann.wire.weather = 'answer-lost';
    await ann.session.flush();
    ann.session.receive(job.log[0]!);
    await ann.session.flush();
    expect(ann.shape(1)).toMatchObject({ label_id: 8 });
    expect(ann.session.state.value).toEqual({ kind: 'saved' });
  });

  test('a bulk change reads the job again and keeps unsent work', async () => {
    await ann.add(50, { frame: 0, label_id: 7 });
    job.revision++;
    ann.session.receive({ revision: 1, ops: null });
    await Promise.resolve();
    expect(ann.reloads).toBe(1);
    expect(ann.shape(50)).not.toBeNull();
    await ann.session.flush();
    expect(job.get('shape:50')).not.toBeNull();
  });
});
