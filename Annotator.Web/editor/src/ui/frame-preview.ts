import { signal } from '@preact/signals-core';
import { html, nothing, type TemplateResult } from 'lit-html';
import type { EditorContext } from '../actions/context';
import { number } from '../i18n/t';
import type { FramePreviewState } from './frame-strip';

/** The pointer rests so long before a picture is asked for. */
const REST_MILLISECONDS = 120;
const WIDTH = 160;
const THUMB = 16;

/** Follows the pointer over the slider; the picture of the frame under it comes when it rests. */
export function makeFramePreview({ navigation, job }: Pick<EditorContext, 'navigation' | 'job'>, apiBase: string): FramePreviewState {
  const at = signal<{ readonly frame: number; readonly left: number; readonly url: string } | null>(null, { name: 'frame preview' });
  let timer = 0;
  return {
    at: () => at.value,
    point: (event) => {
      if (navigation.count < 2 || event.pointerType === 'touch') return;
      const track = (event.currentTarget as HTMLElement).getBoundingClientRect();
      // The slider's thumb does not leave its track: its middle goes from half its width to half its width before the end.
      const share = Math.max(0, Math.min(1, (event.clientX - track.left - THUMB / 2) / (track.width - THUMB)));
      const frame = navigation.frameAt(Math.round(share * (navigation.count - 1)));
      const before = at.peek();
      at.value = { frame, left: THUMB / 2 + share * (track.width - THUMB), url: before?.frame === frame ? before.url : '' };
      if (before?.frame === frame) return;
      window.clearTimeout(timer);
      timer = window.setTimeout(() => {
        const now = at.peek();
        if (now?.frame === frame) at.value = { ...now, url: `${apiBase}/jobs/${job.jobId}/data?type=frame&number=${frame}&quality=compressed&width=${WIDTH}` };
      }, REST_MILLISECONDS);
    },
    leave: () => {
      window.clearTimeout(timer);
      at.value = null;
    },
  };
}

export function framePreview({ navigation }: EditorContext, state: FramePreviewState): TemplateResult | typeof nothing {
  const shown = state.at();
  if (shown === null) return nothing;
  return html`<div class="preview" style="inset-inline-start: ${shown.left}px" aria-hidden="true">
    ${shown.url === '' ? nothing : html`<img src=${shown.url} alt="">`}<span class="mono">${number(navigation.indexOf(shown.frame) + 1)}</span></div>`;
}
