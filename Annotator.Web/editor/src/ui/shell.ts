import { effect } from '@preact/signals-core';
import { html, nothing, type TemplateResult } from 'lit-html';
import type { EditorContext } from '../actions/context';
import { actionOf } from '../actions/catalogue';
import { perform } from '../actions/define';
import { shownKey } from '../actions/keys';
import { objectName } from '../actions/names';
import { gatherSelection } from '../actions/tracks';
import { t } from '../i18n/t';
import { hasRelated } from '../model/schema';
import { frameStrip, type FrameStripSources } from './frame-strip';
import { header } from './header';
import { inspector } from './inspector';
import { live, region } from './live';
import { followOverlay } from './modal';
import { type ListWindow, makeListWindow, showRow } from './object-list';
import { mountContextMenu } from './context-menu';
import { dialogContent, isModal, resetOverlay } from './overlays';
import { popover } from './popovers';
import { rail } from './rail';
import { splitter } from './splitter';
import { countsHere, status, type StatusSources } from './status';
import { suggestionBar } from './suggestion-bar';
import { toolOptions } from './tool-options';
import { mountTimeline } from './timeline';
import { drawsMask } from '../tools/output';
import type { Toasts } from './toasts';
import type { TraySource } from './tray-view';

export interface ShellSources {
  readonly status: StatusSources;
  readonly frames: FrameStripSources;
  readonly tray: TraySource;
  readonly toasts: Toasts;
  readonly present: () => readonly string[];
  readonly banner: () => TemplateResult | typeof nothing;
  /** The pictures that stand beside a frame, as a ZIP. */
  readonly relatedUrl: (frame: number) => string;
  /** What stands over the canvas: loading, an error. */
  readonly cover: () => TemplateResult | typeof nothing;
}

/** Builds the regions around the canvas and keeps them up to date. Returns the way to take them down. */
export function mountShell(root: HTMLElement, stage: HTMLElement, context: EditorContext, sources: ShellSources): () => void {
  const head = region('header', 'head');
  const banner = region('div', 'banner');
  const tools = region('nav', 'rail');
  tools.setAttribute('aria-label', t('tool.rail'));
  const panel = region('aside', 'beside');
  panel.setAttribute('aria-label', t('panel.inspector'));
  const side = region('div', 'side');
  const strip = region('nav', 'strip');
  strip.setAttribute('aria-label', t('frame.strip'));
  const related = region('aside', 'related');
  related.setAttribute('aria-label', t('related.title'));
  const timeline = region('section', 'timeline');
  timeline.setAttribute('aria-label', t('timeline.title'));
  const foot = region('footer', 'foot');
  const cover = region('div', 'cover');
  const toasts = region('div', 'toasts');
  const pop = region('div', 'pop');
  const hint = region('div', 'hint-line');
  const options = region('div', 'options');
  const dialog = document.createElement('dialog');
  stage.append(cover, options, hint, toasts);
  panel.append(splitter(context), side);
  root.append(head, banner, tools, stage, related, panel, strip, timeline, foot, pop, dialog);

  const list = makeListWindow(context);
  const counts = countsHere(context);
  const stops = [
    live(head, () => header(context, sources.present)),
    live(banner, sources.banner),
    live(tools, () => rail(context)),
    live(side, () => inspector(context, list)),
    live(strip, () => frameStrip(context, sources.frames)),
    live(foot, () => status(context, sources.status, counts.value)),
    live(cover, sources.cover),
    live(toasts, () => sources.toasts.view()),
    live(options, () => (context.view.tool.value === 'select' ? suggestionBar(context) : toolOptions(context))),
    live(pop, () => popover(context)),
    live(hint, () => {
      if (context.ui.discard.value) return discardBar(context);
      if (context.selection.gathered.value !== null) return gatherBar(context);
      const tool = context.view.tool.value;
      if (tool === 'select') return nothing;
      const again = context.store.get(context.view.redraw.value ?? -1);
      if (again !== undefined) return html`<span>${t('hint.redraw', { name: objectName(context.schema, again) })}</span>`;
      return html`<span>${drawnLabel(context)}${context.view.drawTracks.value ? html`<b>${t(drawsMask(context.view, context.schema.labelById.get(context.view.drawLabel.value ?? -1)) ? 'draw.maskHere' : 'draw.asTrack')}</b> · ` : ''}${t(`hint.${tool}`)}</span>`;
    }),
    live(dialog, () => dialogContent(context, sources.tray)),
    followOverlay(dialog, context.ui.overlay, isModal, { open: resetOverlay, close: () => context.workbench.element.focus() }),
    effect(() => {
      root.toggleAttribute('data-bare', !context.ui.chrome.value);
      root.style.setProperty('--side', `${context.ui.inspectorWidth.value}px`);
    }),
    mountContextMenu(stage, context),
    mountTimeline(timeline, root, context),
    followRelated(related, root, context, sources.relatedUrl),
    gatherSelection(context),
    effect(() => {
      void [context.view.tool.value, context.view.frame.value];
      context.ui.discard.value = false;
    }),
    effect(() => revealInList(side, context, list)),
    effect(() => {
      void [context.view.drawLabel.value, context.ui.tab.value];
      requestAnimationFrame(() => side.querySelector('.labels [data-active]')?.scrollIntoView({ block: 'nearest' }));
    }),
  ];
  const outside = (event: PointerEvent): void => {
    if (!isModal(context.ui.overlay.peek()) && event.target instanceof Element && event.target.closest('.pop, [aria-haspopup], [aria-pressed]') === null
      && context.ui.overlay.peek() === 'job') context.ui.overlay.value = null;
  };
  root.addEventListener('pointerdown', outside);
  const drawOn = (): void => {
    context.ui.discard.value = false;
  };
  context.workbench.element.addEventListener('pointerdown', drawOn);
  return () => {
    root.removeEventListener('pointerdown', outside);
    context.workbench.element.removeEventListener('pointerdown', drawOn);
    for (const stop of stops) stop();
    root.replaceChildren();
  };
}

/** Shows the panel of pictures beside the frame where there are any and they are wanted; it is loaded when it is first seen. */
function followRelated(host: HTMLElement, root: HTMLElement, context: EditorContext, urlOf: (frame: number) => string): () => void {
  let down: (() => void) | null = null;
  let asked = false;
  let gone = false;
  const stop = effect(() => {
    void context.view.frame.value;
    const open = context.ui.relatedOpen.value && context.ui.chrome.value && hasRelated(context.job);
    host.toggleAttribute('hidden', !open);
    root.style.setProperty('--related', open ? `${context.ui.relatedWidth.value}px` : '0px');
    if (!open || asked) return;
    asked = true;
    import('./related').then(({ mountRelatedPanel }) => {
      if (!gone) down = mountRelatedPanel(host, context, urlOf);
    }, () => { asked = false; });
  });
  return () => {
    gone = true;
    stop();
    down?.();
  };
}

/** What the next shape will be. */
function drawnLabel(context: EditorContext): TemplateResult | typeof nothing {
  const label = context.schema.labelById.get(context.view.drawLabel.value ?? -1);
  return label === undefined ? nothing : html`<b style="--label: ${label.color}"><i class="swatch"></i> ${label.name}</b> · `;
}

/** Asks before much work is thrown away; the canvas can be used meanwhile, and then drawing goes on. */
function discardBar(context: EditorContext): TemplateResult {
  const answer = (discard: boolean) => () => {
    context.ui.discard.value = false;
    if (discard) context.workbench.cancel();
    context.workbench.element.focus({ preventScroll: true });
  };
  return html`<div class="ask" role="alert"><span>${t('draw.discard', { n: context.workbench.draftPoints })}</span>
    <button type="button" class="button wide" @click=${answer(false)}>${t('draw.keep')}</button><button type="button" class="button wide danger" @click=${answer(true)}>${t('draw.throwAway')}</button></div>`;
}

/** Objects are being picked on several frames to become one track. */
function gatherBar(context: EditorContext): TemplateResult {
  const { gathered } = context.selection;
  const cancel = (): void => {
    gathered.value = null;
    context.workbench.element.focus({ preventScroll: true });
  };
  return html`<div class="ask" role="status"><span>${t('hint.gather', { n: gathered.value?.size ?? 0 })}</span>
    <button type="button" class="button wide" @click=${cancel}>${t('hint.gatherCancel')}</button><button type="button" class="button wide primary" @click=${() => perform(actionOf('track.merge'), context)}>${t('hint.gatherEnd')} (${shownKey('Shift+M')})</button></div>`;
}

/** What is selected on the canvas is brought into sight in the list. */
function revealInList(side: HTMLElement, context: EditorContext, list: ListWindow): void {
  const id = context.selection.single.value;
  if (id === null || context.ui.tab.peek() !== 'objects') return;
  const rows = side.querySelector<HTMLElement>('.rows');
  const index = list.ids.value.indexOf(id);
  if (rows !== null && index >= 0) showRow(rows, index);
}
