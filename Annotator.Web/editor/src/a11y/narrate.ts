import { effect, untracked } from '@preact/signals-core';
import type { EditorContext } from '../actions/context';
import { objectsHere } from '../actions/edit';
import { objectName } from '../actions/names';
import { t } from '../i18n/t';

/** Tells what changes: the frame, the selection, objects that come and go. Returns the way to stop. */
export function narrate(context: EditorContext): () => void {
  const { store, schema, selection, navigation, view } = context;
  // The canvas takes keys itself; what it shows can be read in the list of objects.
  const canvas = context.workbench.element;
  canvas.setAttribute('role', 'application');
  canvas.setAttribute('aria-label', t('app.canvas'));
  canvas.setAttribute('aria-controls', 'inspector-panel');
  const stops = [
    store.listen(({ diff, origin }) => {
      if (origin !== 'user') return;
      const [added] = diff.added;
      if (added !== undefined) context.announce(t('announce.added', { name: objectName(schema, added) }));
      else if (diff.removed.length > 0) context.announce(t('announce.removed', { n: diff.removed.length }));
      else context.announce(t('announce.changed', { n: diff.updated.length }));
    }),
    effect(() => {
      const frame = view.frame.value;
      const n = objectsHere(context).length;
      // Frames that are found meanwhile are no news of this one.
      const count = untracked(() => navigation.count);
      context.announce(t('announce.frame', { n: navigation.indexOf(frame) + 1, count, objects: t('objects.count', { n }) }));
    }),
    effect(() => {
      const id = selection.single.value;
      const rec = id === null ? undefined : store.get(id);
      if (rec !== undefined) context.announce(t('announce.selected', { name: objectName(schema, rec) }));
    }),
  ];
  return () => stops.forEach((stop) => stop());
}
