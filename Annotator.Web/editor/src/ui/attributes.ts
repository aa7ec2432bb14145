import { html, type TemplateResult } from 'lit-html';
import { live as liveValue } from 'lit-html/directives/live.js';
import type { EditorContext } from '../actions/context';
import { attributesHere, setAttribute } from '../actions/edit';
import { t } from '../i18n/t';
import type { Id } from '../model/records';
import { allows, type AttributeSpec, type Label } from '../model/schema';
import { typedValue } from './typed-value';

/** The attributes of one or several objects of a label; where values differ the field is empty and a change applies to all. */
export function attributeFields(context: EditorContext, ids: readonly Id[], label: Label): TemplateResult {
  if (label.attributes.length === 0) return html`<p class="empty">${t('details.noAttributes')}</p>`;
  return html`${label.attributes.map((spec) => {
    const values = new Set(ids.map((id) => attributesHere(context, context.store.get(id)!)[spec.id] ?? spec.defaultValue));
    const value = values.size === 1 ? [...values][0]! : null;
    return field(context, spec, ids.join(), value, (next) => setAttribute(context, ids, spec, next));
  })}`;
}

function field(context: EditorContext, spec: AttributeSpec, subject: string, value: string | null, set: (value: string) => void): TemplateResult {
  const name = html`<span class="field-name">${spec.name}${spec.mutable ? html`<span class="mutable" title=${t('details.mutable')}>${'◆'}</span>` : ''}</span>`;
  const disabled = context.view.readonly.value;
  switch (spec.inputType) {
    case 'checkbox':
      return html`<label class="field check">${name}<input type="checkbox" ?disabled=${disabled} .checked=${liveValue(value === 'true')} .indeterminate=${value === null}
        @change=${(event: Event) => set(String((event.target as HTMLInputElement).checked))}></label>`;
    case 'radio':
      return html`<fieldset class="field radio" ?disabled=${disabled}><legend>${name}</legend>${spec.values.map((choice) => html`<label><input type="radio" name="attribute-${spec.id}"
        .checked=${liveValue(value === choice)} @change=${() => set(choice)}><span>${choice}</span></label>`)}</fieldset>`;
    case 'select':
      return html`<label class="field">${name}<select ?disabled=${disabled} .value=${liveValue(value ?? '')} @change=${(event: Event) => set((event.target as HTMLSelectElement).value)}>
        ${value === null || !spec.values.includes(value) ? html`<option value=${value ?? ''} selected>${value ?? ''}</option>` : ''}
        ${spec.values.map((choice) => html`<option value=${choice} ?selected=${choice === value}>${choice}</option>`)}</select></label>`;
    case 'number':
      return numberField(context, spec, subject, value, name, set);
    case 'text':
      return html`<label class="field">${name}<input type="text" maxlength="4096" ?disabled=${disabled} .value=${typedValue(value ?? '', subject)}
        @input=${(event: Event) => set((event.target as HTMLInputElement).value)} @blur=${() => context.history.seal()}></label>`;
  }
}

function numberField(context: EditorContext, spec: AttributeSpec, subject: string, value: string | null, name: TemplateResult, set: (value: string) => void): TemplateResult {
  const [min, max, step] = spec.values;
  // Committed as it is typed: a key of the canvas may come before the field is left, and what is only typed would be gone.
  const type = (event: Event): void => {
    const input = event.target as HTMLInputElement;
    if (allows(spec, input.value)) set(input.value);
  };
  const change = (event: Event): void => {
    const input = event.target as HTMLInputElement;
    if (!allows(spec, input.value)) {
      context.notify('details.badNumber', { name: spec.name, min: min ?? '', max: max ?? '', value: value ?? spec.defaultValue }, 'warning');
      input.value = value ?? '';
    }
  };
  return html`<label class="field">${name}<input type="number" min=${min ?? ''} max=${max ?? ''} step=${step ?? 'any'} ?disabled=${context.view.readonly.value}
    title=${min !== undefined && max !== undefined ? t('details.range', { min, max }) : ''} .value=${typedValue(value ?? '', subject)} @input=${type} @change=${change} @blur=${() => context.history.seal()}></label>`;
}
