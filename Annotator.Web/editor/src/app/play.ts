import { computed, effect } from '@preact/signals-core';
import type { Navigation } from '../actions/context';
import { fetchIndex } from '../frames/packets';
import { Playback } from '../frames/playback';
import { ownFrame, type VideoInfo, videoOf } from '../frames/video-info';
import type { VideoIndex } from '../frames/video-index';
import type { ViewState } from '../model/view';
import type { Pictures } from './picture';

/** A video that does not say how fast it is. */
const USUAL_RATE = 25;
const AHEAD_SECONDS = 1.5;
const MOST_AHEAD = 120;
const LEAST_AHEAD = 12;
/** Pictures that pass by are made in steps of this share of their size, so that a zoom does not make them anew each time. */
const SCALE_STEP = 0.125;

export interface PlayOptions {
  readonly base: string;
  readonly frames: readonly number[];
  readonly videos: readonly VideoInfo[];
  readonly view: ViewState;
  readonly navigation: Navigation;
  readonly pictures: Pictures;
  readonly begin: () => boolean;
}

export interface Playing {
  readonly playback: Playback;
  /** Takes the frames and videos that came into the lists since. */
  grow(): void;
  stop(): void;
}

/** Plays the job's frames at the speed of their videos. */
export function makePlayback({ base, frames, videos, view, navigation, pictures, begin }: PlayOptions): Playing {
  const { player, source } = pictures;
  const indexes = new Map<number, VideoIndex>();
  let times: Float64Array | null = null;
  const stopReading = new AbortController();
  // Until the index is there, and where it cannot be had, frames are evenly apart.
  const readIndexes = (): void => {
    for (const video of videos.filter(({ number }, at) => videos.findIndex((other) => other.number === number) === at)) {
      fetchIndex(base, video, stopReading.signal).then((index) => {
        // Answers may overtake each other: the one with more frames is the later one.
        if (index.timeStamps.length < (indexes.get(video.number)?.timeStamps.length ?? 0)) return;
        indexes.set(video.number, index);
        times = null;
      }).catch(() => undefined);
    }
  };
  readIndexes();
  const playback = new Playback({
    get count() { return frames.length; },
    secondsOf: (index) => (times ??= timesOf(frames, videos, indexes, view.settings.peek().imageRate))[index] ?? 0,
    current: () => navigation.indexOf(view.frame.peek()),
    pass: (index, direction) => {
      const frame = frames[index]!;
      const there = player.pass(frame, direction);
      if (there) navigation.follow(frame);
      return there;
    },
    begin,
    rest: (index) => {
      pictures.setAhead(null);
      source.setScale(1);
      const frame = frames[index];
      if (frame !== undefined) void navigation.go(frame);
    },
  });
  const imageRate = computed(() => view.settings.value.imageRate);
  const stopRate = imageRate.subscribe(() => {
    times = null;
    playback.setSpeed(playback.speed.peek());
  });
  const stopScale = effect(() => {
    if (playback.direction.value === 0) return;
    const { scale, dpr } = view.viewport.value;
    source.setScale(Math.min(1, Math.max(SCALE_STEP, Math.ceil((scale * dpr) / SCALE_STEP) * SCALE_STEP)));
    const frame = frames[navigation.indexOf(view.frame.peek())];
    const rate = frame === undefined ? USUAL_RATE : rateOf(frame, videos, imageRate.value);
    pictures.setAhead(Math.min(MOST_AHEAD, Math.max(LEAST_AHEAD, Math.ceil(rate * AHEAD_SECONDS * playback.speed.value))));
  });
  return { playback, grow: () => { times = null; readIndexes(); }, stop: () => { stopReading.abort(); stopScale(); stopRate(); playback.dispose(); } };
}

/** Images have no times; `imageRate` of them are shown in a second. */
function rateOf(frame: number, videos: readonly VideoInfo[], imageRate: number): number {
  const video = videoOf(videos, frame);
  if (video === undefined) return imageRate;
  return (video.frame_rate > 0 ? video.frame_rate : USUAL_RATE) / video.video_step;
}

/** Seconds from the first frame to each, by its place. */
export function timesOf(frames: readonly number[], videos: readonly VideoInfo[], indexes: ReadonlyMap<number, VideoIndex>, imageRate: number): Float64Array {
  const times = new Float64Array(frames.length);
  for (let at = 1; at < frames.length; at++) {
    const [before, frame] = [frames[at - 1]!, frames[at]!];
    const video = videoOf(videos, frame);
    const index = video === undefined || videoOf(videos, before) !== video ? undefined : indexes.get(video.number);
    const lasted = index === undefined ? 0 : index.secondsOf(ownFrame(video!, frame)) - index.secondsOf(ownFrame(video!, before));
    times[at] = times[at - 1]! + (lasted > 0 ? lasted : (frame - before) / rateOf(frame, videos, imageRate));
  }
  return times;
}
