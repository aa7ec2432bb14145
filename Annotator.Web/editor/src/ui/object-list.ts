import { computed, type ReadonlySignal, type Signal, signal } from '@preact/signals-core';
import { html, nothing, type TemplateResult } from 'lit-html';
import type { EditorContext } from '../actions/context';
import { firstTool } from '../actions/drawing';
import { objectsHere, poseHere } from '../actions/edit';
import { labelName, objectName } from '../actions/names';
import { suggested } from '../actions/suggestions';
import { message, t } from '../i18n/t';
import { kindOf, type Id } from '../model/records';
import { icon, type IconName, iconOfKind } from './icons';

export const ROW_HEIGHT = 28;
const SPARE_ROWS = 6;

/** What of the list is on the screen. */
export interface ListWindow {
  readonly top: Signal<number>;
  readonly height: Signal<number>;
  /** All rows, computed once per change and not once per scroll; a row may be gone from the store already. */
  readonly ids: ReadonlySignal<readonly Id[]>;
}

export function makeListWindow(context: EditorContext): ListWindow {
  return { ids: computed(() => listedObjects(context)), top: signal(0, { name: 'list top' }), height: signal(400, { name: 'list height' }) };
}

/** Ids of the list: what is on the frame, less what the filter drops, in the chosen order. */
function listedObjects(context: EditorContext): Id[] {
  void context.storeVersion.value;
  const ids = context.selection.onlySuggestions.value ? objectsHere(context).filter((id) => suggested(context, id)) : objectsHere(context);
  const words = context.ui.objectFilter.value.toLowerCase().split(/\s+/).filter((word) => word !== '');
  const kept = words.length === 0 ? ids : ids.filter((id) => {
    const name = objectName(context.schema, context.store.get(id)!).toLowerCase();
    return words.every((word) => name.includes(word));
  });
  const sort = context.ui.objectSort.value;
  if (sort === 'layer') return kept.reverse();
  if (sort === 'label') {
    const names = new Map(kept.map((id) => [id, labelName(context.schema, context.store.get(id)!.labelId)]));
    return kept.sort((a, b) => names.get(a)!.localeCompare(names.get(b)!) || a - b);
  }
  return kept.sort((a, b) => a - b);
}

/** The objects of the frame as a list box. Only the rows on the screen are in the document, however many there are. */
export function objectList(context: EditorContext, list: ListWindow): TemplateResult {
  const ids = list.ids.value;
  const filter = context.ui.objectFilter.value;
  const first = Math.max(0, Math.floor(list.top.value / ROW_HEIGHT) - SPARE_ROWS);
  const last = Math.min(ids.length, Math.ceil((list.top.value + list.height.value) / ROW_HEIGHT) + SPARE_ROWS);
  const single = context.selection.single.value;
  return html`
    <div class="list-tools">
      <input type="search" .value=${filter} placeholder=${t('objects.filterShort')} aria-label=${t('objects.filter')}
        @input=${(event: Event) => { context.ui.objectFilter.value = (event.target as HTMLInputElement).value; }}>
      <select aria-label=${t('objects.sort')} title=${t('objects.sort')} @change=${(event: Event) => { context.ui.objectSort.value = (event.target as HTMLSelectElement).value as 'id'; }}>
        ${(['id', 'label', 'layer'] as const).map((by) => html`<option value=${by} ?selected=${context.ui.objectSort.value === by}>${t(by === 'id' ? 'objects.sortId' : by === 'label' ? 'objects.sortLabel' : 'objects.sortLayer')}</option>`)}
      </select>
    </div>
    <div class="rows" role=${ids.length === 0 ? nothing : 'listbox'} aria-multiselectable=${ids.length === 0 ? nothing : 'true'} aria-label=${ids.length === 0 ? nothing : t('objects.list')} tabindex="0"
      aria-activedescendant=${single !== null && ids.includes(single) ? rowId(single) : ''}
      @keydown=${(event: KeyboardEvent) => onListKey(context, ids, event)}
      @scroll=${(event: Event) => {
        const rows = event.currentTarget as HTMLElement;
        list.top.value = rows.scrollTop;
        list.height.value = rows.clientHeight;
      }}>
      ${ids.length === 0 ? html`<p class="empty">${filter === '' ? nothingHere(context) : t('objects.noneFiltered', { text: filter })}</p>` : ''}
      <div role="presentation" style="block-size: ${ids.length * ROW_HEIGHT}px">
        ${ids.slice(first, last).map((id, i) => (context.store.has(id) ? row(context, id, first + i, ids.length) : ''))}
      </div>
    </div>`;
}

/** An empty frame says how to begin, with a tool that the labels allow. */
function nothingHere(context: EditorContext): string {
  const first = context.view.readonly.value ? null : firstTool(context);
  return first === null ? t('objects.none') : t('objects.noneDraw', { key: first.key, tool: message(`tool.${first.tool}`).toLowerCase() });
}

function rowId(id: Id): string {
  return `object-${id}`;
}

function row(context: EditorContext, id: Id, index: number, count: number): TemplateResult {
  const { selection, schema } = context;
  const rec = context.store.get(id)!;
  const label = schema.labelById.get(rec.labelId);
  const isSelected = selection.selected.ids.value.has(id);
  const isHidden = selection.hidden.ids.value.has(id);
  const isLocked = selection.locked.ids.value.has(id);
  const pose = poseHere(context, id);
  const occluded = pose?.occluded ?? false;
  const keyframe = rec.type === 'track' && (pose?.keyframe ?? false);
  const isSuggested = suggested(context, id);
  const flags = [isSuggested ? t('object.isSuggested') : '', keyframe ? t('object.isKeyframe') : '', pose?.outside ? t('object.isOutside') : '', occluded ? t('object.isOccluded') : '', isLocked ? t('object.isLocked') : '', isHidden ? t('object.isHidden') : ''].filter((flag) => flag !== '');
  const name = [objectName(schema, rec), ...flags, t('object.position', { n: index + 1, count })].join(', ');
  return html`<div class="row" role="option" id=${rowId(id)} aria-selected=${isSelected ? 'true' : 'false'} aria-label=${name} ?data-hovered=${selection.hovered.value === id}
    ?data-hidden=${isHidden} style="inset-block-start: ${index * ROW_HEIGHT}px; --label: ${label?.color ?? 'currentColor'}"
    @pointerenter=${() => { selection.hovered.value = id; }} @pointerleave=${() => { if (selection.hovered.peek() === id) selection.hovered.value = null; }}
    @contextmenu=${(event: MouseEvent) => openMenu(context, id, event)}
    @click=${(event: MouseEvent) => choose(context, id, event)} @dblclick=${() => context.workbench.zoomToSelection()}>
    <span class="swatch"></span><span class="name">${label?.name ?? `#${rec.labelId}`}</span>
    <span class="hint">${icon(iconOfKind(rec.type === 'track' ? 'track' : (kindOf(rec) ?? 'tag')))}</span>
    <span class="mono">${String(id)}</span>
    ${isSuggested ? html`<span class="flag" title=${t('object.isSuggested')}>${icon('smart')}</span>` : ''}
    ${keyframe ? html`<span class="flag" title=${t('object.isKeyframe')}>${icon('key')}</span>` : ''}
    ${occluded ? html`<span class="flag" title=${message('object.occluded')}>${icon('occluded')}</span>` : ''}
    ${rowFlag(isLocked ? 'lock' : 'unlock', isLocked, `${t('object.lock')} (L)`, () => selection.locked.toggle(id))}
    ${rowFlag(isHidden ? 'eye-off' : 'eye', isHidden, `${t('object.hide')} (H)`, () => selection.hidden.toggle(id))}
  </div>`;
}

/** The canvas's menu, as near to the row as the canvas reaches. */
function openMenu(context: EditorContext, id: Id, event: MouseEvent): void {
  event.preventDefault();
  if (!context.selection.selected.has(id)) context.selection.selected.set([id]);
  const canvas = context.workbench.element.getBoundingClientRect();
  context.ui.menu.value = { x: event.clientX - canvas.left, y: event.clientY - canvas.top };
}

/** For the pointer only: an option of a list box holds no controls of its own, so keys and the details have the same toggles. */
function rowFlag(picture: IconName, on: boolean, tip: string, toggle: () => void): TemplateResult {
  return html`<span class="flag" ?data-on=${on} title=${tip} @click=${(event: Event) => {
    event.stopPropagation();
    toggle();
  }}>${icon(picture)}</span>`;
}

function choose(context: EditorContext, id: Id, event: MouseEvent): void {
  if (event.ctrlKey || event.metaKey || event.shiftKey) context.selection.selected.toggle(id);
  else context.selection.selected.set([id]);
  context.workbench.reveal(id);
}

function onListKey(context: EditorContext, ids: readonly Id[], event: KeyboardEvent): void {
  const single = context.selection.single.peek();
  const at = single === null ? -1 : ids.indexOf(single);
  const next = event.key === 'ArrowDown' ? at + 1 : event.key === 'ArrowUp' ? at - 1 : event.key === 'Home' ? 0 : event.key === 'End' ? ids.length - 1 : null;
  if (next === null || ids.length === 0) return;
  event.preventDefault();
  const index = Math.max(0, Math.min(ids.length - 1, next));
  context.selection.selected.set([ids[index]!]);
  context.workbench.reveal(ids[index]!);
  showRow(event.currentTarget as HTMLElement, index);
}

/** Scrolls the list so that the row is on the screen. */
export function showRow(rows: HTMLElement, index: number): void {
  const top = index * ROW_HEIGHT;
  if (top < rows.scrollTop) rows.scrollTop = top;
  else if (top + ROW_HEIGHT > rows.scrollTop + rows.clientHeight) rows.scrollTop = top + ROW_HEIGHT - rows.clientHeight;
}
