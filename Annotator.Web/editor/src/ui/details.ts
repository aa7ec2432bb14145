import { html, type TemplateResult } from 'lit-html';
import { live as liveValue } from 'lit-html/directives/live.js';
import type { EditorContext } from '../actions/context';
import { edit, onFrame, poseHere, relabel } from '../actions/edit';
import { kindName } from '../actions/names';
import { toggleOccluded } from '../actions/objects';
import { message, t } from '../i18n/t';
import { type Id, kindOf, type Rec } from '../model/records';
import { accepts } from '../model/schema';
import type { Pose } from '../tracks/pose';
import { attributeFields } from './attributes';
import { icon, type IconName } from './icons';
import { trackDetails } from './track-details';
import { typedValue } from './typed-value';

/** What the selection is and holds, to be changed for all of it at once. */
export function details(context: EditorContext): TemplateResult {
  void context.storeVersion.value;
  const recs = [...context.selection.selected.ids.value].flatMap((id) => context.store.get(id) ?? []);
  const first = recs[0];
  if (first === undefined) return html`<p class="empty">${t('details.none')}</p>`;
  const ids = recs.map(({ id }) => id);
  const sameLabel = recs.every(({ labelId }) => labelId === first.labelId);
  const label = sameLabel ? context.schema.labelById.get(first.labelId) : undefined;
  const kinds = new Set(recs.map(kindName));
  return html`
    ${recs.length > 1 ? html`<p class="empty">${t('details.many', { n: recs.length })}</p>` : ''}
    <label class="field"><span class="field-name">${t('details.label')}</span>${labelSelect(context, recs, sameLabel ? first.labelId : null)}</label>
    ${label === undefined ? '' : html`<h2>${t('details.attributes')}</h2>${attributeFields(context, ids, label)}`}
    <div class="flags" role="group" aria-label=${t('details.flags')}>
      ${flag(t('object.occluded'), 'Q', 'occluded', ids.every((id) => poseHere(context, id)?.occluded ?? false), context.view.readonly.value, () => toggleOccluded(context, ids))}
      ${setFlag(context, ids, 'locked', t('details.locked'), 'L', 'lock')}${setFlag(context, ids, 'hidden', t('details.hidden'), 'H', 'eye-off')}${setFlag(context, ids, 'pinned', t('details.pinned'), 'Alt+P', 'pin')}
    </div>
    ${trackDetails(context)}
    <h2>${t('details.geometry')}</h2>
    ${recs.length === 1 ? place(context, first) : ''}
    <dl class="facts">
      <div><dt>${t('details.kind')}</dt><dd>${[...kinds].join(', ')}</dd></div>
      <div><dt>${t('details.source')}</dt><dd>${[...new Set(recs.map(({ source }) => source))].join(', ')}</dd></div>
      <div><dt>${t('details.layer')}</dt><dd class="mono">${[...new Set(ids.map((id) => poseHere(context, id)?.zOrder ?? 0))].join(', ')}</dd></div>
      <div><dt>${t('details.group')}</dt><dd class="mono">${[...new Set(recs.map(({ group }) => (group === 0 ? t('details.noGroup') : String(group))))].join(', ')}</dd></div>
    </dl>`;
}

function labelSelect(context: EditorContext, recs: readonly Rec[], labelId: number | null): TemplateResult {
  const fitting = context.schema.labels.filter((label) => recs.every((rec) => accepts(label, kindOf(rec) ?? 'tag')) || label.id === labelId);
  return html`<select ?disabled=${context.view.readonly.value} .value=${liveValue(String(labelId ?? ''))}
    @change=${(event: Event) => relabel(context, recs.map(({ id }) => id), Number((event.target as HTMLSelectElement).value))}>
    ${labelId === null ? html`<option value="" selected></option>` : ''}
    ${fitting.map((label) => html`<option value=${String(label.id)} ?selected=${label.id === labelId}>${label.name}</option>`)}</select>`;
}

function flag(label: string, key: string, picture: IconName, on: boolean, disabled: boolean, toggle: () => void): TemplateResult {
  return html`<button type="button" class="button" ?disabled=${disabled} aria-pressed=${on ? 'true' : 'false'} title="${label} (${key})" @click=${toggle}>${icon(picture)}<span>${label}</span></button>`;
}

function setFlag(context: EditorContext, ids: readonly Id[], name: 'locked' | 'hidden' | 'pinned', label: string, key: string, picture: IconName): TemplateResult {
  const set = context.selection[name];
  const on = ids.every((id) => set.ids.value.has(id));
  return flag(label, key, picture, on, false, () => (on ? set.delete(...ids) : set.add(...ids)));
}

function place(context: EditorContext, rec: Rec): TemplateResult {
  const pose = poseHere(context, rec.id);
  if (pose === null) return html``;
  if (pose.kind !== 'rectangle') return html`<p class="empty">${message(`kind.${pose.kind}`)}${pose.kind === 'mask' ? '' : ` · ${t('details.points', { n: pose.kind === 'skeleton' && rec.type !== 'tag' ? rec.elements.length : pose.points.length / 2 })}`}</p>`;
  const [x0 = 0, y0 = 0, x1 = 0, y1 = 0] = pose.points;
  return html`<div class="place">
    ${coordinate(context, rec, t('details.x'), x0, (x) => ({ points: [x, y0, x + x1 - x0, y1] }))}
    ${coordinate(context, rec, t('details.y'), y0, (y) => ({ points: [x0, y, x1, y + y1 - y0] }))}
    ${coordinate(context, rec, t('details.width'), x1 - x0, (w) => (w > 0 ? { points: [x0, y0, x0 + w, y1] } : {}))}
    ${coordinate(context, rec, t('details.height'), y1 - y0, (h) => (h > 0 ? { points: [x0, y0, x1, y0 + h] } : {}))}
    ${coordinate(context, rec, t('details.rotation'), pose.rotation, (angle) => ({ rotation: ((angle % 360) + 360) % 360 }))}
  </div>`;
}

/** A number that can be typed: the way to place an object without dragging. */
function coordinate(context: EditorContext, rec: Rec, name: string, value: number, change: (value: number) => Partial<Pose>): TemplateResult {
  const rounded = Math.round(value * 100) / 100;
  return html`<label class="field"><span class="field-name">${name}</span><input type="number" step="any" .value=${typedValue(String(rounded), rec.id)}
    ?disabled=${context.view.readonly.value || context.selection.isLocked(rec)}
    @change=${(event: Event) => {
      const field = event.target as HTMLInputElement;
      const next = field.valueAsNumber;
      if (!Number.isFinite(next)) field.value = String(rounded);
      else edit(context, 'place', [rec.id], (old) => onFrame(context, old, () => change(next)));
    }}></label>`;
}
