import { setSkeletonEdges } from '../shapes/skeleton';
import { RasterScene, aimContext, boxOfView, paintRasterShape, pixelsOf } from './raster-scene';
import type { Box } from '../geometry/box';
import type { FromRaster, RasterView, ToRaster } from './raster-messages';

/** How long the worker paints before it looks for a newer request. */
const SLICE_MILLISECONDS = 12;

const port = self as unknown as { postMessage(message: FromRaster, transfer: Transferable[]): void; onmessage: ((event: MessageEvent<ToRaster>) => void) | null };
const scene = new RasterScene();
const canvas = new OffscreenCanvas(1, 1);
const context = canvas.getContext('2d')!;

/** What the page has got; null while a newer one is being made. The canvas itself is handed over and empty again. */
let shown: { seq: number; view: RasterView; inView: number } | null = null;
/** The newest request not yet answered. */
let wanted: { seq: number; view: RasterView } | null = null;
let painting = false;
let sceneNumber = 0;
/** Grows with the scene; a bitmap begun on an older one starts again. */
let epoch = 0;

port.onmessage = ({ data }) => {
  switch (data.type) {
    case 'scene':
      scene.replace(data.shapes);
      sceneNumber = data.scene;
      repaintAll();
      break;
    case 'style':
      scene.fillOpacity = data.fillOpacity;
      for (const [sublabelId, edges] of data.edges) {
        setSkeletonEdges(sublabelId, edges);
      }
      repaintAll();
      break;
    case 'patch': {
      const dirty = scene.patch(data.shapes, data.removed, data.excluded);
      if (shown === null) {
        epoch++;
      } else {
        repaint(dirty);
      }
      break;
    }
    case 'view':
      wanted = { seq: data.seq, view: data.view };
      shown = null;
      void paint();
      break;
  }
};

function repaintAll(): void {
  epoch++;
  wanted ??= shown;
  shown = null;
  void paint();
}

async function paint(): Promise<void> {
  if (painting) {
    return;
  }
  painting = true;
  while (wanted !== null) {
    const request: { seq: number; view: RasterView } = wanted;
    const started = performance.now();
    const inView = await paintWhole(request);
    if (inView !== null) {
      wanted = null;
      shown = { ...request, inView };
      const bitmap = canvas.transferToImageBitmap();
      port.postMessage({ type: 'raster', scene: sceneNumber, seq: request.seq, view: request.view, bitmap, milliseconds: performance.now() - started }, [bitmap]);
    }
  }
  painting = false;
}

/** Returns how many shapes are in view, or null when something newer came meanwhile. */
async function paintWhole(request: { seq: number; view: RasterView }): Promise<number | null> {
  const begun = epoch;
  const { view } = request;
  if (canvas.width !== view.width || canvas.height !== view.height) {
    canvas.width = view.width;
    canvas.height = view.height;
  } else {
    context.setTransform(1, 0, 0, 1, 0, 0);
    context.clearRect(0, 0, view.width, view.height);
  }
  aimContext(context, view);
  const shapes = scene.within(boxOfView(view));
  let sliceEnd = performance.now() + SLICE_MILLISECONDS;
  for (const shape of shapes) {
    paintRasterShape(context, shape, view, shapes.length, scene.fillOpacity);
    if (performance.now() > sliceEnd) {
      await nextTask();
      if (wanted !== request || epoch !== begun) {
        return null;
      }
      sliceEnd = performance.now() + SLICE_MILLISECONDS;
    }
  }
  return shapes.length;
}

function repaint(dirty: Box): void {
  const { seq, view, inView } = shown!;
  const pixels = pixelsOf(view, dirty);
  if (pixels === null) {
    return;
  }
  const part = { ...view, x: view.x + pixels.x / view.zoom, y: view.y + pixels.y / view.zoom, width: pixels.width, height: pixels.height };
  canvas.width = pixels.width;
  canvas.height = pixels.height;
  aimContext(context, part);
  for (const shape of scene.within(boxOfView(part))) {
    paintRasterShape(context, shape, view, inView, scene.fillOpacity);
  }
  const bitmap = canvas.transferToImageBitmap();
  port.postMessage({ type: 'piece', scene: sceneNumber, seq, x: pixels.x, y: pixels.y, bitmap }, [bitmap]);
}

const turn = new MessageChannel();
let onTurn: (() => void) | null = null;
turn.port1.onmessage = () => onTurn?.();

/** Lets waiting messages in; a timer would be clamped to 4 ms. */
function nextTask(): Promise<void> {
  return new Promise((resolve) => {
    onTurn = resolve;
    turn.port2.postMessage(null);
  });
}
