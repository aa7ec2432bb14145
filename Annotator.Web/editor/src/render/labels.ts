import { boxesMeet } from '../geometry/box';
import { cssColor } from './colors';
import { seen, toView } from './viewport';
import type { Box } from '../geometry/box';
import type { FrameScene, SceneItem } from '../index/frame-scene';
import type { Id } from '../model/records';
import type { Viewport } from '../model/view';

/** With more objects in view than this only hovered and selected ones are named. */
export const MAX_LABELS = 300;
const CSS_FONT_SIZE = 12;
const CSS_HEIGHT = 17;
const CSS_LIFT = 6;

interface Sprite {
  readonly canvas: OffscreenCanvas;
  readonly width: number;
}

/** Names of objects, as pictures made once per text and colour, placed so that they do not cover each other. */
export class Labels {
  readonly #sprites = new Map<string, Sprite>();

  constructor(private readonly describe: (item: SceneItem) => { text: string; color: number }) {}

  /** Whether objects are named that are neither hovered nor selected. */
  anyIn(scene: FrameScene, view: Viewport): boolean {
    return (scene.searchUpTo(seen(view), MAX_LABELS)?.length ?? 0) > 0;
  }

  /**
   * @param first Ids named before all others, however many there are; a little higher, clear of their handles.
   * @param absent Ids that are being dragged and stand elsewhere than the scene says.
   */
  draw(context: CanvasRenderingContext2D, scene: FrameScene, view: Viewport, first: readonly Id[], absent: { has(id: Id): boolean }): void {
    const visible = scene.searchUpTo(seen(view), MAX_LABELS);
    const chosen = first.flatMap((id) => scene.get(id) ?? []).slice(0, MAX_LABELS);
    const lifted = new Set(first);
    if (visible !== null) {
      chosen.push(...visible.filter((item) => !lifted.has(item.id)).sort((a, b) => b.area - a.area));
    }
    const taken: Box[] = [];
    context.setTransform(1, 0, 0, 1, 0, 0);
    for (const item of chosen) {
      if (absent.has(item.id)) {
        continue;
      }
      const { text, color } = this.describe(item);
      const sprite = this.#sprite(text, color, view.dpr);
      const [x, y] = toView(view, item.minX, item.minY);
      const left = Math.round(Math.max(0, x) * view.dpr);
      const top = Math.round(Math.max(0, y - CSS_HEIGHT - (lifted.has(item.id) ? CSS_LIFT : 0)) * view.dpr);
      const place = { minX: left, minY: top, maxX: left + sprite.width, maxY: top + CSS_HEIGHT * view.dpr };
      if (!taken.some((other) => boxesMeet(other, place))) {
        taken.push(place);
        context.drawImage(sprite.canvas, left, top);
      }
    }
  }

  #sprite(text: string, color: number, dpr: number): Sprite {
    const key = `${text}\n${color}\n${dpr}`;
    let sprite = this.#sprites.get(key);
    if (sprite === undefined) {
      sprite = paintSprite(text, color, dpr);
      if (this.#sprites.size > 2000) {
        this.#sprites.clear();
      }
      this.#sprites.set(key, sprite);
    }
    return sprite;
  }
}

function paintSprite(text: string, color: number, dpr: number): Sprite {
  const font = `${CSS_FONT_SIZE * dpr}px system-ui, sans-serif`;
  const canvas = new OffscreenCanvas(1, 1);
  const measure = canvas.getContext('2d')!;
  measure.font = font;
  const width = Math.ceil(measure.measureText(text).width + 10 * dpr);
  canvas.width = width;
  canvas.height = Math.ceil(CSS_HEIGHT * dpr);
  const context = canvas.getContext('2d')!;
  context.fillStyle = cssColor(color);
  context.fillRect(0, 0, width, canvas.height);
  context.font = font;
  context.fillStyle = isLight(color) ? '#000' : '#fff';
  context.textBaseline = 'middle';
  context.fillText(text, 5 * dpr, canvas.height / 2 + dpr * 0.5);
  return { canvas, width };
}

/** By relative luminance: black text has the better contrast above about 0.18. */
function isLight(color: number): boolean {
  const linear = (channel: number) => ((channel & 255) / 255) ** 2.2;
  return 0.2126 * linear(color >> 16) + 0.7152 * linear(color >> 8) + 0.0722 * linear(color) > 0.18;
}
