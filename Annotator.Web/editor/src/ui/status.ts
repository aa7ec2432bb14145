import { computed, type ReadonlySignal } from '@preact/signals-core';
import { html, type TemplateResult } from 'lit-html';
import type { EditorContext } from '../actions/context';
import { objectsHere } from '../actions/edit';
import { number, t } from '../i18n/t';
import { frameMeta } from '../model/schema';
import type { PictureOrigin } from '../frames/video-info';
import type { SaveState } from '../sync/session';
import { followState } from './follow-form';
import { icon, type IconName } from './icons';

export interface StatusSources {
  /** Where the picture on the screen comes from. */
  readonly origin: () => PictureOrigin;
  /** Frames are played, and come too late. */
  readonly late: () => boolean;
  readonly save: () => SaveState;
  readonly conflicts: () => number;
  readonly live: () => boolean;
  /** While frames of the video are still being found: how far that is, 0 to 1. */
  readonly found: () => number | null;
  /** Percent of the annotations that are loaded. */
  readonly loaded: () => number;
}

export interface Counts {
  readonly total: number;
  readonly visible: number;
}

/** Objects of the frame, counted once per change and not once per move of the pointer. */
export function countsHere(context: EditorContext): ReadonlySignal<Counts> {
  const { selection, storeVersion, store } = context;
  return computed(() => {
    void storeVersion.value;
    void selection.hidden.ids.value;
    void selection.hiddenLabels.ids.value;
    void selection.only.value;
    const ids = objectsHere(context);
    return { total: ids.length, visible: ids.filter((id) => !selection.isHidden(store.get(id)!)).length };
  });
}

/** The strip at the bottom: where we are, what is here, and whether it is safe. */
export function status(context: EditorContext, sources: StatusSources, { total, visible }: Counts): TemplateResult {
  const { view, navigation, selection } = context;
  const frame = view.frame.value;
  const cursor = view.cursor.value;
  const selectedCount = selection.selected.ids.value.size;
  const { scale, dpr } = view.viewport.value;
  const conflicts = sources.conflicts();
  return html`
    <span class="mono">${t('frame.of', { n: navigation.indexOf(frame) + 1, count: navigation.count })}</span>
    <span class="file" title=${frameMeta(context.job, frame)?.name ?? ''}>${frameMeta(context.job, frame)?.name ?? ''}</span>
    <span class="mono cursor" title=${t('status.cursor')}>${cursor === null ? '' : `${Math.floor(cursor.x)}, ${Math.floor(cursor.y)}`}</span>
    ${sources.origin() === 'image' ? '' : html`<span class="origin" data-origin=${sources.origin()} title=${t(`frame.origin.${sources.origin() as 'proxy'}.why`)}>${t(`frame.origin.${sources.origin() as 'proxy'}`)}</span>`}
    ${sources.late() ? html`<span class="late" role="status">${t('play.late')}</span>` : ''}
    <span class="grow"></span>
    ${sources.found() === null ? '' : html`<span class="found" title=${t('status.finding.why')}>${t('status.finding', { percent: Math.floor(sources.found()! * 100) })}</span>`}
    ${followState(context)}
    ${sources.loaded() < 100 ? html`<span>${t('status.loading', { percent: sources.loaded() })}</span>` : ''}
    ${selectedCount > 0 ? html`<span>${t('objects.selected', { n: selectedCount })}</span>` : ''}
    <span title=${t('status.counts')}>${visible === total ? t('objects.count', { n: total }) : t('objects.visible', { visible, total })}</span>
    <span class="mono zoom" title=${t('status.zoom')}>${number(scale * dpr * 100, scale * dpr < 0.1 ? 1 : 0)} %</span>
    ${conflicts > 0 ? html`<button type="button" class="state warning" @click=${() => { context.ui.overlay.value = 'tray'; }}>${icon('warning')}${t('status.conflicts', { n: conflicts })}</button>` : ''}
    ${saveState(sources.save(), sources.live())}`;
}

function saveState(state: SaveState, isLive: boolean): TemplateResult {
  const [tone, picture, text]: [string, IconName, string] =
    state.kind === 'saved' ? ['ok', 'check', t('status.saved')]
      : state.kind === 'saving' ? ['', 'cloud', t('status.saving')]
        : state.kind === 'offline' ? ['warning', 'cloud', t('status.offline', { n: state.queued })]
          : state.kind === 'denied' ? ['danger', 'warning', t('status.denied', { reason: state.message })]
            : ['danger', 'warning', t('status.unsafe', { reason: state.message })];
  return html`<span class="state ${tone}" data-save=${state.kind} title=${isLive ? t('status.live') : t('status.notLive')}>${icon(picture)}${text}</span>`;
}
