import { boxesMeet } from '../geometry/box';
import { cssColor, isLight } from './colors';
import { labelAnchor } from './label-anchor';
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
    const lifted = new Set(first);
    const chosen = [...lifted].flatMap((id) => scene.get(id) ?? []).slice(0, MAX_LABELS);
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
      const place = freePlace(item, view, sprite.width, lifted.has(item.id) ? CSS_LIFT : 0, taken);
      if (place !== null) {
        taken.push(place);
        context.drawImage(sprite.canvas, place.minX, place.minY);
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

/** Above the object's anchor, or below when another name stands there; null when there is no room. Device pixels, within the view. */
function freePlace(item: SceneItem, view: Viewport, width: number, lift: number, taken: readonly Box[]): Box | null {
  const anchor = labelAnchor(item);
  const [x, y] = toView(view, anchor.x, anchor.y);
  const height = CSS_HEIGHT * view.dpr;
  const left = Math.round(Math.max(0, Math.min(x * view.dpr - (anchor.centred ? width / 2 : 0), view.width * view.dpr - width)));
  for (const above of [y - CSS_HEIGHT - lift, y + lift]) {
    const top = Math.round(Math.max(0, above) * view.dpr);
    const place = { minX: left, minY: top, maxX: left + width, maxY: top + height };
    if (!taken.some((other) => boxesMeet(other, place))) {
      return place;
    }
  }
  return null;
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
