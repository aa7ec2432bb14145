/** The canvases of the editor, one above the other, and when each is drawn. */

export const LAYERS = ['image', 'static', 'active'] as const;
export type Layer = (typeof LAYERS)[number];

/** More device pixels than this in one canvas are refused by some browsers: then one CSS pixel is one canvas pixel. */
const MAX_PIXELS = 16_777_216;

export interface StageSize {
  readonly width: number;
  readonly height: number;
  readonly dpr: number;
}

/**
 * Draws only what was invalidated, at most once per animation frame, and follows the element's size and the screen's pixel
 * density.
 */
export class Stage {
  readonly #contexts: Record<Layer, CanvasRenderingContext2D>;
  readonly #dirty = new Set<Layer>();
  readonly #observer: ResizeObserver;
  #frame = 0;

  constructor(
    readonly element: HTMLElement,
    private readonly draw: (layer: Layer, context: CanvasRenderingContext2D) => void,
    private readonly onResize: (size: StageSize) => void,
  ) {
    const contexts = LAYERS.map((layer) => {
      const canvas = document.createElement('canvas');
      canvas.dataset['layer'] = layer;
      canvas.setAttribute('aria-hidden', 'true');
      Object.assign(canvas.style, { position: 'absolute', inset: '0', width: '100%', height: '100%', pointerEvents: 'none' });
      element.append(canvas);
      return [layer, canvas.getContext('2d')!] as const;
    });
    this.#contexts = Object.fromEntries(contexts) as Record<Layer, CanvasRenderingContext2D>;
    this.#observer = new ResizeObserver((entries) => this.#resize(entries.at(-1)!));
    try {
      this.#observer.observe(element, { box: 'device-pixel-content-box' });
    } catch {
      this.#observer.observe(element);
    }
  }

  canvas(layer: Layer): HTMLCanvasElement {
    return this.#contexts[layer].canvas;
  }

  invalidate(...layers: Layer[]): void {
    for (const layer of layers) {
      this.#dirty.add(layer);
    }
    this.#frame ||= requestAnimationFrame(() => {
      this.#frame = 0;
      this.#flush();
    });
  }

  dispose(): void {
    this.#observer.disconnect();
    cancelAnimationFrame(this.#frame);
    for (const layer of LAYERS) {
      this.canvas(layer).remove();
    }
  }

  #flush(): void {
    const dirty = [...this.#dirty];
    this.#dirty.clear();
    for (const layer of dirty) {
      this.draw(layer, this.#contexts[layer]);
    }
  }

  #resize(entry: ResizeObserverEntry): void {
    const { width, height } = entry.contentRect;
    const device = entry.devicePixelContentBoxSize?.[0];
    let pixelWidth = device?.inlineSize ?? Math.round(width * devicePixelRatio);
    let pixelHeight = device?.blockSize ?? Math.round(height * devicePixelRatio);
    if (pixelWidth * pixelHeight > MAX_PIXELS) {
      [pixelWidth, pixelHeight] = [Math.round(width), Math.round(height)];
    }
    for (const layer of LAYERS) {
      const canvas = this.canvas(layer);
      canvas.width = pixelWidth;
      canvas.height = pixelHeight;
    }
    this.onResize({ width, height, dpr: width === 0 ? devicePixelRatio : pixelWidth / width });
    // Resizing emptied the canvases, and this runs after the frame's callbacks: waiting would show a blank frame.
    this.invalidate(...LAYERS);
    this.#flush();
  }
}
