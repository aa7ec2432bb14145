import { effect, signal } from '@preact/signals-core';
import type { EditorContext } from '../actions/context';
import { firstTool } from '../actions/drawing';
import { endOf } from '../actions/tracks';
import { shownKey } from '../actions/keys';
import { objectName } from '../actions/names';
import { t } from '../i18n/t';
import type { Id, Track } from '../model/records';
import { type Lane, laneOf, valueRuns } from '../tracks/runs';
import { live, region } from './live';
import { timelineBar } from './timeline-bar';
import { drawTimeline, type TimelineColors, type TimelineScene } from './timeline-draw';
import { TimelineHand } from './timeline-hand';
import { BAR, LANE, leftAfterZoom, leftFor, MOST_PIXELS, NAMES, type Row, RULER, type TimeView, wholeScale, xOf } from './timeline-layout';
import { timelineSplitter } from './splitter';

const NO_LANE: Lane = { runs: [], occluded: [], keyframes: [] };

/** Whether the job has a timeline: videos do, and whatever has a track. */
export function hasTimeline(context: EditorContext): boolean {
  void context.storeVersion.value;
  return context.job.mode === 'interpolation' || !(context.store.tracks().next().done ?? false);
}

/** Lanes of the tracks under the picture. One canvas of the size that is seen, so that thousands of lanes cost what is seen. */
export class Timeline {
  readonly #scroll = region('div', 'timeline-scroll');
  readonly #spacer = region('div', 'timeline-space');
  readonly #canvas = document.createElement('canvas');
  readonly #current = region('div', 'unseen');
  readonly #empty = region('p', 'empty');
  readonly #scale = signal(0, { name: 'timeline scale' });
  readonly #size = signal({ width: 0, height: 0 }, { name: 'timeline size' });
  readonly #stops: (() => void)[] = [];
  #rows: readonly Row[] = [];
  #rowOf = new Map<Id, number>();
  #drawing = 0;
  #colors: TimelineColors | null = null;
  /** A track as it would be if the hand let go now. */
  #preview: Track | null = null;
  /** The selected track whose lane was brought into sight. */
  #revealed: Id | null = null;

  constructor(
    host: HTMLElement,
    private readonly context: EditorContext,
  ) {
    const bar = region('div', 'timeline-bar');
    this.#scroll.tabIndex = 0;
    this.#canvas.setAttribute('aria-hidden', 'true');
    this.#current.id = 'timeline-current';
    this.#spacer.append(this.#canvas);
    this.#scroll.append(this.#spacer, this.#current);
    host.append(timelineSplitter(context), bar, this.#scroll, this.#empty);
    const hand = new TimelineHand(this.#scroll, this.#canvas, context, this);
    const resize = new ResizeObserver(() => this.#measure());
    resize.observe(this.#scroll);
    const onScroll = (): void => this.invalidate();
    this.#scroll.addEventListener('scroll', onScroll, { passive: true });
    const contrast = matchMedia('(prefers-color-scheme: dark), (prefers-contrast: more)');
    const recolor = (): void => {
      this.#colors = null;
      this.invalidate();
    };
    contrast.addEventListener('change', recolor);
    this.#stops.push(
      live(bar, () => timelineBar(context, this)),
      effect(() => {
        void [context.storeVersion.value, context.selection.selected.ids.value];
        this.#arrange();
      }),
      effect(() => {
        void [context.selection.hovered.value, context.selection.hidden.ids.value, context.selection.hiddenLabels.ids.value, context.ui.timelineRange.value, this.#size.value];
        this.invalidate();
      }),
      effect(() => {
        const frame = context.view.frame.value;
        void [this.#scale.value, this.#size.value];
        this.#follow(frame);
      }),
      effect(() => {
        void context.ui.theme.value;
        // The page takes the theme over in the same turn.
        queueMicrotask(recolor);
      }),
      effect(() => this.#reveal(context.selection.single.value)),
      () => {
        hand.dispose();
        resize.disconnect();
        contrast.removeEventListener('change', recolor);
        cancelAnimationFrame(this.#drawing);
      },
    );
  }

  get view(): TimeView {
    const { width, height } = this.#size.peek();
    return { scale: this.#scale.peek(), left: this.#scroll.scrollLeft, top: this.#scroll.scrollTop, width, height, first: this.context.job.startFrame, end: endOf(this.context) };
  }

  get rows(): readonly Row[] {
    return this.#rows;
  }

  laneOf(id: Id): Lane {
    const rec = this.#preview?.id === id ? this.#preview : this.context.store.get(id);
    return rec?.type === 'track' ? laneOf(rec, endOf(this.context)) : NO_LANE;
  }

  preview(track: Track | null): void {
    this.#preview = track;
    this.invalidate();
  }

  /** Makes frames wider or narrower about the place. */
  zoom(factor: number, x = xOf(this.view, this.context.view.frame.peek())): void {
    const view = this.view;
    const scale = Math.max(wholeScale(view), Math.min(MOST_PIXELS, view.scale * factor));
    const left = leftAfterZoom(view, scale, Math.max(NAMES, Math.min(view.width, x)));
    this.#setScale(scale);
    this.#scroll.scrollLeft = left;
  }

  /** The whole job in view. */
  whole(): void {
    this.#setScale(wholeScale(this.view));
  }

  invalidate(): void {
    if (this.#drawing !== 0) return;
    this.#drawing = requestAnimationFrame(() => {
      this.#drawing = 0;
      this.#draw();
    });
  }

  dispose(): void {
    for (const stop of this.#stops) stop();
  }

  #measure(): void {
    const { clientWidth: width, clientHeight: height } = this.#scroll;
    const before = this.#size.peek();
    if (width === before.width && height === before.height) return;
    const wasWhole = before.width === 0 || this.#scale.peek() <= wholeScale({ ...this.view, width: before.width }) * 1.001;
    const dpr = window.devicePixelRatio;
    this.#canvas.width = Math.max(1, Math.round(width * dpr));
    this.#canvas.height = Math.max(1, Math.round(height * dpr));
    this.#canvas.style.width = `${width}px`;
    this.#canvas.style.height = `${height}px`;
    this.#size.value = { width, height };
    if (wasWhole) this.whole();
    else this.#setScale(this.#scale.peek());
  }

  #setScale(scale: number): void {
    this.#scale.value = scale;
    this.#space();
    this.invalidate();
  }

  #space(): void {
    const { first, end, width } = this.view;
    const needed = NAMES + (end - first) * this.#scale.peek();
    this.#spacer.style.width = needed <= width + 1 ? '100%' : `${needed}px`;
    this.#spacer.style.height = `${RULER + this.#rows.length * LANE}px`;
  }

  /** Tracks by their first frame, then number: the order in which they come into the picture. */
  #arrange(): void {
    const { store, selection } = this.context;
    const tracks = [...store.tracks()].sort((a, b) => a.frame - b.frame || a.id - b.id);
    const chosen = tracks.filter(({ id }) => selection.selected.has(id)).length;
    const frames = !(store.frames().next().done ?? false);
    this.#rows = [...(frames ? [{ kind: 'frames' } as const] : []), ...(chosen > 1 ? [{ kind: 'selection' } as const] : []), ...tracks.flatMap((track) => [{ kind: 'track', id: track.id } as const, ...(chosen === 1 && selection.selected.has(track.id) ? this.#attributesOf(track) : [])])];
    this.#rowOf = new Map(this.#rows.flatMap((row, i) => (row.kind === 'track' ? [[row.id, i] as const] : [])));
    const first = tracks.length > 0 ? null : firstTool(this.context, (kind) => kind !== 'mask');
    this.#empty.textContent = first === null ? '' : this.context.view.drawTracks.value ? t('timeline.empty', { key: first.key }) : t('timeline.emptyShapes', { key: shownKey('Alt+T') });
    this.#empty.hidden = first === null;
    this.#describe();
    this.#space();
    this.invalidate();
    // What was just drawn is selected before it has a lane.
    const single = selection.single.peek();
    if (single !== null && single !== this.#revealed) this.#reveal(single);
  }

  /** What changes along the one selected track is looked at closely. */
  #attributesOf({ id, labelId }: Track): Row[] {
    return (this.context.schema.labelById.get(labelId)?.attributes ?? []).flatMap((spec) => (spec.mutable ? [{ kind: 'attribute', id, attributeId: spec.id } as const] : []));
  }

  #describe(): void {
    const { selection, store, schema, navigation } = this.context;
    const any = this.#rowOf.size > 0;
    for (const [name, value] of [['role', 'listbox'], ['aria-label', t('timeline.lanes')], ['aria-activedescendant', this.#current.id]] as const) {
      if (any) this.#scroll.setAttribute(name, value);
      else this.#scroll.removeAttribute(name);
    }
    const id = selection.single.peek();
    const rec = id === null ? undefined : store.get(id);
    this.#current.toggleAttribute('hidden', !any);
    this.#current.setAttribute('role', 'option');
    this.#current.setAttribute('aria-selected', String(rec?.type === 'track'));
    const number = (frame: number): number => navigation.indexOf(frame) + 1;
    const { keyframes } = rec === undefined ? NO_LANE : this.laneOf(rec.id);
    this.#current.textContent = rec?.type !== 'track' ? t('timeline.none') : t('timeline.lane', { name: objectName(schema, rec), n: keyframes.length, frames: keyframes.slice(0, 20).map(number).join(', ') });
  }

  #follow(frame: number): void {
    const left = this.#size.peek().width === 0 ? null : leftFor(this.view, frame);
    if (left !== null) this.#scroll.scrollLeft = left;
    this.invalidate();
  }

  #reveal(id: Id | null): void {
    const row = id === null ? undefined : this.#rowOf.get(id);
    this.#describe();
    if (row === undefined) return;
    this.#revealed = id;
    const { top, height } = this.view;
    const y = row * LANE;
    if (y < top) this.#scroll.scrollTop = y;
    else if (y + LANE > top + height - RULER) this.#scroll.scrollTop = y + LANE - height + RULER;
  }

  #draw(): void {
    const { width, height } = this.#size.peek();
    const canvas = this.#canvas.getContext('2d');
    if (canvas === null || width === 0 || height === 0) return;
    const dpr = this.#canvas.width / width;
    canvas.setTransform(dpr, 0, 0, dpr, 0, 0);
    drawTimeline(canvas, this.#scene());
  }

  #scene(): TimelineScene {
    const { selection, schema, store, view, ui, navigation } = this.context;
    return {
      view: this.view, rows: this.#rows, colors: (this.#colors ??= readColors(this.#scroll)), frame: view.frame.peek(), selected: selection.selected.ids.peek(), hovered: selection.hovered.peek(),
      range: ui.timelineRange.peek(),
      numberOf: (frame) => (navigation.indexOf(frame) < 0 ? frame - this.context.job.startFrame + 1 : navigation.indexOf(frame) + 1),
      trackOf: (id) => {
        const rec = store.get(id);
        const label = rec === undefined ? undefined : schema.labelById.get(rec.labelId);
        return { lane: this.laneOf(id), name: `${label?.name ?? ''} ${id}`, color: label?.color ?? '#888888', hidden: rec !== undefined && selection.isHidden(rec) };
      },
      valuesOf: (id, attributeId) => {
        const rec = this.#preview?.id === id ? this.#preview : store.get(id);
        const spec = schema.attributeById.get(attributeId);
        return { name: spec?.name ?? '', runs: rec?.type === 'track' ? valueRuns(rec, attributeId, spec?.defaultValue ?? '', endOf(this.context)) : [] };
      },
      marksAt: (frame) => {
        let [shapes, tags] = [false, false];
        for (const id of store.atFrame(frame)) {
          if (store.get(id)?.type === 'tag') tags = true;
          else shapes = true;
          if (tags && shapes) break;
        }
        return { shapes, tags };
      },
      framesName: t('timeline.frames'), selectionName: t('objects.selected', { n: selection.selected.size }),
    };
  }
}

function readColors(element: HTMLElement): TimelineColors {
  const style = getComputedStyle(element);
  const token = (name: string): string => style.getPropertyValue(name).trim();
  return {
    lane: token('--lane'), laneAlt: token('--lane-alt'), grid: token('--grid'), text: token('--text-1'), faint: token('--text-3'), line: token('--line-1'), panel: token('--surface-1'),
    accent: token('--accent'), selected: token('--accent-soft'),
  };
}

/** Puts the timeline into the region, open as high as the person wants it. Returns the way to take it down. */
export function mountTimeline(host: HTMLElement, root: HTMLElement, context: EditorContext): () => void {
  let timeline: Timeline | null = null;
  const stop = effect(() => {
    const shown = hasTimeline(context);
    const { timelineHeight, timelineOpen } = context.ui;
    root.style.setProperty('--timeline', !shown ? '0px' : timelineOpen.value ? `${timelineHeight.value}px` : `${BAR}px`);
    host.toggleAttribute('hidden', !shown);
    host.toggleAttribute('data-closed', !timelineOpen.value);
    if (shown && timeline === null) queueMicrotask(() => (timeline ??= new Timeline(host, context)));
  });
  return () => {
    stop();
    timeline?.dispose();
  };
}
