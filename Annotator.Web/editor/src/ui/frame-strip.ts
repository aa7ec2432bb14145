import { html, type TemplateResult } from 'lit-html';
import type { EditorContext } from '../actions/context';
import { SPEEDS } from '../frames/playback';
import { number, t } from '../i18n/t';
import { frameMeta } from '../model/schema';
import { actionButton } from './action-button';
import { framePreview } from './frame-preview';

/** At most so many marks of annotated frames are drawn: more would not be told apart. */
const MARKS = 400;

/** First, previous, play, slider with marks where annotations are, next, last, speed, and where we are. */
export function frameStrip(context: EditorContext, frames: FrameStripSources): TemplateResult {
  const { navigation, playback } = context;
  const at = navigation.indexOf(navigation.target.value);
  const last = navigation.count - 1;
  const direction = playback.direction.value;
  return html`
    ${actionButton(context, 'frame.first', 'first')}
    ${actionButton(context, 'frame.previous', 'back')}
    ${actionButton(context, 'play.toggle', direction === 0 ? 'play' : 'pause', { pressed: direction !== 0, className: 'play' })}
    ${actionButton(context, 'frame.next', 'next')}
    ${actionButton(context, 'frame.last', 'last')}
    <div class="slider" @pointermove=${(event: PointerEvent) => frames.preview.point(event)} @pointerleave=${() => frames.preview.leave()}>
      <div class="cached" aria-hidden="true" style="background-image: ${cells(context, frames.cached(), 'var(--line-2)')}"></div>
      <div class="marks" aria-hidden="true" style="background-image: ${cells(context, annotated(context), 'var(--accent)')}"></div>
      <input type="range" min="0" max=${Math.max(0, last)} step="1" .value=${String(at)} aria-label=${t('frame.slider')} ?disabled=${last <= 0}
        aria-valuetext=${t('frame.of', { n: at + 1, count: navigation.count })}
        @input=${(event: Event) => void navigation.go(navigation.frameAt((event.target as HTMLInputElement).valueAsNumber))}>
      ${framePreview(context, frames.preview)}
    </div>
    <select class="speed mono" title="${t('play.speed')} (< >)" aria-label=${t('play.speed')} @change=${(event: Event) => playback.setSpeed(Number((event.target as HTMLSelectElement).value))}>
      ${SPEEDS.map((speed) => html`<option value=${speed} .selected=${speed === playback.speed.value}>${speedName(context, speed)}</option>`)}</select>
    ${actionButton(context, 'play.loop', 'loop', { pressed: playback.loop.value !== null })}
    <button type="button" class="button wide mono" title=${`${t('frame.goto')} (\`)\n${frameMeta(context.job, navigation.target.value)?.name ?? ''}`}
      @click=${() => { context.ui.overlay.value = 'goto'; }}>${at + 1} / ${navigation.count}</button>`;
}

/** Videos have a speed of their own; of images it is said how many there are in a second. */
function speedName({ job, view }: EditorContext, speed: number): string {
  return job.mode === 'interpolation' ? `${speed}×` : t('play.images', { n: number(speed * view.settings.value.imageRate, 2) });
}

export interface FrameStripSources {
  /** Frames whose pictures are at hand. */
  readonly cached: () => Iterable<number>;
  readonly preview: FramePreviewState;
}

/** What the pointer is over on the slider. */
export interface FramePreviewState {
  readonly at: () => { readonly frame: number; readonly left: number; readonly url: string } | null;
  point(event: PointerEvent): void;
  leave(): void;
}

function* annotated(context: EditorContext): Iterable<number> {
  void context.storeVersion.value;
  yield* context.store.frames();
  for (const track of context.store.tracks()) for (const { frame } of track.keyframes) yield frame;
}

/** Bands where frames of a kind are. */
function cells({ navigation }: EditorContext, frames: Iterable<number>, color: string): string {
  if (navigation.count < 2) return 'none';
  const count = Math.min(MARKS, navigation.count);
  const filled = new Set<number>();
  for (const frame of frames) {
    const index = navigation.indexOf(frame);
    if (index >= 0) filled.add(Math.floor((index * count) / navigation.count));
  }
  if (filled.size === 0) return 'none';
  const stops = [...filled].sort((a, b) => a - b).flatMap((cell) => {
    const from = ((cell / count) * 100).toFixed(2);
    const to = (((cell + 1) / count) * 100).toFixed(2);
    return [`transparent ${from}%`, `${color} ${from}%`, `${color} ${to}%`, `transparent ${to}%`];
  });
  return `linear-gradient(to right, ${stops.join(', ')})`;
}
