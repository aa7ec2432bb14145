import { describe, expect, test } from 'vitest';
import { maskArea } from '../masks/spans';
import { ModelSegmenter, loadSegmenters } from './interactors';

describe('models on the server', () => {
  const sent: { method: string; path: string; body: unknown }[] = [];
  const api = (answers: Record<string, unknown>) => ({
    send: async (method: string, path: string, body?: unknown) => {
      sent.push({ method, path, body });
      return path in answers ? { kind: 'ok', value: answers[path] } : { kind: 'denied', status: 404, message: 'There is no such model.' };
    },
    get: async (path: string) => (path in answers ? { kind: 'ok', value: answers[path] } : { kind: 'denied', status: 404, message: '' }),
  }) as never;

  test('are asked by the contract, and answer with the contract’s masks', async () => {
    const model = new ModelSegmenter(api({ '/models/7/interact': { candidates: [{ score: 0.4, mask: [0, 4, 10, 20, 11, 21] }, { score: 0.8, mask: [1, 3, 10, 20, 11, 21] }], took_ms: 900 } }), 17, { id: 7, name: 'sam' });
    const found = await model.segment(3, { points: [{ x: 1.5, y: 2, inside: true }, { x: 4, y: 5, inside: false }], box: [0, 0, 9, 9] }, new AbortController().signal);
    expect(sent.at(-1)).toEqual({ method: 'POST', path: '/models/7/interact', body: { job_id: 17, frame: 3, points: [[1.5, 2], [4, 5]], labels: [1, 0], box: [0, 0, 9, 9] } });
    expect(found.map(({ score, mask }) => [score, maskArea(mask)])).toEqual([[0.8, 3], [0.4, 4]]);
    expect(model.hovers).toBe(false);
    model.prepare([3, 4]);
    expect(sent.at(-1)).toEqual({ method: 'POST', path: '/models/7/prepare', body: { job_id: 17, frames: [3, 4] } });
  });

  test('are the newest version of each that can answer', async () => {
    const model = (id: number, series_id: number, version: number, state: string) => ({ id, series_id, version, state, name: `m${id}` });
    const results = [model(1, 1, 1, 'ready'), model(2, 1, 2, 'ready'), model(3, 1, 3, 'checking'), model(4, 4, 1, 'asking'), model(5, 5, 1, 'refused')];
    expect((await loadSegmenters(api({ '/models?kind=interactor&job_id=17': { results } }), 17)).map(({ id }) => id)).toEqual(['2', '4']);
  });

  test('say why they do not answer, and are none where the server has none', async () => {
    await expect(new ModelSegmenter(api({}), 17, { id: 7, name: 'sam' }).segment(0, { points: [], box: null }, new AbortController().signal)).rejects.toThrow('There is no such model.');
    expect(await loadSegmenters(api({}), 17)).toEqual([]);
    const found = await loadSegmenters(api({ '/models?kind=interactor&job_id=17': { count: 1, next: null, previous: null, results: [{ id: 7, name: 'sam' }] } }), 17);
    expect(found.map(({ id, name }) => [id, name])).toEqual([['7', 'sam']]);
  });
});
