import { effect } from '@preact/signals-core';
import { colorOf, parseColor } from './colors';
import { MAX_HANDLES, drawActiveLayer } from './active-layer';
import { ImageLayer } from './image-layer';
import { Labels } from './labels';
import { NO_DRAFT } from './draft';
import { Stage } from './stage';
import { StaticLayer } from './static-layer';
import { TileLayer } from './tile-layer';
import { type TileLoader, TileStore } from './tile-store';
import type { TiledPicture } from '../assist/picture-source';
import type { ReadonlySignal } from '@preact/signals-core';
import type { FrameScene, SceneChange, SceneItem } from '../index/frame-scene';
import type { Id } from '../model/records';
import type { Schema } from '../model/schema';
import type { Selection } from '../model/selection';
import type { ViewSettings, ViewState } from '../model/view';
import type { Outline } from '../shapes/shape-unit';
import type { Draft } from './draft';
import type { Layer, StageSize } from './stage';

/** A larger selection is not named: the names would cover it. */
const MAX_SELECTED_NAMED = 50;
/** A frame is not held back longer than this for want of its shapes. */
const MAX_HOLD_MILLISECONDS = 400;

export interface PictureSource {
  readonly view: ViewState;
  readonly selection: Selection;
  readonly schema: Schema;
  readonly scene: FrameScene;
  readonly draft: ReadonlySignal<Draft>;
  readonly activeVertex: ReadonlySignal<number | null>;
  /** Whether the object shows handles when it is selected. */
  mayEdit(id: Id): boolean;
  crosshair(): boolean;
  /** Fetches tiles of large pictures. */
  readonly loadTile?: TileLoader<ImageBitmap> | undefined;
  /** The track as it stands on its keyframes before and after the frame. */
  keyframesAround(id: Id): readonly Outline[];
  onResize(size: StageSize): void;
}

/** Keeps the canvases true to what they show: each signal and each change invalidates the layers that depend on it. */
export class Picture {
  readonly #stage: Stage;
  readonly #static: StaticLayer;
  readonly #labels: Labels;
  readonly #stops: (() => void)[];
  readonly #image = new ImageLayer();
  readonly #tileStore: TileStore<ImageBitmap> | null;
  #tiles: TileLayer | null = null;
  /** Pixels across the small copy that is shown under tiles. */
  #smallWidth = 0;
  #frame = -1;
  #activeEmpty = false;
  /** The frame before stays on the screen until the shapes of this one can be shown with its picture. */
  #held: ReturnType<typeof setTimeout> | null = null;
  #style: readonly unknown[] = [];

  constructor(
    host: HTMLElement,
    private readonly source: PictureSource,
  ) {
    const { view, selection, scene, draft, activeVertex, schema } = source;
    this.#tileStore = source.loadTile === undefined ? null : new TileStore(source.loadTile, () => this.#stage.invalidate('image'));
    this.#static = new StaticLayer(
      (item) => colorOf(item.pose, schema, view.settings.peek().colorBy),
      () => this.#onRaster(),
    );
    this.#labels = new Labels((item) => ({ text: this.#nameOf(item), color: colorOf(item.pose, schema, view.settings.peek().colorBy) }));
    this.#stage = new Stage(host, (layer, context) => this.#draw(layer, context), (size) => {
      // The canvases were emptied: there is nothing left to hold.
      this.#release();
      source.onResize(size);
    });
    this.#stops = [
      scene.listen((change) => this.#follow(change)),
      effect(() => {
        void view.viewport.value;
        this.#stage.invalidate('image', 'static', 'active');
      }),
      effect(() => {
        void [selection.selected.ids.value, selection.hovered.value, selection.lockedLabels.ids.value, selection.locked.ids.value];
        void [activeVertex.value, view.readonly.value];
        this.#stage.invalidate('active');
      }),
      effect(() => {
        void view.cursor.value;
        if ((view.settings.value.crosshair && source.crosshair()) || this.#handlesFollowCursor()) {
          this.#stage.invalidate('active');
        }
      }),
      effect(() => {
        this.#static.exclude([...draft.value.previews.keys()]);
        this.#stage.invalidate('active');
      }),
      effect(() => this.#restyle(view.settings.value)),
    ];
  }

  get settled(): { readonly at: number; readonly idle: boolean } {
    return this.#static.settled;
  }

  /** The tiles of the picture, when what is shown of it is a small copy. */
  get tiled(): TiledPicture | null {
    const [tiles, store] = [this.#tiles, this.#tileStore];
    return tiles === null || store === null ? null : { frame: tiles.frame, tile: (tile) => store.take(tile) };
  }

  /** @param pyramid the frame whose tiles are drawn over the image, which is a small copy of it then. */
  setImage(image: CanvasImageSource | null, pyramid: number | null): void {
    this.#image.setImage(image);
    this.#tiles = pyramid === null || this.#tileStore === null ? null : new TileLayer(this.#tileStore, pyramid);
    this.#smallWidth = image instanceof ImageBitmap ? image.width : 0;
    if (this.#tiles === null) this.#tileStore?.want([]);
    this.#stage.invalidate('image');
  }

  invalidate(...layers: Layer[]): void {
    this.#stage.invalidate(...layers);
  }

  dispose(): void {
    this.#stops.forEach((stop) => stop());
    this.#release();
    this.#tileStore?.clear();
    this.#static.dispose();
    this.#stage.dispose();
  }

  #follow(change: SceneChange): void {
    const { scene } = this.source;
    if (change.whole) {
      const other = scene.frame !== this.#frame;
      this.#static.setScene(scene.items(), other);
      this.#release();
      if (other && this.#frame >= 0 && !this.#static.ready) {
        this.#held = setTimeout(() => this.#release(), MAX_HOLD_MILLISECONDS);
      }
      this.#frame = scene.frame;
      this.#stage.invalidate('static', 'active');
    } else {
      const present = change.ids.flatMap((id) => scene.get(id) ?? []);
      const removed = change.ids.filter((id) => scene.get(id) === undefined);
      this.#static.patch(present, removed);
      this.#stage.invalidate('active');
    }
  }

  #onRaster(): void {
    this.#release();
    this.#stage.invalidate('static');
  }

  #release(): void {
    if (this.#held !== null) {
      clearTimeout(this.#held);
      this.#held = null;
      this.#stage.invalidate('image', 'static', 'active');
    }
  }

  #restyle(settings: ViewSettings): void {
    const filter = `brightness(${settings.brightness}) contrast(${settings.contrast}) saturate(${settings.saturation})`;
    this.#stage.canvas('image').style.filter = filter === 'brightness(1) contrast(1) saturate(1)' ? '' : filter;
    const style = [settings.fillOpacity, settings.colorBy];
    if (style.some((value, i) => value !== this.#style[i])) {
      this.#style = style;
      this.#static.setStyle(settings.fillOpacity, this.source.schema);
      this.#static.setScene(this.source.scene.items(), false);
    }
    this.#stage.invalidate('image', 'static', 'active');
  }

  #draw(layer: Layer, context: CanvasRenderingContext2D): void {
    const { view } = this.source;
    const viewport = view.viewport.peek();
    if (this.#held !== null) {
      this.#static.prepare(viewport);
      return;
    }
    switch (layer) {
      case 'image':
        this.#image.draw(context, view.image.peek(), viewport, view.settings.peek().showPixelGrid, () => this.#tiles?.draw(context, view.image.peek(), viewport, this.#smallWidth));
        break;
      case 'static':
        this.#static.draw(context, viewport);
        break;
      case 'active':
        this.#drawActive(context);
        break;
    }
  }

  /** Of a shape with very many vertices only those near the cursor have handles. */
  #handlesFollowCursor(): boolean {
    const single = this.source.selection.single.peek();
    return single !== null && (this.source.scene.get(single)?.pose.points.length ?? 0) > MAX_HANDLES;
  }

  /** Nothing is hovered, selected, drawn or named: the layer stays as it is when it is empty already. */
  #activeIsEmpty(): boolean {
    const { view, selection, scene, draft } = this.source;
    const settings = view.settings.peek();
    const crosshair = settings.crosshair && this.source.crosshair() && view.cursor.peek() !== null;
    return !crosshair && selection.selected.size === 0 && selection.hovered.peek() === null && draft.peek() === NO_DRAFT && !(settings.showLabels && this.#labels.anyIn(scene, view.viewport.peek()));
  }

  #drawActive(context: CanvasRenderingContext2D): void {
    const { view, selection, scene, draft, activeVertex, schema } = this.source;
    const empty = this.#activeIsEmpty();
    if (empty && this.#activeEmpty) {
      return;
    }
    this.#activeEmpty = empty;
    const viewport = view.viewport.peek();
    const settings = view.settings.peek();
    const selected = selection.selected.ids.peek();
    const hovered = selection.hovered.peek();
    const single = selection.single.peek();
    const item = single === null ? undefined : scene.get(single);
    const outline = item === undefined ? null : { ...item.pose, ...draft.peek().previews.get(item.id) };
    drawActiveLayer(context, viewport, {
      scene,
      hovered,
      selected,
      draft: draft.peek(),
      handles: outline !== null && view.tool.peek() === 'select' && this.source.mayEdit(outline.id) ? { outline, active: activeVertex.peek() } : null,
      ghosts: settings.onionSkin && single !== null ? this.source.keyframesAround(single) : [],
      settings,
      cursor: view.cursor.peek(),
      crosshair: settings.crosshair && this.source.crosshair(),
      colorOf: (id) => colorOf(scene.get(id)!.pose, schema, settings.colorBy),
      colorOfLabel: (id) => parseColor(schema.labelById.get(id ?? -1)?.color),
    });
    if (settings.showLabels) {
      this.#labels.draw(context, scene, viewport, [...(hovered === null ? [] : [hovered]), ...(selected.size <= MAX_SELECTED_NAMED ? selected : [])], draft.peek().previews);
    }
  }

  #nameOf(item: SceneItem): string {
    const name = this.source.schema.labelById.get(item.pose.labelId)?.name ?? String(item.pose.labelId);
    return item.pose.type === 'track' ? `${name} ⟶` : name;
  }
}
