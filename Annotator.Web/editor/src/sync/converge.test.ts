import 'fake-indexeddb/auto';
import fc from 'fast-check';
import { IDBFactory } from 'fake-indexeddb';
import { expect, test } from 'vitest';
import { Client, type Weather } from './testing/client';
import { FakeJob } from './testing/fake-job';
import type { WireObject } from './wire';

const id = fc.integer({ min: 1, max: 3 });
const step = fc.record({
  who: fc.integer({ min: 0, max: 1 }),
  act: fc.oneof(
    fc.record({ kind: fc.constant('set' as const), id, field: fc.constantFrom('label_id', 'points', 'occluded'), value: fc.integer({ min: 0, max: 5 }) }),
    fc.record({ kind: fc.constant('remove' as const), id }),
    fc.record({ kind: fc.constant('undo removal' as const) }),
    fc.record({ kind: fc.constant('add' as const), value: fc.integer({ min: 0, max: 5 }) }),
    fc.record({ kind: fc.constant('flush' as const), weather: fc.constantFrom<Weather>('fine', 'request-lost', 'answer-lost', 'duplicated') }),
    fc.record({ kind: fc.constant('feed' as const), from: fc.integer({ min: 0, max: 5 }) }),
    fc.record({ kind: fc.constant('kill' as const) }),
  ),
});

test('two people who edit, lose answers, are killed and get changes out of order end with the same job as the server', async () => {
  await fc.assert(fc.asyncProperty(fc.array(step, { maxLength: 30 }), async (steps) => {
    globalThis.indexedDB = new IDBFactory();
    const job = new FakeJob();
    for (const n of [1, 2, 3]) job.seed('shape', { id: n, frame: 0, label_id: 0, points: 0, occluded: 0 });
    const clients = [new Client('ann/1', job), new Client('ben/1', job)];
    for (const client of clients) await client.open();
    let next = 100;
    const added = new Set<number>();
    const removed: (WireObject | undefined)[] = [];
    for (const { who, act } of steps) {
      const client = clients[who]!;
      if (act.kind === 'set') await client.set(act.id, { [act.field]: act.value });
      if (act.kind === 'remove') {
        removed[who] = client.shape(act.id) ?? removed[who];
        await client.remove(act.id);
      }
      const back = removed[who];
      if (act.kind === 'undo removal' && back !== undefined && client.shape(back.id) === null) await client.add(back.id, back);
      if (act.kind === 'add') {
        added.add(next);
        await client.add(next++, { frame: 0, label_id: act.value, points: 0, occluded: 0 });
      }
      if (act.kind === 'flush') {
        client.wire.weather = act.weather;
        await client.session.flush();
      }
      if (act.kind === 'feed') for (const change of job.log.slice(act.from).reverse()) client.session.receive(change);
      if (act.kind === 'kill') {
        client.kill();
        await client.open();
      }
    }
    for (let round = 0; round < 3; round++) {
      for (const client of clients) {
        client.wire.weather = 'fine';
        await client.session.catchUp();
        await Promise.resolve();
        await client.session.flush();
      }
    }
    for (const client of clients) {
      await client.session.catchUp();
      await Promise.resolve();
      expect(client.session.state.value).toEqual({ kind: 'saved' });
      expect(Object.fromEntries(client.replica.objects)).toEqual(Object.fromEntries(job.keys().map((key) => [key, job.get(key)])));
    }
    // Nothing that was drawn is lost: nobody removed these.
    for (const n of added) expect(job.get(`shape:${n}`)).not.toBeNull();
  }), { numRuns: 150 });
});
