import { html, type TemplateResult } from 'lit-html';
import type { EditorContext } from '../actions/context';
import { poseHere } from '../actions/edit';
import { selectedTracks } from '../actions/tracks';
import { t } from '../i18n/t';
import { isOutside, keyframesOf } from '../tracks/keyframes';
import { actionButton } from './action-button';
import { icon } from './icons';
import type { Timeline } from './timeline';

/** What is done with tracks, over their lanes. */
export function timelineBar(context: EditorContext, timeline: Timeline): TemplateResult {
  void context.storeVersion.value;
  const { ui } = context;
  const tracks = selectedTracks(context);
  const frame = context.view.frame.value;
  const every = (test: (track: (typeof tracks)[number]) => boolean): boolean => tracks.length > 0 && tracks.every(test);
  const open = ui.timelineOpen.value;
  const range = ui.timelineRange.value;
  return html`
    <button type="button" class="button" aria-expanded=${open ? 'true' : 'false'} aria-label=${t('timeline.toggle')} title=${t('timeline.toggle')}
      @click=${() => { ui.timelineOpen.value = !open; }}><span class="turn" ?data-open=${open}>${icon('next')}</span></button>
    <h2>${t('timeline.title')}</h2>
    <div class="cluster">
      ${actionButton(context, 'object.previousKeyframe', 'key-previous')}
      ${actionButton(context, 'object.keyframe', 'key', { pressed: every((track) => keyframesOf(track).includes(frame)) })}
      ${actionButton(context, 'object.nextKeyframe', 'key-next')}
      ${actionButton(context, 'object.outside', 'outside', { pressed: every((track) => isOutside(track, frame, context.job.deletedFrames)) })}
      ${actionButton(context, 'object.occluded', 'occluded', { pressed: every(({ id }) => poseHere(context, id)?.occluded ?? false) })}
    </div>
    <div class="cluster">${actionButton(context, 'track.split', 'split')}${actionButton(context, 'track.merge', 'merge', { pressed: context.selection.gathered.value !== null })}${actionButton(context, 'track.propagate', 'propagate')}${actionButton(context, 'track.follow', 'follow')}</div>
    <span class="grow"></span>
    ${range === null ? '' : html`<span class="chip">${t('timeline.range', { from: context.navigation.indexOf(range[0]) + 1, to: context.navigation.indexOf(range[1]) + 1 })}
      <button type="button" class="flag" aria-label=${t('timeline.noRange')} title=${t('timeline.noRange')} @click=${() => { ui.timelineRange.value = null; }}>${icon('close')}</button></span>`}
    ${open ? html`<div class="cluster">
      ${zoomButton(t('timeline.zoomOut'), 'minus', () => timeline.zoom(1 / 1.6))}${zoomButton(t('timeline.zoomIn'), 'plus', () => timeline.zoom(1.6))}${zoomButton(t('timeline.whole'), 'fit', () => timeline.whole())}
    </div>` : ''}`;
}

function zoomButton(name: string, picture: 'minus' | 'plus' | 'fit', run: () => void): TemplateResult {
  return html`<button type="button" class="button" aria-label=${name} title=${name} @click=${run}>${icon(picture)}</button>`;
}
