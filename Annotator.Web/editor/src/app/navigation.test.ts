import { expect, test } from 'vitest';
import { finishDraft } from '../tools/finish-draft';
import { makeNavigation } from './navigation';

function editing(draft: { drafting: boolean; draftPoints: number; finish: () => boolean }) {
  const shown: number[] = [];
  const navigation = makeNavigation([0, 1, 2], 0, async (frame) => void shown.push(frame), () => finishDraft(draft));
  return { shown, navigation };
}

test('a frame that is left in the middle of a draft finishes it first', async () => {
  const draft = { drafting: true, draftPoints: 4, finish: () => !(draft.drafting = false) };
  const { shown, navigation } = editing(draft);
  await navigation.go(1);
  expect([draft.drafting, shown, navigation.target.peek()]).toEqual([false, [1], 1]);
});

test('a draft that is too small to be an object keeps its frame', async () => {
  const { shown, navigation } = editing({ drafting: true, draftPoints: 2, finish: () => false });
  await navigation.go(1);
  expect([shown, navigation.target.peek()]).toEqual([[], 0]);
});

test('an object in the hand is not dropped on another frame', async () => {
  const { navigation } = editing({ drafting: true, draftPoints: 0, finish: () => true });
  await navigation.go(2);
  expect(navigation.target.peek()).toBe(0);
});
