import type { EditorContext, MenuPlace } from '../actions/context';
import { deleteKeyframes, endOf, selectedTracks, split, toShapes } from '../actions/tracks';
import { t } from '../i18n/t';
import { laneOf, runAt } from '../tracks/runs';
import type { MenuItem } from './context-menu';

/** What can be done at a place of a track's lane: with its keyframes, the run there, and the rest of the selection. */
export function laneSection(context: EditorContext, { track: id, frame }: NonNullable<MenuPlace['lane']>): MenuItem[] {
  const track = context.store.get(id);
  if (track?.type !== 'track') return [];
  const end = endOf(context);
  const tracks = selectedTracks(context);
  const run = runAt(track, frame, end);
  const range = context.ui.timelineRange.value;
  const number = (at: number): number => Math.max(1, context.navigation.indexOf(at) + 1);
  const [from, to] = range ?? (run === null ? [frame, frame] : [run.from, run.to - 1]);
  const keyframes = laneOf(track, end).keyframes.filter((at) => at >= from && at <= to).length;
  const refusal = context.view.readonly.value ? t('when.readonly') : context.selection.isLocked(track) ? t('notice.locked') : undefined;
  const item = (text: string, run: () => void, not?: string): MenuItem => ({ text, run, ...(refusal ?? not ? { refusal: (refusal ?? not)! } : {}) });
  return [
    item(t('timeline.goto', { n: number(frame) }), () => void context.navigation.go(frame)),
    item(t('timeline.split', { n: number(frame) }), () => split(context, tracks, frame)),
    item(t('timeline.deleteKeyframes', { n: keyframes, from: number(from), to: number(Math.min(to, end - 1)) }), () => deleteKeyframes(context, tracks, from, to), keyframes === 0 ? t('timeline.noKeyframes') : undefined),
    item(t('timeline.runToShapes'), () => void toShapes(context, [track], (now) => {
      const there = runAt(now, frame, end);
      return there === null ? [] : [there];
    }), run === null ? t('timeline.noRun') : undefined),
  ];
}
