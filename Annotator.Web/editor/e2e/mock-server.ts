import { readFileSync } from 'node:fs';
import type { IncomingMessage, ServerResponse } from 'node:http';
import { resolve } from 'node:path';
import type { Connect, Plugin } from 'vite';
import { FakeJob } from '../src/sync/testing/fake-job';
import type { WireBatch } from '../src/sync/wire';
import { picture } from './picture';

const EDITOR = resolve(import.meta.dirname, '..');
const WIDTH = 1280;
const HEIGHT = 853;
const FRAMES = 24;
/** Frames that are real photos, those of the sample project, with their sizes. */
const PHOTOS: Readonly<Record<number, readonly [file: string, width: number, height: number]>> = { 20: ['chelsea.png', 451, 300], 21: ['coffee.png', 600, 400] };

const attribute = (id: number, name: string, input_type: string, values: string[], default_value: string, mutable = false) => ({ id, name, input_type, values, default_value, mutable });
const label = (id: number, name: string, color: string, type = 'any', attributes: unknown[] = []) => ({ id, name, color, type, attributes, sublabels: [] });
const LABELS = [
  label(1, 'car', '#0072b2', 'any', [
    attribute(11, 'parked', 'checkbox', [], 'false', true), attribute(12, 'colour', 'select', ['unknown', 'white', 'black', 'red', 'blue'], 'unknown'),
    attribute(13, 'lanes', 'number', ['0', '8', '1'], '2'), attribute(14, 'plate', 'text', [], ''), attribute(15, 'view', 'radio', ['front', 'side', 'rear'], 'side', true),
  ]),
  label(2, 'person', '#e69f00'), label(3, 'bicycle', '#009e73', 'rectangle'), label(4, 'road', '#cc79a7', 'polygon'), label(5, 'lane marking', '#f0e442', 'polyline'), label(6, 'night', '#56b4e9', 'tag'),
];

/** The part of the contract that the editor uses, from memory. `POST /reset` begins anew; `POST /weather` makes it fail. */
export function mockServer(): Plugin {
  let job = fresh();
  let state = { stage: 'annotation', state: 'in progress' };
  let weather = 'fine';
  /** What the model was asked, and which frames it was told of; null when the server has no model. */
  let model: { asked: unknown[]; prepared: unknown[] } | null = null;
  const pictures = new Map<number, Buffer>();

  const answer = (request: IncomingMessage, response: ServerResponse, body: string): void => {
    const url = new URL(request.url ?? '/', 'http://localhost');
    const json = (status: number, value: unknown): void => {
      response.writeHead(status, { 'Content-Type': status >= 400 ? 'application/problem+json' : 'application/json' });
      response.end(JSON.stringify(value));
    };
    const route = `${request.method} ${url.pathname}`;
    if (route === 'POST /reset') {
      job = fresh(Number(url.searchParams.get('shapes') ?? 0), Number(url.searchParams.get('first') ?? Infinity));
      weather = 'fine';
      model = url.searchParams.has('model') ? { asked: [], prepared: [] } : null;
      return json(200, {});
    }
    if (route === 'POST /weather') {
      weather = url.searchParams.get('is') ?? 'fine';
      return json(200, {});
    }
    if (route === 'GET /asked') return json(200, model);
    if (route === 'GET /state') return json(200, { revision: job.revision, ...job.read() });
    if (weather === 'down' && url.pathname.startsWith('/api')) return json(503, { title: 'The server is being restarted.' });
    switch (route) {
      case 'GET /api/jobs/17':
        return json(200, { id: 17, task_id: 9, mode: 'annotation', dimension: '2d', start_frame: 0, stop_frame: FRAMES - 1, ...state });
      case 'PATCH /api/jobs/17':
        state = { ...state, ...(JSON.parse(body) as object) };
        return json(200, { id: 17, ...state });
      case 'GET /api/tasks/9':
        return json(200, { id: 9, name: 'Crossing, morning, camera 2' });
      case 'GET /api/jobs/17/data/meta':
        return json(200, { frames: Array.from({ length: FRAMES }, (_, i) => ({ width: PHOTOS[i]?.[1] ?? WIDTH, height: PHOTOS[i]?.[2] ?? HEIGHT, name: `crossing/cam2/${String(i).padStart(6, '0')}.jpg` })), deleted_frames: [] });
      case 'GET /api/labels':
        return json(200, { count: LABELS.length, next: null, previous: null, results: LABELS });
      case 'GET /api/jobs/17/annotations/':
        return json(200, job.read(Number(url.searchParams.get('frame_from') ?? -Infinity), Number(url.searchParams.get('frame_to') ?? Infinity)));
      case 'GET /api/models':
        return json(200, { count: model === null ? 0 : 1, next: null, previous: null, results: model === null ? [] : [{ id: 7, name: 'Blocks' }] });
      case 'POST /api/models/7/prepare':
        model?.prepared.push((JSON.parse(body) as { frames: unknown }).frames);
        return json(200, {});
      case 'POST /api/models/7/interact': {
        const prompt = JSON.parse(body) as { points: [number, number][]; labels: number[]; box: number[] | null };
        model?.asked.push(prompt);
        return json(200, { candidates: blocks(prompt), took_ms: 1 });
      }
      case 'POST /api/jobs/17/ids':
        return json(200, job.reserve((JSON.parse(body) as { count: number }).count));
      case 'GET /api/jobs/17/changes':
        return json(200, { revision: job.revision, changes: job.changesSince(Number(url.searchParams.get('since'))) });
      case 'POST /api/jobs/17/ops': {
        const result = job.apply(JSON.parse(body) as WireBatch);
        if (result.status === 200) return json(200, result.answer);
        return result.status === 409 ? json(409, { type: 'urn:annotator:batch-out-of-order', expected: result.expected }) : json(400, { type: 'urn:annotator:invalid-annotations', title: 'Not valid', errors: result.errors });
      }
      case 'GET /api/jobs/17/data': {
        const frame = Number(url.searchParams.get('number'));
        if (frame === 23) return json(422, { detail: 'The file ends after 1 KB of 2 MB.' });
        const photo = PHOTOS[frame];
        const bytes = pictures.get(frame) ?? (photo === undefined ? picture(frame, WIDTH, HEIGHT) : readFileSync(resolve(EDITOR, '../../Annotator.Worker/Sample/images', photo[0])));
        pictures.set(frame, bytes);
        response.writeHead(200, { 'Content-Type': 'image/png' });
        response.end(bytes);
        return;
      }
      default:
        return json(404, { title: `There is no ${url.pathname}.` });
    }
  };

  const serve = (server: { readonly middlewares: Connect.Server }): void => {
    server.middlewares.use((request, response, next) => {
      const path = (request.url ?? '').split('?')[0]!;
      if (path === '/tokens.css') {
        response.writeHead(200, { 'Content-Type': 'text/css' });
        response.end(readFileSync(resolve(EDITOR, '../wwwroot/tokens.css')));
      } else if (/^\/(api|hubs|reset|weather|state|asked)\b/.test(path)) {
        let body = '';
        request.on('data', (part: Buffer) => (body += part.toString()));
        request.on('end', () => answer(request, response, body));
      } else {
        next();
      }
    });
  };
  return { name: 'mock-server', configureServer: serve, configurePreviewServer: serve };
}

/** A model that sees squares: about the first point where the object is, of three sizes, or the box itself. */
function blocks({ points, labels, box }: { points: [number, number][]; labels: number[]; box: number[] | null }): { score: number; mask: number[] }[] {
  const at = points[labels.indexOf(1)];
  const squares = box !== null ? [box.map(Math.round)] : at === undefined ? [] : [20, 40, 60].map((half) => [at[0] - half, at[1] - half, at[0] + half, at[1] + half].map(Math.round));
  return squares.map(([left = 0, top = 0, right = 0, bottom = 0], i) => ({ score: 0.9 - i / 10, mask: [0, (right - left) * (bottom - top), left, top, right - 1, bottom - 1] }));
}

/** @param first So many of the shapes stand on the first frame, the others on those after it. */
function fresh(shapes = 0, first = Infinity): FakeJob {
  const job = new FakeJob();
  const { first: id } = job.reserve(shapes + 3);
  const rectangle = (id: number, frame: number, label_id: number, points: number[]) =>
    job.seed('shape', { id, type: 'rectangle', frame, label_id, points, occluded: false, outside: false, z_order: 0, rotation: 0, group: 0, source: 'manual', attributes: [], elements: [], score: 1 });
  rectangle(id, 0, 1, [250, 450, 380, 520]);
  rectangle(id + 1, 0, 2, [700, 300, 760, 470]);
  rectangle(id + 2, 5, 1, [300, 450, 430, 520]);
  for (let i = 0; i < shapes; i++) rectangle(id + 3 + i, i < first ? 0 : 1 + (i % (FRAMES - 1)), 1 + (i % 3), [(i * 37) % 1200, (i * 53) % 800, ((i * 37) % 1200) + 40, ((i * 53) % 800) + 30]);
  return job;
}
