import { beforeEach, expect, test } from 'vitest';
import { shown, keyframe, track } from '../tracks/testing/tracks';
import { Hand, box } from './testing/hand';
import type { Track } from '../model/records';

let hand: Hand;
beforeEach(() => (hand = new Hand()));
const goTo = (frame: number): void => {
  hand.view.frame.value = frame;
  hand.context.scene.setFrame(frame);
};
const theTrack = (id: number): Track => hand.store.get(id) as Track;

test('what is drawn as a track begins on its frame and is moved by keyframes, one step each', () => {
  hand.view.drawTracks.value = true;
  goTo(3);
  hand.take('rectangle').drag(100, 100, 200, 200);
  expect(theTrack(100)).toMatchObject({ type: 'track', frame: 3, keyframes: [{ frame: 3, points: [100, 100, 200, 200] }] });
  goTo(13);
  hand.take('select').drag(150, 150, 250, 150);
  expect(shown(theTrack(100))).toBe('3:100, 13:200');
  goTo(8);
  hand.drag(250, 150, 260, 150).drag(200, 150, 210, 150);
  expect(shown(theTrack(100))).toBe('3:100, 8:160, 13:200');
  expect(hand.history.undoSteps.map(({ name }) => name)).toEqual(['draw-rectangle', 'move', 'resize', 'move']);
  hand.history.undo();
  hand.history.undo();
  expect(shown(theTrack(100))).toBe('3:100, 13:200');
});

test('a track ends by itself after as many frames as the person has said, but not beyond the job', () => {
  hand = new Hand({ lastFrame: 20 });
  hand.view.drawTracks.value = true;
  hand.view.settings.value = { ...hand.view.settings.peek(), trackFrames: 5 };
  goTo(3);
  hand.take('rectangle').drag(100, 100, 200, 200);
  expect(theTrack(100).keyframes.map(({ frame, outside }) => [frame, outside])).toEqual([[3, false], [8, true]]);
  goTo(16);
  hand.drag(300, 300, 400, 400);
  expect(theTrack(101).keyframes.map(({ frame, outside }) => [frame, outside])).toEqual([[16, false]]);
  hand.history.undo();
  hand.history.undo();
  expect(hand.store.size).toBe(0);
});

test('drawn anew, an object keeps its name and other frames', () => {
  hand.store.load([{ ...track(keyframe(0, 0), keyframe(10, 100, { outside: true, zOrder: 2 })), id: 7 }], 1);
  goTo(10);
  hand.take('rectangle').view.redraw.value = 7;
  hand.drag(300, 300, 400, 420);
  expect(shown(theTrack(7))).toBe('0:0, 10:300');
  expect(theTrack(7).keyframes[1]).toMatchObject({ points: [300, 300, 400, 420], zOrder: 2 });
  expect(hand.view.tool.value).toBe('select');
  expect(hand.store.size).toBe(1);
});

test('a copy of a track is a track that begins here', () => {
  hand.store.load([{ ...track(keyframe(0, 0), keyframe(10, 100)), id: 7 }], 1);
  goTo(5);
  hand.drag(55, 5, 255, 205, { ctrl: true });
  expect(shown(theTrack(7))).toBe('0:0, 10:100');
  expect(shown(theTrack(100))).toBe('5:250');
});

test.each([
  ['ellipse', [300, 300, 400, 250]],
  ['cuboid', [200, 250, 200, 350, 400, 250, 400, 350, 433.33, 216.67, 433.33, 316.67, 233.33, 216.67, 233.33, 316.67]],
] as const)('an %s is drawn as its box', (tool, points) => {
  hand.take(tool).drag(200, 250, 400, 350);
  expect(hand.points(100)).toEqual(points);
});

test('an ellipse is resized by the ends of its axes, the other side stays', () => {
  hand.take('ellipse').drag(200, 250, 400, 350).take('select').drag(400, 300, 500, 300);
  expect(hand.points(100)).toEqual([350, 300, 500, 250]);
});

test("a cuboid's vertical edges stay upright", () => {
  hand.take('cuboid').drag(200, 250, 400, 350).take('select').drag(200, 250, 180, 240);
  expect(hand.points(100).slice(0, 4)).toEqual([180, 240, 180, 350]);
});

test('a locked track is not moved', () => {
  hand.store.load([{ ...track(keyframe(0, 0)), id: 7 }], 1);
  goTo(5);
  hand.selection.locked.add(7);
  hand.add(box(8, [500, 500, 600, 600])).drag(5, 5, 100, 100);
  expect(shown(theTrack(7))).toBe('0:0');
});
