import { html, type TemplateResult } from 'lit-html';
import type { EditorContext } from '../actions/context';
import { endOf, selectedTracks } from '../actions/tracks';
import { t } from '../i18n/t';
import { isOutside, keyframesOf } from '../tracks/keyframes';
import { laneOf } from '../tracks/runs';
import { actionButton } from './action-button';

/** Of the selected tracks: their keyframes, and where they are seen. Nothing when none is selected. */
export function trackDetails(context: EditorContext): TemplateResult | string {
  const tracks = selectedTracks(context);
  if (tracks.length === 0) return '';
  const frame = context.view.frame.value;
  const number = (at: number): number => context.navigation.indexOf(at) + 1;
  const [track] = tracks;
  const runs = tracks.length === 1 ? laneOf(track!, endOf(context)).runs : [];
  return html`<h2>${t('details.track')}</h2>
    <div class="cluster track-keys" role="group" aria-label=${t('details.track')}>
      ${actionButton(context, 'object.previousKeyframe', 'key-previous')}
      ${actionButton(context, 'object.keyframe', 'key', { wide: true, label: t('details.keyframe'), pressed: tracks.every((other) => keyframesOf(other).includes(frame)) })}
      ${actionButton(context, 'object.nextKeyframe', 'key-next')}
      ${actionButton(context, 'object.outside', 'outside', { wide: true, label: t('details.outside'), pressed: tracks.every((other) => isOutside(other, frame, context.job.deletedFrames)) })}
    </div>
    ${tracks.length > 1 ? '' : html`<p class="seen">${t('details.keyframes', { n: keyframesOf(track!).length })} · ${runs.length === 0 ? t('details.neverSeen')
      : t('details.seen', { runs: runs.slice(0, 6).map(({ from, to }) => `${number(from)}–${number(to - 1) || to}`).join(', ') + (runs.length > 6 ? ' …' : '') })}</p>`}`;
}
