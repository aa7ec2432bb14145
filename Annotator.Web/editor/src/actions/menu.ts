import { toView } from '../render/viewport';
import type { EditorContext } from './context';
import { type Action, all, defineAction, writable } from './define';

/** Where the menu stands when no pointer says so: on the selected object as far as it is in view, else in the middle. */
export function menuPlace(context: EditorContext): { readonly x: number; readonly y: number } {
  const view = context.view.viewport.peek();
  const single = context.selection.single.peek();
  const item = single === null ? undefined : context.workbench.scene.get(single);
  if (item === undefined || !Number.isFinite(item.minX)) return { x: view.width / 2, y: view.height / 2 };
  const [x, y] = toView(view, (item.minX + item.maxX) / 2, (item.minY + item.maxY) / 2);
  return { x: Math.max(0, Math.min(view.width, x)), y: Math.max(0, Math.min(view.height, y)) };
}

export const menuActions: readonly Action[] = [
  defineAction({ id: 'edit.menu', group: 'edit', label: 'edit.menu', keys: ['Shift+F10', 'ContextMenu'], run: (c) => { c.ui.menu.value = menuPlace(c); } }),
  defineAction({ id: 'vertex.delete', group: 'drawing', label: 'vertex.delete', when: all(writable, (c) => (c.workbench.vertexPicked ? true : 'when.noVertex')), run: (c) => { if (!c.workbench.deleteVertex()) c.notify('notice.fewVertices', {}, 'warning'); } }),
];
