import { t } from '../i18n/t';
import type { Id } from '../model/records';
import { copy, paste } from './clipboard';
import type { EditorContext } from './context';
import { type Action, type Allowed, all, defineAction, writable } from './define';
import { edit, editable, objectsHere, onFrame, poseHere } from './edit';
import type { IdSet } from '../model/selection';

export const selected = (c: EditorContext): Allowed => (c.selection.selected.ids.value.size === 0 ? 'when.noSelection' : true);
const editing = all(writable, selected);
const selection = (c: EditorContext): Id[] => [...c.selection.selected.ids.peek()];

function cycle(context: EditorContext, direction: 1 | -1): void {
  const ids = objectsHere(context).filter((id) => !context.selection.isHidden(context.store.get(id)!));
  if (ids.length === 0) {
    context.announce(t('when.noObjects'));
    return;
  }
  const now = context.selection.single.peek();
  const at = now === null ? -1 : ids.indexOf(now);
  const next = at < 0 ? (direction === 1 ? 0 : ids.length - 1) : (at + direction + ids.length) % ids.length;
  context.selection.selected.set([ids[next]!]);
  context.workbench.reveal(ids[next]!);
}

export function remove(context: EditorContext, ids: readonly Id[], name: string, lockedToo = false): void {
  const list = lockedToo ? ids : editable(context, ids);
  if (list.length < ids.length) context.notify('notice.locked', {}, 'warning');
  context.store.transact(name, (tx) => list.forEach((id) => tx.remove(id)), { frame: context.view.frame.peek() });
}

/** Adds all where one lacks it, else removes all. */
function toggleAll(set: IdSet, ids: readonly Id[]): void {
  if (ids.every((id) => set.has(id))) set.delete(...ids);
  else set.add(...ids);
}

export function toggleOccluded(context: EditorContext, ids: readonly Id[]): void {
  const on = !ids.every((id) => poseHere(context, id)?.occluded ?? true);
  edit(context, 'occluded', ids, (rec) => onFrame(context, rec, () => ({ occluded: on })));
}

function layer(context: EditorContext, by: number): void {
  edit(context, 'layer', selection(context), (rec) => onFrame(context, rec, ({ zOrder }) => ({ zOrder: zOrder + by })), 'layer');
}

/** Above or below everything else on the frame; what is moved keeps its own order. */
function toEnd(context: EditorContext, end: 'front' | 'back'): void {
  const ids = new Set(editable(context));
  const depths = (which: (id: Id) => boolean): number[] => objectsHere(context).filter(which).map((id) => poseHere(context, id)!.zOrder);
  const others = depths((id) => !ids.has(id));
  const own = depths((id) => ids.has(id));
  if (others.length === 0 || own.length === 0) return;
  const by = end === 'front' ? Math.max(...others) + 1 - Math.min(...own) : Math.min(...others) - 1 - Math.max(...own);
  if (end === 'front' ? by > 0 : by < 0) edit(context, 'layer', ids, (rec) => onFrame(context, rec, ({ zOrder }) => ({ zOrder: zOrder + by })));
}

function group(context: EditorContext, on: boolean): void {
  const ids = editable(context);
  // The smallest id of the members names the group: two people grouping other objects never meet.
  const number = on ? Math.min(...ids) : 0;
  edit(context, on ? 'group' : 'ungroup', ids, (rec) => ({ ...rec, group: number }));
}

function selectSame(context: EditorContext): void {
  const labels = new Set(selection(context).map((id) => context.store.get(id)?.labelId));
  context.selection.selected.set(objectsHere(context).filter((id) => labels.has(context.store.get(id)?.labelId)));
}

export const objectActions: readonly Action[] = [
  defineAction({ id: 'object.next', group: 'objects', label: 'object.next', keys: ['Tab'], onCanvas: true, run: (c) => { if (!c.workbench.nextCandidate(false)) cycle(c, 1); } }),
  defineAction({ id: 'object.previous', group: 'objects', label: 'object.previous', keys: ['Shift+Tab'], onCanvas: true, run: (c) => { if (!c.workbench.nextCandidate(true)) cycle(c, -1); } }),
  defineAction({ id: 'object.selectAll', group: 'objects', label: 'object.selectAll', keys: ['Ctrl+A'], run: (c) => c.selection.selected.set(objectsHere(c)) }),
  defineAction({ id: 'object.selectSame', group: 'objects', label: 'object.selectSame', keys: ['Ctrl+Shift+A'], when: selected, run: selectSame }),
  defineAction({ id: 'object.delete', group: 'objects', label: 'object.delete', keys: ['Delete'], when: editing, run: (c) => remove(c, selection(c), 'delete') }),
  defineAction({ id: 'object.forceDelete', group: 'objects', label: 'object.forceDelete', keys: ['Shift+Delete'], when: editing, run: (c) => remove(c, selection(c), 'delete', true) }),
  defineAction({ id: 'object.copy', group: 'objects', label: 'object.copy', keys: ['Ctrl+C'], when: selected, run: (c) => c.notify('notice.copied', { n: copy(c, selection(c)) }) }),
  defineAction({ id: 'object.cut', group: 'objects', label: 'object.cut', keys: ['Ctrl+X'], when: editing, run: (c) => { if (copy(c, editable(c)) > 0) remove(c, selection(c), 'cut'); } }),
  defineAction({ id: 'object.paste', group: 'objects', label: 'object.paste', keys: ['Ctrl+V'], when: all(writable, (c) => (c.clipboard.value.length === 0 ? 'when.nothingCopied' : true)), run: (c) => c.notify('notice.pasted', { n: paste(c, 'paste', c.clipboard.peek()) }) }),
  defineAction({ id: 'object.duplicate', group: 'objects', label: 'object.duplicate', keys: ['Ctrl+D'], when: editing, run: (c) => { const before = c.clipboard.peek(); if (copy(c, selection(c)) > 0) paste(c, 'duplicate', c.clipboard.peek(), 10); c.clipboard.value = before; } }),
  defineAction({ id: 'object.lock', group: 'objects', label: 'object.lock', keys: ['L'], when: selected, run: (c) => toggleAll(c.selection.locked, selection(c)) }),
  defineAction({ id: 'object.hide', group: 'objects', label: 'object.hide', keys: ['H'], when: selected, run: (c) => toggleAll(c.selection.hidden, selection(c)) }),
  defineAction({ id: 'object.solo', group: 'objects', label: 'object.solo', keys: ['Shift+H'], run: (c) => { c.selection.only.value = c.selection.only.peek() === null && c.selection.selected.size > 0 ? new Set(selection(c)) : null; } }),
  defineAction({ id: 'object.lockAll', group: 'objects', label: 'object.lockAll', keys: ['Alt+L'], run: (c) => toggleAll(c.selection.locked, objectsHere(c)) }),
  defineAction({ id: 'object.hideAll', group: 'objects', label: 'object.hideAll', keys: ['Alt+H'], run: (c) => toggleAll(c.selection.hidden, objectsHere(c)) }),
  defineAction({ id: 'object.occluded', group: 'objects', label: 'object.occluded', keys: ['Q'], when: editing, run: (c) => toggleOccluded(c, selection(c)) }),
  defineAction({ id: 'object.pin', group: 'objects', label: 'object.pin', keys: ['Alt+P'], when: selected, run: (c) => toggleAll(c.selection.pinned, selection(c)) }),
  defineAction({ id: 'object.up', group: 'objects', label: 'object.up', keys: ['='], when: editing, run: (c) => layer(c, 1) }),
  defineAction({ id: 'object.down', group: 'objects', label: 'object.down', keys: ['-'], when: editing, run: (c) => layer(c, -1) }),
  defineAction({ id: 'object.front', group: 'objects', label: 'object.front', keys: ['Alt+='], when: editing, run: (c) => toEnd(c, 'front') }),
  defineAction({ id: 'object.back', group: 'objects', label: 'object.back', keys: ['Alt+-'], when: editing, run: (c) => toEnd(c, 'back') }),
  defineAction({ id: 'object.group', group: 'objects', label: 'object.group', keys: ['G'], when: editing, run: (c) => group(c, true) }),
  defineAction({ id: 'object.ungroup', group: 'objects', label: 'object.ungroup', keys: ['Shift+G'], when: editing, run: (c) => group(c, false) }),
  ...nudges(),
];

function nudges(): Action[] {
  const moves = [
    ['nudgeUp', 'ArrowUp', 0, -1], ['nudgeDown', 'ArrowDown', 0, 1], ['nudgeUp10', 'Shift+ArrowUp', 0, -10],
    ['nudgeDown10', 'Shift+ArrowDown', 0, 10], ['nudgeLeft10', 'Shift+ArrowLeft', -10, 0], ['nudgeRight10', 'Shift+ArrowRight', 10, 0],
  ] as const;
  return moves.map(([name, key, dx, dy]) => defineAction({
    id: `object.${name}`, group: 'objects', label: `object.${name}`, keys: [key], onCanvas: true, when: writable, run: (c) => c.workbench.nudge(dx, dy),
  }));
}
