import { between, frameAt, LANE, NAMES, RULER, rulerStep, type Row, type TimeView, xOf, yOf } from './timeline-layout';
import type { Id } from '../model/records';
import type { Lane, Run, ValueRun } from '../tracks/runs';

/** Colours of the theme, as the canvas takes them. */
export interface TimelineColors {
  readonly lane: string;
  readonly laneAlt: string;
  readonly grid: string;
  readonly text: string;
  readonly faint: string;
  readonly line: string;
  readonly panel: string;
  readonly accent: string;
  readonly selected: string;
}

/** What a lane says of its track. */
export interface TrackRow {
  readonly lane: Lane;
  readonly name: string;
  /** CSS colour of its label. */
  readonly color: string;
  readonly hidden: boolean;
}

export interface TimelineScene {
  readonly view: TimeView;
  readonly rows: readonly Row[];
  readonly colors: TimelineColors;
  /** The frame in view. */
  readonly frame: number;
  readonly selected: ReadonlySet<Id>;
  readonly hovered: Id | null;
  readonly range: readonly [from: number, to: number] | null;
  /** The frame's number as people count. */
  numberOf(frame: number): number;
  trackOf(id: Id): TrackRow;
  /** What a mutable attribute of a track is called, and what it is when. */
  valuesOf(id: Id, attributeId: number): { readonly name: string; readonly runs: readonly ValueRun[] };
  /** Whether the frame has shapes and tags. */
  marksAt(frame: number): { readonly shapes: boolean; readonly tags: boolean };
  framesName: string;
  selectionName: string;
}

export function drawTimeline(context: CanvasRenderingContext2D, scene: TimelineScene): void {
  const { view, rows, colors } = scene;
  context.clearRect(0, 0, view.width, view.height);
  context.font = `11px ${FONT}`;
  context.textBaseline = 'middle';
  const first = Math.max(0, Math.floor(view.top / LANE));
  const last = Math.min(rows.length, Math.ceil((view.top + view.height - RULER) / LANE));
  for (let i = first; i < last; i++) drawBackground(context, scene, rows[i]!, i);
  drawGrid(context, scene);
  context.save();
  context.beginPath();
  context.rect(NAMES, RULER, view.width - NAMES, view.height - RULER);
  context.clip();
  drawRange(context, scene);
  for (let i = first; i < last; i++) drawRow(context, scene, rows[i]!, yOf(view, i));
  context.restore();
  for (let i = first; i < last; i++) drawName(context, scene, rows[i]!, yOf(view, i));
  drawRuler(context, scene);
  drawPlayhead(context, scene);
  context.fillStyle = colors.line;
  context.fillRect(NAMES - 1, 0, 1, view.height);
}

const FONT = 'system-ui, -apple-system, "Segoe UI", Roboto, "Noto Sans", "Liberation Sans", sans-serif';

function drawBackground(context: CanvasRenderingContext2D, { view, colors, selected, hovered }: TimelineScene, row: Row, i: number): void {
  const isSelected = row.kind === 'track' && selected.has(row.id);
  context.fillStyle = isSelected ? colors.selected : i % 2 === 0 ? colors.lane : colors.laneAlt;
  context.fillRect(0, yOf(view, i), view.width, LANE);
  if (row.kind === 'track' && hovered === row.id) {
    context.fillStyle = colors.accent;
    context.fillRect(0, yOf(view, i), 2, LANE);
  }
}

function drawGrid(context: CanvasRenderingContext2D, { view, colors }: TimelineScene): void {
  const step = rulerStep(view.scale);
  context.fillStyle = colors.grid;
  for (const frame of ticks(view, step)) context.fillRect(Math.round(xOf(view, frame)), RULER, 1, view.height);
}

/** Frames in view that are whole steps from the first. */
function ticks(view: TimeView, step: number): number[] {
  const from = Math.floor((frameAt(view, NAMES) - view.first) / step) * step;
  const to = frameAt(view, view.width);
  const frames: number[] = [];
  for (let frame = view.first + from; frame <= to; frame += step) if (xOf(view, frame) >= NAMES - 1) frames.push(frame);
  return frames;
}

function drawRange(context: CanvasRenderingContext2D, { view, colors, range }: TimelineScene): void {
  if (range === null) return;
  context.globalAlpha = 0.18;
  context.fillStyle = colors.accent;
  context.fillRect(xOf(view, range[0]), RULER, (range[1] + 1 - range[0]) * view.scale, view.height);
  context.globalAlpha = 1;
}

function drawRow(context: CanvasRenderingContext2D, scene: TimelineScene, row: Row, y: number): void {
  if (row.kind === 'frames') drawMarks(context, scene, y);
  else if (row.kind === 'selection') drawSelection(context, scene, y);
  else if (row.kind === 'attribute') drawValues(context, scene, scene.valuesOf(row.id, row.attributeId).runs, y);
  else drawTrack(context, scene, scene.trackOf(row.id), y, scene.selected.has(row.id));
}

function drawTrack(context: CanvasRenderingContext2D, { view, colors }: TimelineScene, { lane, color, hidden }: TrackRow, y: number, selected: boolean): void {
  const [low, high] = [frameAt(view, NAMES), frameAt(view, view.width)];
  const inView = (run: Run): boolean => run.to > low && run.from <= high;
  const [x0, x1] = [NAMES - 4, view.width + 4];
  const clipped = (run: Run): [x: number, width: number] => {
    const from = Math.max(x0, xOf(view, run.from));
    return [from, Math.max(1, Math.min(x1, xOf(view, run.to)) - from)];
  };
  context.globalAlpha = hidden ? 0.3 : 1;
  const ends = lane.runs.length > 0 ? lane.runs.at(-1)!.to : 0;
  const begins = lane.runs[0]?.from ?? 0;
  if (lane.runs.length > 1) {
    context.fillStyle = colors.faint;
    for (let x = Math.max(x0, xOf(view, begins)); x < Math.min(x1, xOf(view, ends)); x += 6) context.fillRect(x, y + LANE / 2, 2, 1);
  }
  for (const run of lane.runs.filter(inView)) {
    const [x, width] = clipped(run);
    context.fillStyle = color;
    context.globalAlpha = (hidden ? 0.3 : 1) * (selected ? 0.75 : 0.5);
    context.fillRect(x, y + 4, width, LANE - 8);
    context.globalAlpha = hidden ? 0.3 : 1;
    if (selected) {
      context.fillRect(x, y + 4, Math.min(2, width), LANE - 8);
      context.fillRect(x + width - Math.min(2, width), y + 4, Math.min(2, width), LANE - 8);
    }
  }
  for (const run of lane.occluded.filter(inView)) hatch(context, colors, ...clipped(run), y);
  const keyframes = between(lane.keyframes, low - 8, high + 8);
  let lastX = -Infinity;
  for (const frame of keyframes) {
    const x = xOf(view, frame + 0.5);
    // Nearer than this, diamonds would be one bar anyway.
    if (x - lastX < 3) continue;
    lastX = x;
    const seen = lane.runs.some(({ from, to }) => from <= frame && frame < to);
    diamond(context, x, y + LANE / 2, selected ? 5 : 4, seen ? 'full' : 'empty', colors);
  }
  context.globalAlpha = 1;
}

/** Each value from where it begins, with a line there; it is written where there is room. */
function drawValues(context: CanvasRenderingContext2D, { view, colors }: TimelineScene, runs: readonly ValueRun[], y: number): void {
  const [low, high] = [frameAt(view, NAMES), frameAt(view, view.width)];
  for (const { from, to, value } of runs) {
    if (to <= low || from > high) continue;
    const [left, right] = [Math.max(NAMES - 4, xOf(view, from)), Math.min(view.width + 4, xOf(view, to))];
    context.fillStyle = colors.line;
    context.fillRect(left, y + LANE - 4, Math.max(1, right - left), 1);
    context.fillStyle = colors.faint;
    context.fillRect(left, y + 5, 1, LANE - 8);
    const room = right - Math.max(left, NAMES) - 8;
    if (room < 12) continue;
    context.fillStyle = colors.text;
    context.fillText(shortened(context, value, room), Math.max(left, NAMES) + 5, y + LANE / 2 + 1);
  }
}

/** Of a selection of several tracks: full where all have a keyframe, half where some do. */
function drawSelection(context: CanvasRenderingContext2D, { view, colors, selected, trackOf, rows }: TimelineScene, y: number): void {
  const counts = new Map<number, number>();
  const tracks = rows.flatMap((row) => (row.kind === 'track' && selected.has(row.id) ? [row.id] : []));
  const [low, high] = [frameAt(view, NAMES) - 8, frameAt(view, view.width) + 8];
  for (const id of tracks) for (const frame of between(trackOf(id).lane.keyframes, low, high)) counts.set(frame, (counts.get(frame) ?? 0) + 1);
  for (const [frame, count] of counts) diamond(context, xOf(view, frame + 0.5), y + LANE / 2, 5, count === tracks.length ? 'full' : 'half', colors);
}

function drawMarks(context: CanvasRenderingContext2D, { view, colors, marksAt }: TimelineScene, y: number): void {
  const step = Math.max(1, Math.floor(1 / view.scale));
  for (let frame = frameAt(view, NAMES); frame <= frameAt(view, view.width); frame += step) {
    const { shapes, tags } = marksAt(frame);
    const x = xOf(view, frame);
    if (shapes) {
      context.fillStyle = colors.faint;
      context.fillRect(x, y + LANE - 9, Math.max(1, view.scale - 1), 5);
    }
    if (tags) {
      context.fillStyle = colors.accent;
      context.beginPath();
      context.arc(x + view.scale / 2, y + 7, 3, 0, 2 * Math.PI);
      context.fill();
    }
  }
}

function hatch(context: CanvasRenderingContext2D, colors: TimelineColors, x: number, width: number, y: number): void {
  context.save();
  context.beginPath();
  context.rect(x, y + 4, width, LANE - 8);
  context.clip();
  context.beginPath();
  for (let at = x - LANE; at < x + width; at += 5) {
    context.moveTo(at, y + LANE);
    context.lineTo(at + LANE, y);
  }
  context.strokeStyle = colors.text;
  context.globalAlpha *= 0.55;
  context.lineWidth = 1;
  context.stroke();
  context.restore();
}

function diamond(context: CanvasRenderingContext2D, x: number, y: number, size: number, fill: 'full' | 'half' | 'empty', colors: TimelineColors): void {
  context.beginPath();
  context.moveTo(x, y - size);
  context.lineTo(x + size, y);
  context.lineTo(x, y + size);
  context.lineTo(x - size, y);
  context.closePath();
  context.fillStyle = fill === 'full' ? colors.text : colors.panel;
  context.fill();
  context.strokeStyle = fill === 'full' ? colors.panel : colors.text;
  context.lineWidth = 1;
  context.stroke();
  if (fill === 'half') {
    context.beginPath();
    context.moveTo(x, y - size);
    context.lineTo(x, y + size);
    context.lineTo(x - size, y);
    context.closePath();
    context.fillStyle = colors.text;
    context.fill();
  }
}

function drawName(context: CanvasRenderingContext2D, scene: TimelineScene, row: Row, y: number): void {
  const { colors } = scene;
  const track = row.kind === 'track' ? scene.trackOf(row.id) : null;
  const name = track?.name ?? (row.kind === 'frames' ? scene.framesName : row.kind === 'attribute' ? `◆ ${scene.valuesOf(row.id, row.attributeId).name}` : scene.selectionName);
  if (track !== null) {
    context.fillStyle = track.color;
    context.fillRect(8, y + LANE / 2 - 5, 10, 10);
  }
  context.fillStyle = track === null || track.hidden ? colors.faint : colors.text;
  context.fillText(shortened(context, name, NAMES - 34), row.kind === 'attribute' ? 30 : 24, y + LANE / 2 + 1);
}

const shortNames = new Map<string, string>();

function shortened(context: CanvasRenderingContext2D, name: string, room: number): string {
  const key = `${Math.round(room)}/${name}`;
  let short = shortNames.get(key);
  if (short === undefined) {
    short = name;
    while (short.length > 1 && context.measureText(short).width > room) short = `${short.slice(0, -2)}…`;
    if (shortNames.size > 20_000) shortNames.clear();
    shortNames.set(key, short);
  }
  return short;
}

function drawRuler(context: CanvasRenderingContext2D, { view, colors, numberOf }: TimelineScene): void {
  context.fillStyle = colors.panel;
  context.fillRect(0, 0, view.width, RULER);
  context.fillStyle = colors.line;
  context.fillRect(0, RULER - 1, view.width, 1);
  for (const frame of ticks(view, rulerStep(view.scale))) {
    context.fillStyle = colors.grid;
    context.fillRect(Math.round(xOf(view, frame)), RULER - 6, 1, 6);
    context.fillStyle = colors.faint;
    context.fillText(String(numberOf(frame)), xOf(view, frame) + 3, RULER / 2);
  }
}

function drawPlayhead(context: CanvasRenderingContext2D, { view, colors, frame }: TimelineScene): void {
  const x = xOf(view, frame + 0.5);
  if (x < NAMES - 1 || x > view.width + 1) return;
  context.fillStyle = colors.accent;
  if (view.scale >= 4) {
    context.globalAlpha = 0.15;
    context.fillRect(xOf(view, frame), RULER, view.scale, view.height);
    context.globalAlpha = 1;
  }
  context.fillRect(Math.round(x) - 0.5, RULER - 4, 1.5, view.height);
  context.beginPath();
  context.moveTo(x - 5, RULER - 9);
  context.lineTo(x + 5, RULER - 9);
  context.lineTo(x, RULER - 1);
  context.closePath();
  context.fill();
}
