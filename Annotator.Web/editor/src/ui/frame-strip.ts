import { html, type TemplateResult } from 'lit-html';
import type { EditorContext } from '../actions/context';
import { t } from '../i18n/t';
import { frameMeta } from '../model/schema';
import { actionButton } from './action-button';

/** At most so many marks of annotated frames are drawn: more would not be told apart. */
const MARKS = 400;

/** First, previous, slider with marks where annotations are, next, last. */
export function frameStrip(context: EditorContext): TemplateResult {
  const { navigation } = context;
  const at = navigation.indexOf(navigation.target.value);
  const last = navigation.count - 1;
  return html`
    ${actionButton(context, 'frame.first', 'first')}
    ${actionButton(context, 'frame.previous', 'back')}
    <div class="slider">
      <div class="marks" aria-hidden="true" style="background-image: ${marks(context)}"></div>
      <input type="range" min="0" max=${Math.max(0, last)} step="1" .value=${String(at)} aria-label=${t('frame.slider')} ?disabled=${last <= 0}
        aria-valuetext=${t('frame.of', { n: at + 1, count: navigation.count })}
        @input=${(event: Event) => void navigation.go(navigation.frameAt((event.target as HTMLInputElement).valueAsNumber))}>
    </div>
    ${actionButton(context, 'frame.next', 'next')}
    ${actionButton(context, 'frame.last', 'last')}
    <button type="button" class="button wide mono" title=${`${t('frame.goto')} (\`)\n${frameMeta(context.job, navigation.target.value)?.name ?? ''}`}
      @click=${() => { context.ui.overlay.value = 'goto'; }}>${at + 1} / ${navigation.count}</button>`;
}

function marks(context: EditorContext): string {
  void context.storeVersion.value;
  const { navigation, store } = context;
  if (navigation.count < 2) return 'none';
  const cells = Math.min(MARKS, navigation.count);
  const filled = new Set<number>();
  const add = (frame: number): void => {
    const index = navigation.indexOf(frame);
    if (index >= 0) filled.add(Math.floor((index * cells) / navigation.count));
  };
  for (const frame of store.frames()) add(frame);
  for (const track of store.tracks()) for (const { frame } of track.keyframes) add(frame);
  if (filled.size === 0) return 'none';
  const stops = [...filled].sort((a, b) => a - b).flatMap((cell) => {
    const from = ((cell / cells) * 100).toFixed(2);
    const to = (((cell + 1) / cells) * 100).toFixed(2);
    return [`transparent ${from}%`, `var(--accent) ${from}%`, `var(--accent) ${to}%`, `transparent ${to}%`];
  });
  return `linear-gradient(to right, ${stops.join(', ')})`;
}
