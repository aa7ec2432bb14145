import { signal } from '@preact/signals-core';
import { expect, test } from 'vitest';
import { makeShape, type Shape, type Track } from '../model/records';
import type { FollowRequest } from '../tracks/following';
import { Hand } from '../tools/testing/hand';
import type { EditorContext } from './context';
import { follow, followable, followActions } from './follow';

const node = (labelId: number, points: readonly number[], outside = false): Shape['elements'][number] => ({
  id: 0, labelId, group: 0, source: 'manual', kind: 'points', points, rotation: 0, occluded: false, outside, zOrder: 0, attributes: {},
});
const SKELETON = makeShape({ id: 1, kind: 'skeleton', frame: 0, labelId: 1, points: [], elements: [node(11, [50, 50]), node(12, [80, 90]), node(13, [60, 60], true)] });
const MASK = makeShape({ id: 2, kind: 'mask', frame: 0, labelId: 1, points: [0, 4, 10, 10, 11, 11] });

/** The parts of the editor that following needs; what is asked of the server is kept. */
function editor(...shapes: readonly Shape[]) {
  const hand = new Hand().add(...shapes);
  hand.selection.selected.set(shapes.map(({ id }) => id));
  const asked: FollowRequest[] = [];
  const following = { state: signal(null), models: signal([]), follow: (request: FollowRequest) => {
    asked.push(request);
    return Promise.resolve({ kind: 'done' as const, message: '' });
  } };
  const context = { ...hand.context, job: { deletedFrames: new Set<number>() }, store: hand.store, view: hand.view, selection: hand.selection, history: hand.history, following, ids: { takeMany: (count: number) => Promise.resolve(Array.from({ length: count }, (_, i) => 500 + i)) }, notify: () => undefined };
  return { hand, asked, context: context as unknown as EditorContext };
}

const allowed = (context: EditorContext) => followActions.find(({ id }) => id === 'track.follow')!.when!(context);

test('a skeleton can be followed: it becomes one track with its nodes, and the server is asked for it', async () => {
  const { hand, asked, context } = editor(SKELETON);
  expect(followable(context)).toEqual([1]);
  await follow(context, 10, false, { tracker: 'flow' });
  expect(asked).toHaveLength(1);
  const track = hand.store.get(asked[0]!.ids[0]!) as Track;
  expect(track.type).toBe('track');
  expect(track.elements.map(({ labelId, keyframes }) => [labelId, keyframes.length, keyframes[0]!.outside])).toEqual([[11, 1, false], [12, 1, false], [13, 1, true]]);
  expect(hand.store.get(1)).toBeUndefined();
});

test('masks cannot be followed, and where one looks for it the reason stands', () => {
  expect(allowed(editor(MASK).context)).toBe('when.masksAreNoTracks');
  expect(allowed(editor().context)).toBe('when.nothingToFollow');
  expect(allowed(editor(MASK, SKELETON).context)).toBe(true);
  expect(followable(editor(MASK, SKELETON).context)).toEqual([1]);
});
