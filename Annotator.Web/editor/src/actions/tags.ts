import { type Id, makeTag } from '../model/records';
import type { EditorContext } from './context';

/** Tags of the frame in view, by id. */
export function tagsHere(context: EditorContext): { readonly id: Id; readonly labelId: number }[] {
  return [...context.store.atFrame(context.view.frame.value)].flatMap((id) => {
    const rec = context.store.get(id);
    return rec?.type === 'tag' ? [rec] : [];
  });
}

/** Tags the frame; a frame has a label's tag once. */
export function addTag(context: EditorContext, labelId: number): void {
  if (context.view.readonly.peek() || tagsHere(context).some((tag) => tag.labelId === labelId)) return;
  const id = context.ids.take();
  if (id === null) {
    context.notify('notice.no-ids', {}, 'warning');
    return;
  }
  const frame = context.view.frame.peek();
  context.store.transact('tag', (tx) => tx.add(makeTag({ id, frame, labelId })), { frame });
}

export function removeTag(context: EditorContext, id: Id): void {
  if (context.view.readonly.peek()) return;
  context.store.transact('tag', (tx) => tx.remove(id), { frame: context.view.frame.peek() });
}
