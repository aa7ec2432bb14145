import { editTracks, endOf } from '../actions/tracks';
import { retimed, withoutKeyframes } from '../tracks/keyframes';
import { trimmed } from '../tracks/runs';
import { boundaryAt, frameAt, laneHit, NAMES, RULER, rowAt, yOf } from './timeline-layout';
import type { EditorContext } from '../actions/context';
import type { Id, Track } from '../model/records';
import type { Run } from '../tracks/runs';
import type { Timeline } from './timeline';
import type { LaneHit } from './timeline-layout';

/** What is held: a place in the ruler, frames that are being chosen, a keyframe, or the edge of a run. */
type Hold =
  | { readonly what: 'playhead' }
  | { readonly what: 'range'; readonly from: number }
  | { readonly what: 'keyframe'; readonly track: Track; readonly frame: number; to: number }
  | { readonly what: 'edge'; readonly track: Track; readonly run: Run; readonly edge: 'from' | 'to'; to: number };

const ZOOM_STEP = 1.25;

/** The pointer and the keys in the timeline. */
export class TimelineHand {
  readonly #stops: (() => void)[] = [];
  #hold: Hold | null = null;

  constructor(
    private readonly element: HTMLElement,
    private readonly canvas: HTMLCanvasElement,
    private readonly context: EditorContext,
    private readonly timeline: Timeline,
  ) {
    const on = <K extends keyof HTMLElementEventMap>(name: K, listener: (event: HTMLElementEventMap[K]) => void, options?: AddEventListenerOptions): void => {
      element.addEventListener(name, listener, options);
      this.#stops.push(() => element.removeEventListener(name, listener));
    };
    on('pointerdown', (event) => this.#down(event));
    on('pointermove', (event) => this.#move(event));
    on('pointerup', () => this.#up());
    on('pointercancel', () => this.#cancel());
    on('pointerleave', () => {
      if (this.#hold === null) context.selection.hovered.value = null;
    });
    on('contextmenu', (event) => this.#menu(event));
    on('dblclick', () => context.workbench.zoomToSelection());
    on('wheel', (event) => this.#wheel(event), { passive: false });
    on('keydown', (event) => this.#key(event));
  }

  dispose(): void {
    for (const stop of this.#stops) stop();
  }

  #down(event: PointerEvent): void {
    const [x, y] = this.#place(event);
    if (event.button !== 0 || x >= this.element.clientWidth || y >= this.element.clientHeight) return;
    const { timeline, context } = this;
    const { view } = timeline;
    const row = timeline.rows[rowAt(view, y)];
    this.element.setPointerCapture(event.pointerId);
    if (event.shiftKey && x >= NAMES && (y < RULER || row === undefined || row.kind !== 'track')) {
      this.#hold = { what: 'range', from: frameAt(view, x) };
      context.ui.timelineRange.value = [frameAt(view, x), frameAt(view, x)];
      return;
    }
    if (y < RULER || row === undefined || row.kind !== 'track') {
      context.ui.timelineRange.value = null;
      if (x >= NAMES) {
        this.#hold = { what: 'playhead' };
        this.#go(frameAt(view, x));
      }
      return;
    }
    const track = this.#select(row.id, event);
    if (track === null || x < NAMES) return;
    this.#press(track, laneHit(view, timeline.laneOf(row.id), x, y - yOf(view, rowAt(view, y))));
  }

  #press(track: Track, hit: LaneHit): void {
    switch (hit.at) {
      case 'keyframe':
        this.#go(hit.frame);
        this.#hold = { what: 'keyframe', track, frame: hit.frame, to: hit.frame };
        break;
      case 'edge':
        this.#hold = { what: 'edge', track, run: hit.run, edge: hit.edge, to: hit.run[hit.edge] };
        break;
      case 'frame':
        this.#go(hit.frame);
        this.#hold = { what: 'playhead' };
        break;
    }
  }

  #move(event: PointerEvent): void {
    const [x, y] = this.#place(event);
    const { timeline, context } = this;
    const hold = this.#hold;
    switch (hold?.what) {
      case undefined:
        this.#hover(x, y);
        break;
      case 'playhead':
        this.#go(frameAt(timeline.view, x));
        break;
      case 'range': {
        const to = frameAt(timeline.view, x);
        context.ui.timelineRange.value = [Math.min(hold.from, to), Math.max(hold.from, to)];
        break;
      }
      case 'keyframe':
        hold.to = frameAt(timeline.view, x);
        if (this.#mayEdit(hold.track)) timeline.preview(this.#changed(hold));
        break;
      case 'edge':
        hold.to = boundaryAt(timeline.view, x);
        if (this.#mayEdit(hold.track)) timeline.preview(this.#changed(hold));
        break;
    }
  }

  #up(): void {
    const hold = this.#hold;
    this.#hold = null;
    this.timeline.preview(null);
    if (hold?.what !== 'keyframe' && hold?.what !== 'edge') return;
    const next = this.#changed(hold);
    if (next === hold.track || this.context.store.get(hold.track.id) !== hold.track) return;
    editTracks(this.context, hold.what === 'edge' ? 'trim' : 'retime', [hold.track], () => next);
    if (hold.what === 'keyframe') this.#go(hold.to);
  }

  #cancel(): void {
    this.#hold = null;
    this.timeline.preview(null);
  }

  #changed(hold: Extract<Hold, { what: 'keyframe' | 'edge' }>): Track {
    const end = endOf(this.context);
    return hold.what === 'keyframe' ? retimed(hold.track, hold.frame, hold.to) : trimmed(hold.track, hold.run, hold.edge, hold.to, end, this.context.job.deletedFrames);
  }

  #hover(x: number, y: number): void {
    const { timeline, context } = this;
    const index = rowAt(timeline.view, y);
    const row = timeline.rows[index];
    context.selection.hovered.value = row?.kind === 'track' ? row.id : null;
    const hit = row?.kind === 'track' && x >= NAMES ? laneHit(timeline.view, timeline.laneOf(row.id), x, y - yOf(timeline.view, index)) : null;
    this.canvas.style.cursor = hit?.at === 'keyframe' ? 'grab' : hit?.at === 'edge' ? 'ew-resize' : 'default';
  }

  #select(id: Id, event: MouseEvent): Track | null {
    const { selected } = this.context.selection;
    if (event.ctrlKey || event.metaKey) selected.toggle(id);
    else if (event.shiftKey) selected.set(this.#upTo(id));
    else if (!selected.has(id) || selected.size > 1) selected.set([id]);
    const rec = this.context.store.get(id);
    return rec?.type === 'track' ? rec : null;
  }

  /** The lanes from the selected one to this one. */
  #upTo(id: Id): Id[] {
    const ids = this.timeline.rows.flatMap((row) => (row.kind === 'track' ? [row.id] : []));
    const from = ids.findIndex((other) => this.context.selection.selected.has(other));
    const to = ids.indexOf(id);
    return from < 0 ? [id] : ids.slice(Math.min(from, to), Math.max(from, to) + 1);
  }

  #menu(event: MouseEvent): void {
    event.preventDefault();
    const [x, y] = this.#place(event);
    const { view, rows } = this.timeline;
    const row = rows[rowAt(view, y)];
    if (row?.kind === 'track' && !this.context.selection.selected.has(row.id)) this.context.selection.selected.set([row.id]);
    const stage = this.context.workbench.element.getBoundingClientRect();
    const at = { x: event.clientX - stage.left, y: event.clientY - stage.top };
    this.context.ui.menu.value = row?.kind === 'track' ? { ...at, lane: { track: row.id, frame: frameAt(view, x) } } : at;
  }

  #wheel(event: WheelEvent): void {
    if (!event.ctrlKey && !event.metaKey) return;
    event.preventDefault();
    this.timeline.zoom(event.deltaY < 0 ? ZOOM_STEP : 1 / ZOOM_STEP, this.#place(event)[0]);
  }

  #key(event: KeyboardEvent): void {
    const { context, timeline } = this;
    const here = context.view.frame.peek();
    const by = event.key === 'ArrowRight' ? 1 : event.key === 'ArrowLeft' ? -1 : 0;
    const down = event.key === 'ArrowDown' ? 1 : event.key === 'ArrowUp' ? -1 : 0;
    const single = context.store.get(context.selection.single.peek() ?? -1);
    if (by !== 0 && event.altKey && single?.type === 'track') {
      const next = retimed(single, here, here + by);
      if (next !== single) {
        editTracks(context, 'retime', [single], () => next);
        this.#go(here + by);
      }
    } else if (by !== 0) {
      const next = context.navigation.step(context.navigation.target.peek(), event.shiftKey ? 10 * by : by);
      if (next !== null) this.#go(next);
    } else if (down !== 0) this.#step(down);
    else if (event.key === 'Enter' && single?.type === 'track') this.#go(single.frame);
    else if (event.key === '+' || event.key === '=') timeline.zoom(ZOOM_STEP);
    else if (event.key === '-') timeline.zoom(1 / ZOOM_STEP);
    else if (event.key === 'Backspace' && single?.type === 'track') editTracks(context, 'keyframe', [single], (track) => withoutKeyframes(track, (frame) => frame === here) ?? track);
    else return;
    event.preventDefault();
    event.stopPropagation();
  }

  #step(by: number): void {
    const ids = this.timeline.rows.flatMap((row) => (row.kind === 'track' ? [row.id] : []));
    const single = this.context.selection.single.peek();
    const at = single === null ? -1 : ids.indexOf(single);
    const next = ids[Math.max(0, Math.min(ids.length - 1, at < 0 ? 0 : at + by))];
    if (next !== undefined) this.context.selection.selected.set([next]);
  }

  #go(frame: number): void {
    const { navigation } = this.context;
    if (frame !== navigation.target.peek() && navigation.indexOf(frame) >= 0) void navigation.go(frame);
  }

  #mayEdit(track: Track): boolean {
    return !this.context.view.readonly.peek() && !this.context.selection.isLocked(track);
  }

  /** The pointer on the canvas, which stays where it is while its content is scrolled. */
  #place(event: MouseEvent): [x: number, y: number] {
    const box = this.element.getBoundingClientRect();
    return [event.clientX - box.left, event.clientY - box.top];
  }
}

