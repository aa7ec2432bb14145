import { hitsAt } from '../src/index/hit-test';
import { Selection } from '../src/model/selection';
import { Store } from '../src/model/store';
import { makeViewState } from '../src/model/view';
import { createWorkbench } from '../src/tools/create-workbench';
import { toView } from '../src/render/viewport';
import { assistTimes, takeHandled } from './assist-page';
import { IMAGE, everyKind, polygons, random, schema } from './scene';
import type { Shape } from '../src/model/records';
import type { ToolId } from '../src/model/view';
import type { Workbench } from '../src/tools/workbench';

/** The page that the benchmark drives: it makes a scene and measures from inside what the driver does from outside. */

let frameWork = 0;
const plainRequest = window.requestAnimationFrame.bind(window);
window.requestAnimationFrame = (callback) =>
  plainRequest((time) => {
    const began = performance.now();
    callback(time);
    frameWork += performance.now() - began;
  });

const latencies: number[] = [];
let eventType: string | null = null;
const frames: number[] = [];
let recording = false;

for (const type of ['pointermove', 'pointerup']) {
  window.addEventListener(
    type,
    (event) => {
      if (type === eventType) {
        // The second frame starts after the first one, which draws, has been handed on.
        plainRequest(() => plainRequest(() => latencies.push(performance.now() - event.timeStamp)));
      }
    },
    { capture: true },
  );
}

function recordFrames(): void {
  let last = -1;
  const step = (time: number) => {
    if (last >= 0) {
      frames.push(time - last);
    }
    last = time;
    if (recording) {
      plainRequest(step);
    }
  };
  plainRequest(step);
}

let store: Store;
let workbench: Workbench | null = null;
let view: ReturnType<typeof makeViewState>;
let selection: Selection;

function open(records: Iterable<Parameters<Store['load']>[0] extends Iterable<infer R> ? R : never>): void {
  workbench?.dispose();
  store = new Store();
  selection = new Selection(store);
  view = makeViewState(0);
  view.drawLabel.value = 1;
  store.load(records, 1);
  let id = 1_000_000;
  workbench = createWorkbench(document.getElementById('host')!, { store, view, selection, schema: schema(), ids: { take: () => id++, takeMany: () => Promise.resolve(null) }, notify: (code) => console.log(`notice: ${code}`) });
  const picture = new OffscreenCanvas(IMAGE.width, IMAGE.height);
  const context = picture.getContext('2d')!;
  const next = random(7);
  for (let i = 0; i < 400; i++) {
    context.fillStyle = `hsl(${Math.floor(next() * 360)} 25% ${20 + Math.floor(next() * 30)}%)`;
    context.fillRect(next() * IMAGE.width, next() * IMAGE.height, 400, 300);
  }
  workbench.setImage(picture.transferToImageBitmap(), IMAGE);
}

const nextFrame = () => new Promise<number>((resolve) => plainRequest(resolve));

const bench = {
  openPolygons: (count: number) => open(polygons(count, 20, 42)),
  openEveryKind: () => open(everyKind()),
  async settle(): Promise<void> {
    while (!workbench!.settled.idle) {
      await nextFrame();
    }
    await nextFrame();
  },
  tool: (tool: ToolId) => (view.tool.value = tool),
  select: (ids: number[]) => selection.selected.set(ids),
  selectAll: () => selection.selected.set([...store.all()].map((rec) => rec.id)),
  selected: () => [...selection.selected.ids.peek()],
  objects: () => [...store.all()],
  viewport: () => view.viewport.peek(),
  setZoom: (zoom: number) => workbench!.zoomBy(zoom / (view.viewport.peek().scale * view.viewport.peek().dpr)),
  zoomToSelection: () => workbench!.zoomToSelection(),
  toView: (x: number, y: number) => toView(view.viewport.peek(), x, y),
  finish: () => workbench!.finish(),
  withoutImage: () => workbench!.setImage(null, IMAGE),
  listenTo(type: string | null): void {
    eventType = type;
    latencies.length = 0;
  },
  latencies: () => [...latencies],
  startFrames(): void {
    frames.length = 0;
    recording = true;
    recordFrames();
  },
  stopFrames(): number[] {
    recording = false;
    return [...frames];
  },
  assistTimes,
  brush: (size: number) => (view.drawing.value = { ...view.drawing.peek(), brushSize: size }),
  /** Main-thread work of the pointer's moves since it was last asked, with the frame that shows them. */
  async moveWork(): Promise<number> {
    await nextFrame();
    await nextFrame();
    const work = takeHandled() + frameWork;
    frameWork = 0;
    return work;
  },
  /** Milliseconds from now until the sharp picture is there. */
  async sharp(): Promise<number> {
    const began = performance.now();
    await bench.settle();
    return Math.max(0, workbench!.settled.at - began);
  },
  /** Main-thread work of committing one edit, with the frames that show it. */
  async commits(count: number): Promise<number[]> {
    const ids = [...store.all()].map((rec) => rec.id);
    const next = random(5);
    const times: number[] = [];
    for (let i = 0; i < count; i++) {
      const id = ids[Math.floor(next() * ids.length)]!;
      await nextFrame();
      frameWork = 0;
      const began = performance.now();
      store.transact('move', (tx) => tx.update<Shape>(id, (shape) => ({ ...shape, points: shape.points.map((value) => value + 1.5) })), { frame: 0 });
      const commit = performance.now() - began;
      for (let k = 0; k < 4; k++) {
        await nextFrame();
      }
      times.push(commit + frameWork);
    }
    return times;
  },
  hits(count: number): number[] {
    const next = random(3);
    return Array.from({ length: count }, () => {
      const began = performance.now();
      hitsAt(workbench!.scene, next() * IMAGE.width, next() * IMAGE.height, 5, () => true);
      return performance.now() - began;
    });
  },
};

declare global {
  interface Window {
    bench: typeof bench;
  }
}

window.bench = bench;
