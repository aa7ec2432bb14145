import { accepts } from '../model/schema';
import { kindsOfTool } from './drawing';
import type { EditorContext } from './context';
import { type Action, all, defineAction, writable } from './define';
import { relabel } from './edit';
import { addTag } from './tags';

/** Gives the label to the selection or, when nothing is selected, to what is drawn next. A tag's label tags the frame. */
export function useLabel(context: EditorContext, labelId: number): void {
  const label = context.schema.labelById.get(labelId);
  if (label === undefined) return;
  if (label.type === 'tag') {
    addTag(context, labelId);
    return;
  }
  const drafting = context.workbench.drafting;
  if (!drafting && context.selection.selected.size > 0) relabel(context, context.selection.selected.ids.peek(), labelId);
  const kinds = kindsOfTool(context.view.tool.peek());
  if (kinds.length === 0 || kinds.some((kind) => accepts(label, kind))) context.view.drawLabel.value = labelId;
  else context.notify('notice.labelDoesNotFit', { name: label.name, kind: kinds[0]! }, 'warning');
}

export const labelActions: readonly Action[] = [
  ...Array.from({ length: 10 }, (_, i) => defineAction({
    id: `label.digit.${i}`, group: 'labels', label: 'label.digit', values: { n: i + 1 }, keys: [String((i + 1) % 10)],
    when: all(writable, (c) => (c.digits.value[i] == null ? 'when.noLabel' : true)),
    run: (c) => useLabel(c, c.digits.peek()[i]!),
  })),
  defineAction({ id: 'label.search', group: 'labels', label: 'label.search', keys: ['/', 'Ctrl+L'], when: writable, run: (c) => { c.ui.overlay.value = 'label'; } }),
];
