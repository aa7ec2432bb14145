import type { Id } from '../model/records';
import type { EditorContext } from './context';

/** Ids for so many new objects; null after saying that there are not enough. Nothing is changed meanwhile. */
export async function idsFor(context: EditorContext, count: number): Promise<readonly Id[] | null> {
  const ids = count === 0 ? [] : await context.ids.takeMany(count);
  if (ids === null) context.notify('notice.no-ids', {}, 'warning');
  return ids;
}
