import { keyframesOf } from '../tracks/keyframes';
import type { EditorContext } from './context';
import { type Action, type Allowed, defineAction } from './define';

function notLast(context: EditorContext): Allowed {
  return context.navigation.step(context.navigation.target.value, 1) === null ? 'when.lastFrame' : true;
}

function notFirst(context: EditorContext): Allowed {
  return context.navigation.step(context.navigation.target.value, -1) === null ? 'when.firstFrame' : true;
}

function go(context: EditorContext, steps: number): void {
  const frame = context.navigation.step(context.navigation.target.peek(), steps);
  if (frame !== null) void context.navigation.go(frame);
}

/** The nearest frame in the direction that has a shape, a tag or a track's keyframe; null when there is none. */
export function annotatedFrame(context: EditorContext, from: number, direction: 1 | -1): number | null {
  const { navigation, store } = context;
  const keyframes = new Set<number>();
  for (const track of store.tracks()) for (const frame of keyframesOf(track)) keyframes.add(frame);
  for (let index = navigation.indexOf(from) + direction; index >= 0 && index < navigation.count; index += direction) {
    const frame = navigation.frameAt(index);
    if (store.atFrame(frame).size > 0 || keyframes.has(frame)) return frame;
  }
  return null;
}

function arrow(context: EditorContext, direction: 1 | -1): void {
  if (context.selection.selected.size > 0 && context.workbench.nudge(direction, 0)) return;
  const frame = annotatedFrame(context, context.navigation.target.peek(), direction);
  if (frame === null) context.notify('frame.noAnnotated');
  else void context.navigation.go(frame);
}

function step(context: EditorContext): number {
  return context.view.settings.value.frameStep;
}

function several(context: EditorContext): Allowed {
  return context.navigation.count < 2 ? 'when.oneFrame' : true;
}

/** The frames that are chosen in the timeline, or else all. */
function toggleLoop(context: EditorContext): void {
  const { playback, navigation, ui } = context;
  if (playback.loop.peek() !== null) {
    playback.setLoop(null);
    return;
  }
  const chosen = ui.timelineRange.peek();
  const places = chosen === null ? [] : [navigation.indexOf(chosen[0]), navigation.indexOf(chosen[1])].filter((place) => place >= 0);
  playback.setLoop(places.length === 2 && places[0]! < places[1]! ? { from: places[0]!, to: places[1]! } : { from: 0, to: navigation.count - 1 });
}

async function goUseful(context: EditorContext): Promise<void> {
  const frame = await context.usefulFrame();
  if (frame === null) context.notify('frame.noUseful');
  else void context.navigation.go(frame);
}

export const frameActions: readonly Action[] = [
  defineAction({ id: 'frame.next', group: 'frames', label: 'frame.next', keys: ['F', '.'], when: notLast, run: (c) => go(c, 1) }),
  defineAction({ id: 'frame.previous', group: 'frames', label: 'frame.previous', keys: ['D', ','], when: notFirst, run: (c) => go(c, -1) }),
  defineAction({ id: 'frame.forward10', group: 'frames', label: 'frame.forward10', keys: ['V'], when: notLast, run: (c) => go(c, step(c)) }),
  defineAction({ id: 'frame.back10', group: 'frames', label: 'frame.back10', keys: ['C'], when: notFirst, run: (c) => go(c, -step(c)) }),
  defineAction({ id: 'frame.nextAnnotated', group: 'frames', label: 'frame.nextAnnotated', keys: ['ArrowRight'], onCanvas: true, run: (c) => arrow(c, 1) }),
  defineAction({ id: 'frame.previousAnnotated', group: 'frames', label: 'frame.previousAnnotated', keys: ['ArrowLeft'], onCanvas: true, run: (c) => arrow(c, -1) }),
  defineAction({ id: 'frame.first', group: 'frames', label: 'frame.first', keys: ['Home'], onCanvas: true, when: notFirst, run: (c) => void c.navigation.go(c.navigation.frameAt(0)) }),
  defineAction({ id: 'frame.last', group: 'frames', label: 'frame.last', keys: ['End'], onCanvas: true, when: notLast, run: (c) => void c.navigation.go(c.navigation.frameAt(c.navigation.count - 1)) }),
  defineAction({ id: 'frame.useful', group: 'frames', label: 'frame.useful', keys: ['Alt+F'], when: several, run: (c) => void goUseful(c) }),
  defineAction({ id: 'frame.goto', group: 'frames', label: 'frame.goto', keys: ['`'], run: (c) => { c.ui.overlay.value = 'goto'; } }),
  defineAction({ id: 'play.toggle', group: 'frames', label: 'play.toggle', keys: ['Space'], offControls: true, onRelease: true, when: several, run: (c) => c.playback.toggle(c.playback.direction.peek() === -1 ? -1 : 1) }),
  defineAction({ id: 'play.backwards', group: 'frames', label: 'play.backwards', keys: ['Shift+Space'], offControls: true, onRelease: true, when: several, run: (c) => c.playback.toggle(-1) }),
  defineAction({ id: 'play.slower', group: 'frames', label: 'play.slower', keys: ['<'], when: several, run: (c) => c.playback.change(-1) }),
  defineAction({ id: 'play.faster', group: 'frames', label: 'play.faster', keys: ['>'], when: several, run: (c) => c.playback.change(1) }),
  defineAction({ id: 'play.loop', group: 'frames', label: 'play.loop', when: several, run: toggleLoop }),
];
