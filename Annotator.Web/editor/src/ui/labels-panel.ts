import { html, type TemplateResult } from 'lit-html';
import type { EditorContext } from '../actions/context';
import { objectsHere } from '../actions/edit';
import { useLabel } from '../actions/labels';
import { addTag, removeTag, tagsHere } from '../actions/tags';
import { labelName } from '../actions/names';
import { number, t } from '../i18n/t';
import type { Label } from '../model/schema';
import { icon } from './icons';

/** The labels: which draws next, how many objects, lock and hide, the digit key. */
export function labelsPanel(context: EditorContext): TemplateResult {
  void context.storeVersion.value;
  const labels = context.schema.labels;
  if (labels.length === 0) return html`<p class="empty">${t('labels.none')}</p>`;
  const here = new Map<number, number>();
  for (const id of objectsHere(context)) {
    const labelId = context.store.get(id)!.labelId;
    here.set(labelId, (here.get(labelId) ?? 0) + 1);
  }
  return html`<div class="label-head" aria-hidden="true"><span class="grow"></span>${t('labels.onFrame')}</div>
    <ul class="labels">${labels.map((label) => labelRow(context, label, here.get(label.id) ?? 0))}</ul>`;
}

function labelRow(context: EditorContext, label: Label, here: number): TemplateResult {
  const { selection, view, digits } = context;
  const active = view.drawLabel.value === label.id;
  const locked = selection.lockedLabels.ids.value.has(label.id);
  const hidden = selection.hiddenLabels.ids.value.has(label.id);
  const digit = digits.value.indexOf(label.id);
  return html`<li style="--label: ${label.color}" ?data-active=${active}>
    <button type="button" class="use" aria-pressed=${active ? 'true' : 'false'} title=${t('labels.use', { name: label.name })} @click=${() => useLabel(context, label.id)}>
      <span class="swatch"></span><span class="name">${label.name}</span></button>
    <span class="mono counts">${number(here)} / ${number(context.store.withLabel(label.id).size)}</span>
    <select class="digit" title=${t('labels.digit', { name: label.name })} aria-label=${t('labels.digit', { name: label.name })}
      @change=${(event: Event) => assign(context, label.id, (event.target as HTMLSelectElement).value)}>
      <option value="" ?selected=${digit < 0}>–</option>
      ${Array.from({ length: 10 }, (_, i) => html`<option value=${String(i)} ?selected=${digit === i}>${(i + 1) % 10}</option>`)}
    </select>
    <button type="button" class="flag" ?data-on=${locked} aria-pressed=${locked ? 'true' : 'false'} title=${t(locked ? 'labels.unlock' : 'labels.lock', { name: label.name })}
      aria-label=${t(locked ? 'labels.unlock' : 'labels.lock', { name: label.name })} @click=${() => selection.lockedLabels.toggle(label.id)}>${icon(locked ? 'lock' : 'unlock')}</button>
    <button type="button" class="flag" ?data-on=${hidden} aria-pressed=${hidden ? 'true' : 'false'} title=${t(hidden ? 'labels.show' : 'labels.hide', { name: label.name })}
      aria-label=${t(hidden ? 'labels.show' : 'labels.hide', { name: label.name })} @click=${() => selection.hiddenLabels.toggle(label.id)}>${icon(hidden ? 'eye-off' : 'eye')}</button>
  </li>`;
}

function assign(context: EditorContext, labelId: number, value: string): void {
  const digits = context.digits.peek().map((id) => (id === labelId ? null : id));
  if (value !== '') digits[Number(value)] = labelId;
  context.digits.value = digits;
}

/** The tags of the frame, with a way to add and remove them. */
export function tagsPanel(context: EditorContext): TemplateResult {
  void context.storeVersion.value;
  const tags = tagsHere(context);
  const free = context.schema.labels.filter((label) => (label.type === 'tag' || label.type === 'any') && !tags.some((tag) => tag.labelId === label.id));
  const disabled = context.view.readonly.value;
  return html`<h2>${t('panel.tags')}</h2><div class="tags">
    ${tags.map((tag) => {
      const name = labelName(context.schema, tag.labelId);
      return html`<span class="chip" style="--label: ${context.schema.labelById.get(tag.labelId)?.color ?? 'currentColor'}"><span class="swatch"></span>${name}
        <button type="button" class="flag" ?disabled=${disabled} aria-label=${t('tags.remove', { name })} title=${t('tags.remove', { name })} @click=${() => removeTag(context, tag.id)}>${icon('close')}</button></span>`;
    })}
    ${free.length === 0 ? '' : html`<select aria-label=${t('tags.add')} title=${t('tags.add')} ?disabled=${disabled} .value=${''} @change=${(event: Event) => {
      const select = event.target as HTMLSelectElement;
      addTag(context, Number(select.value));
      select.value = '';
    }}><option value="" selected>+ ${t('tags.add')}</option>${free.map((label) => html`<option value=${String(label.id)}>${label.name}</option>`)}</select>`}
  </div>`;
}
