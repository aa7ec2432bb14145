import { signal } from '@preact/signals-core';
import { html, nothing, type TemplateResult } from 'lit-html';
import { CATALOGUE } from '../actions/catalogue';
import type { EditorContext, Overlay } from '../actions/context';
import { actionLabel, allowed, GROUPS, perform } from '../actions/define';
import { shownKey } from '../actions/keys';
import { useLabel } from '../actions/labels';
import { message, t } from '../i18n/t';
import { frameMeta } from '../model/schema';
import { type Choice, Chooser, rank, ranked } from './chooser';
import { followForm } from './follow-form';
import { icon } from './icons';
import { propagateForm } from './propagate-form';
import { trayView, type TraySource } from './tray-view';

const chooser = new Chooser();

/** What stands in the dialog; nothing when none is open. */
export function dialogContent(context: EditorContext, tray: TraySource): TemplateResult | typeof nothing {
  switch (context.ui.overlay.value) {
    case 'help':
      return framed(context, t('help.shortcuts'), help());
    case 'palette':
      return chooser.view(t('help.palette'), t('palette.placeholder'), (text) => paletteChoices(context, text));
    case 'label':
      return chooser.view(t('labels.choose'), t('labels.choose'), (text) => labelChoices(context, text));
    case 'goto':
      return framed(context, t('frame.goto'), goto(context));
    case 'propagate':
      return framed(context, t('track.propagate'), propagateForm(context));
    case 'follow':
      return framed(context, t('track.follow'), followForm(context));
    case 'tray':
      return framed(context, t('tray.title'), trayView(context, tray));
    default:
      return nothing;
  }
}

/** Overlays that stand in the modal dialog; the others are panels that leave the canvas usable. */
export function isModal(overlay: Overlay): boolean {
  return overlay !== null && overlay !== 'settings' && overlay !== 'job';
}

export function resetOverlay(): void {
  chooser.reset();
  helpText.value = '';
}

function framed(context: EditorContext, title: string, content: TemplateResult): TemplateResult {
  return html`<header><h2>${title}</h2><button type="button" class="button" title="${t('help.close')} (Esc)" aria-label=${t('help.close')}
    @click=${() => { context.ui.overlay.value = null; }}>${icon('close')}</button></header>${content}`;
}

const helpText = signal('', { name: 'help text' });

function help(): TemplateResult {
  const text = helpText.value;
  const groups = GROUPS.map((group) => {
    const actions = ranked(CATALOGUE.filter((action) => action.group === group && action.keys.length > 0 && !action.id.startsWith('label.digit')), text, (action) => `${actionLabel(action)} ${action.keys.join(' ')}`);
    const digits = group === 'labels' && rank(t('help.digits'), text) >= 0;
    return actions.length === 0 && !digits ? '' : html`<section><h3>${message(`group.${group}`)}</h3><dl>${digits ? html`<div><dt>${t('help.digits')}</dt><dd><kbd>1</kbd>…<kbd>9</kbd><kbd>0</kbd></dd></div>` : ''}${actions.map((action) => html`<div><dt>${actionLabel(action)}</dt>
      <dd>${action.keys.map((key) => html`<kbd>${shownKey(key)}</kbd>`)}</dd></div>`)}</dl></section>`;
  });
  return html`<input type="search" class="search" autofocus placeholder=${t('help.search')} aria-label=${t('help.search')} .value=${text}
    @input=${(event: Event) => { helpText.value = (event.target as HTMLInputElement).value; }}>
    <div class="keys">${groups.every((group) => group === '') ? html`<p class="empty">${t('help.none', { text })}</p>` : groups}</div>`;
}

function paletteChoices(context: EditorContext, text: string): Choice[] {
  const close = (run: () => void) => () => {
    context.ui.overlay.value = null;
    run();
  };
  const wanted = Number(text);
  const frames: Choice[] = text.trim() !== '' && Number.isInteger(wanted) && wanted >= 1 && wanted <= context.navigation.count
    ? [{ id: 'frame', text: t('palette.frame', { n: wanted }), aside: frameMeta(context.job, context.navigation.frameAt(wanted - 1))?.name ?? '', choose: close(() => void context.navigation.go(context.navigation.frameAt(wanted - 1))) }] : [];
  const actions = CATALOGUE.filter(({ id }) => !id.startsWith('label.digit') && id !== 'help.palette').map((action): Choice => {
    const may = allowed(action, context);
    const aside = action.keys[0] === undefined ? message(`group.${action.group}`) : shownKey(action.keys[0]);
    return { id: action.id, text: actionLabel(action), aside, ...(may === true ? {} : { refusal: t(may) }), choose: close(() => void perform(action, context)) };
  });
  const labels = context.schema.labels.map((label): Choice => ({
    id: `label-${label.id}`, text: t('label.digitNamed', { name: label.name }), color: label.color, choose: close(() => useLabel(context, label.id)),
  }));
  return [...frames, ...ranked([...actions, ...labels], text, (choice) => choice.text)];
}

function labelChoices(context: EditorContext, text: string): Choice[] {
  return ranked(context.schema.labels.map((label): Choice => {
    const digit = context.digits.value.indexOf(label.id);
    return {
      id: String(label.id), text: label.name, color: label.color, ...(digit < 0 ? {} : { aside: String((digit + 1) % 10) }),
      choose: () => {
        context.ui.overlay.value = null;
        useLabel(context, label.id);
      },
    };
  }), text, (choice) => choice.text);
}

function goto(context: EditorContext): TemplateResult {
  const { navigation } = context;
  return html`<form class="goto" @submit=${(event: Event) => {
    event.preventDefault();
    const n = (event.target as HTMLFormElement).querySelector('input')!.valueAsNumber;
    if (!Number.isInteger(n) || n < 1 || n > navigation.count) return;
    context.ui.overlay.value = null;
    void navigation.go(navigation.frameAt(n - 1));
  }}><input type="number" autofocus min="1" max=${navigation.count} required aria-label=${t('frame.goto')} .value=${String(navigation.indexOf(navigation.target.value) + 1)}>
    <span class="mono">/ ${navigation.count}</span><button type="submit" class="button wide primary">${t('frame.goto')}</button></form>`;
}
