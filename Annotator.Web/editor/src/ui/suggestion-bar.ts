import { html, nothing, type TemplateResult } from 'lit-html';
import type { EditorContext } from '../actions/context';
import { suggestionsHere } from '../actions/suggestions';
import { t } from '../i18n/t';
import { suggestionCount } from '../suggestions/suggestions';
import { actionButton } from './action-button';

/** What a model suggests on this frame, and the ways to judge it. */
export function suggestionBar(context: EditorContext): TemplateResult | typeof nothing {
  void context.storeVersion.value;
  const here = suggestionsHere(context).length;
  const only = context.selection.onlySuggestions.value;
  if (here === 0 && !only) return nothing;
  return html`<div class="tool-options" role="toolbar" aria-label=${t('suggestion.bar')}>
    <span class="note">${t('suggestion.count', { n: here, all: suggestionCount(context.store) })}</span>
    ${here === 0 || context.view.readonly.value ? nothing : html`<span class="cluster">
      ${actionButton(context, 'suggestion.accept', 'check')}${actionButton(context, 'suggestion.reject', 'close')}${actionButton(context, 'suggestion.acceptFrame', 'check-all')}${actionButton(context, 'suggestion.rejectFrame', 'close-all')}</span>`}
    <span class="cluster">${actionButton(context, 'suggestion.previous', 'back')}${actionButton(context, 'suggestion.next', 'next')}</span>
    <button type="button" class="button wide" aria-pressed=${only ? 'true' : 'false'} title="${t('suggestion.only')} (Alt+A)" @click=${() => { context.selection.onlySuggestions.value = !only; }}>${t('suggestion.onlyShort')}</button>
  </div>`;
}
