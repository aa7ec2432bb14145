import { html, type TemplateResult } from 'lit-html';
import type { EditorContext } from '../actions/context';
import { t } from '../i18n/t';
import { details } from './details';
import { labelsPanel, tagsPanel } from './labels-panel';
import { type ListWindow, objectList } from './object-list';

const TABS = ['objects', 'labels', 'details'] as const;

/** The right side: objects with the details of the selection, labels, or the details alone. */
export function inspector(context: EditorContext, list: ListWindow): TemplateResult {
  const tab = context.ui.tab.value;
  return html`
    <div class="tabs" role="tablist" aria-label=${t('panel.inspector')} @keydown=${(event: KeyboardEvent) => onTabKey(context, event)}>
      ${TABS.map((name) => html`<button type="button" role="tab" id="tab-${name}" aria-controls="inspector-panel" aria-selected=${tab === name ? 'true' : 'false'}
        tabindex=${tab === name ? 0 : -1} @click=${() => { context.ui.tab.value = name; }}>${t(`panel.${name}`)}</button>`)}
    </div>
    <div class="panel" role="tabpanel" id="inspector-panel" aria-labelledby="tab-${tab}">
      ${tab === 'objects' ? html`${objectList(context, list)}${context.selection.selected.ids.value.size > 0 ? html`<section class="selected" aria-label=${t('panel.details')}>${details(context)}</section>` : html`<section class="selected tagbox" aria-label=${t('panel.tags')}>${tagsPanel(context)}</section>`}`
        : tab === 'labels' ? html`<div class="scroll">${labelsPanel(context)}${tagsPanel(context)}</div>`
          : html`<div class="scroll">${details(context)}${tagsPanel(context)}</div>`}
    </div>`;
}

function onTabKey(context: EditorContext, event: KeyboardEvent): void {
  const by = event.key === 'ArrowRight' ? 1 : event.key === 'ArrowLeft' ? -1 : 0;
  if (by === 0) return;
  event.preventDefault();
  const next = TABS[(TABS.indexOf(context.ui.tab.peek()) + by + TABS.length) % TABS.length]!;
  context.ui.tab.value = next;
  (event.currentTarget as HTMLElement).querySelector<HTMLElement>(`#tab-${next}`)?.focus();
}
