import { isSuggestion, type Id } from '../model/records';
import { accepted, suggestedFrame, suggestionCount, suggestionsOn } from '../suggestions/suggestions';
import type { EditorContext } from './context';
import { type Action, type Allowed, all, defineAction, writable } from './define';
import { edit } from './edit';
import { remove } from './objects';

/** Suggestions on the frame in view that are not hidden, the surest first. */
export function suggestionsHere(context: EditorContext): Id[] {
  return suggestionsOn(context.store, context.view.frame.value, context.job.deletedFrames).filter((id) => !context.selection.isHidden(context.store.get(id)!));
}

function selectedSuggestions(context: EditorContext): Id[] {
  return [...context.selection.selected.ids.peek()].filter((id) => suggested(context, id));
}

const there = (context: EditorContext): Allowed => (suggestionsHere(context).length === 0 ? 'when.noSuggestion' : true);

/** What is selected is judged, and the next one here is selected; with nothing selected the first one is, so that nobody judges blindly. */
function judge(context: EditorContext, decide: (ids: readonly Id[]) => void): void {
  const here = suggestionsHere(context);
  const ids = selectedSuggestions(context);
  if (ids.length === 0) {
    show(context, here[0]!);
    return;
  }
  decide(ids);
  const rest = suggestionsHere(context);
  const next = here.slice(here.indexOf(ids.at(-1)!) + 1).find((id) => rest.includes(id)) ?? rest[0];
  if (next === undefined) sayWhatIsLeft(context);
  else show(context, next);
}

function judgeAll(context: EditorContext, decide: (ids: readonly Id[]) => void): void {
  decide(suggestionsHere(context));
  sayWhatIsLeft(context);
}

/** The frame is done: how to go on. */
function sayWhatIsLeft(context: EditorContext): void {
  const n = suggestionCount(context.store);
  if (n === 0) context.notify('suggestion.noneInJob');
  else context.notify('suggestion.noneLeft', { n });
}

function show(context: EditorContext, id: Id): void {
  context.selection.selected.set([id]);
  context.workbench.reveal(id);
}

function accept(context: EditorContext, ids: readonly Id[]): void {
  edit(context, 'accept-suggestion', ids, accepted);
}

function reject(context: EditorContext, ids: readonly Id[]): void {
  remove(context, ids, 'reject-suggestion');
}

/** The next one on this frame, or the first of the next frame that has any. */
function go(context: EditorContext, direction: 1 | -1): void {
  const here = suggestionsHere(context);
  const at = here.indexOf(context.selection.single.peek() ?? -1);
  const next = at < 0 ? (direction === 1 ? here[0] : undefined) : here[at + direction];
  if (next !== undefined) {
    show(context, next);
    return;
  }
  const frame = suggestedFrame(context.store, context.navigation, context.navigation.target.peek(), direction);
  if (frame === null) {
    context.notify('suggestion.noneFurther');
    return;
  }
  void context.navigation.go(frame).then(() => {
    const found = suggestionsHere(context);
    const first = direction === 1 ? found[0] : found.at(-1);
    if (first !== undefined) show(context, first);
  });
}

export const suggestionActions: readonly Action[] = [
  defineAction({ id: 'suggestion.accept', group: 'suggestions', label: 'suggestion.accept', keys: ['A'], when: all(writable, there), run: (c) => judge(c, (ids) => accept(c, ids)) }),
  defineAction({ id: 'suggestion.reject', group: 'suggestions', label: 'suggestion.reject', keys: ['I'], when: all(writable, there), run: (c) => judge(c, (ids) => reject(c, ids)) }),
  defineAction({ id: 'suggestion.acceptFrame', group: 'suggestions', label: 'suggestion.acceptFrame', keys: ['Shift+A'], when: all(writable, there), run: (c) => judgeAll(c, (ids) => accept(c, ids)) }),
  defineAction({ id: 'suggestion.rejectFrame', group: 'suggestions', label: 'suggestion.rejectFrame', keys: ['Alt+I'], when: all(writable, there), run: (c) => judgeAll(c, (ids) => reject(c, ids)) }),
  defineAction({ id: 'suggestion.next', group: 'suggestions', label: 'suggestion.next', keys: ["'"], run: (c) => go(c, 1) }),
  defineAction({ id: 'suggestion.previous', group: 'suggestions', label: 'suggestion.previous', keys: [';'], run: (c) => go(c, -1) }),
  defineAction({
    id: 'suggestion.only', group: 'suggestions', label: 'suggestion.only', keys: ['Alt+A'], run: (c) => {
      c.selection.onlySuggestions.value = !c.selection.onlySuggestions.peek();
      c.notify(c.selection.onlySuggestions.peek() ? 'suggestion.onlyOn' : 'suggestion.onlyOff');
    },
  }),
];

/** Whether the object is one that a model suggests. */
export function suggested(context: EditorContext, id: Id): boolean {
  const rec = context.store.get(id);
  return rec !== undefined && isSuggestion(rec);
}
