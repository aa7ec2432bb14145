import { DecodeError, GroupDecoder } from './group-decoder';
import { OriginalPackets, type PacketSource, ProxyPackets } from './packets';
import { pause } from './patient-fetch';
import { type VideoInfo, videoOf } from './video-info';
import type { FromFrames, ToFrames } from './worker-messages';

/** Decodes videos beside the page: one group of frames at a time, the most urgent first. */

/** A group that a decoder fails on is tried again with a new one: browsers take decoders back, and some stall once. */
const DECODER_TRIES = 2;
/** A video with so many groups that cannot be decoded is not tried any further. */
const MOST_BAD_GROUPS = 3;
/** How often a group whose bytes broke off on their way is fetched again. */
const SOURCE_TRIES = 8;
const SOURCE_PAUSE_MILLISECONDS = 500;

const decoder = new GroupDecoder();
const sources = new Map<number, PacketSource>();
const unsupported = new Set<number>();
const badGroups = new Map<number, number>();
const checked = new Set<string>();
let videos: readonly VideoInfo[] = [];
let base = '';
let budget = 0;
/** The frame that was brought last: which way it goes from there is the way one travels. */
let before = -1;
let wanted: number[] = [];
let scale = 1;
let running: { readonly frames: ReadonlySet<number>; readonly stop: AbortController } | null = null;

self.onmessage = ({ data }: MessageEvent<ToFrames>) => {
  switch (data.kind) {
    case 'open':
      ({ base, videos, budget } = data);
      // Opened again, a video has more frames: what was made of fewer is out of date.
      sources.clear();
      return;
    case 'ping':
      tell({ kind: 'pong' });
      return;
    case 'want':
      wanted = [...data.frames];
      scale = data.scale;
      // What runs is called off only when the most urgent is elsewhere and nothing of it is wanted: a group that is half done is soon whole.
      if (running !== null && wanted.length > 0 && !wanted.some((frame) => running!.frames.has(frame))) running.stop.abort();
      void work();
  }
};

function tell(message: FromFrames, transfer: Transferable[] = []): void {
  self.postMessage(message, { transfer });
}

async function work(): Promise<void> {
  if (running !== null) return;
  for (let frame = wanted[0]; frame !== undefined; frame = wanted[0]) {
    const video = videoOf(videos, frame);
    if (video === undefined || unsupported.has(video.number)) {
      unwant([frame]);
      continue;
    }
    await bring(video, frame);
  }
}

/** Decodes the group of a frame, and says so where that cannot be done. */
async function bring(video: VideoInfo, frame: number): Promise<void> {
  const stop = new AbortController();
  running = { frames: new Set([frame]), stop };
  try {
    let [decoderTries, sourceTries] = [1, 1];
    for (;;) {
      try {
        await decode(video, frame, stop);
        return;
      } catch (error) {
        if (stop.signal.aborted) return;
        const group = [...running.frames];
        if (error instanceof DecodeError) {
          if (decoderTries++ >= DECODER_TRIES) return undecodable(video, group, error.message);
        } else if (error instanceof TypeError && sourceTries++ < SOURCE_TRIES) {
          // The connection broke while the bytes were on their way.
          connection(true);
          await pause(SOURCE_PAUSE_MILLISECONDS, stop.signal).catch(() => undefined);
          if (stop.signal.aborted) return;
        } else {
          unwant([frame]);
          tell({ kind: 'failed', frame, reason: error instanceof Error ? error.message : String(error) });
          return;
        }
      }
    }
  } finally {
    running = null;
  }
}

async function decode(video: VideoInfo, frame: number, stop: AbortController): Promise<void> {
  const group = await sourceOf(video).group(frame, stop.signal);
  const at = scale;
  const near = nearby(group.frames, frame, before <= frame, budget / (video.width * video.height * 4 * at * at));
  before = frame;
  running = { frames: near, stop };
  if (!checked.has(group.config.codec)) {
    if (!(await GroupDecoder.supports(group.config))) return giveUp(video, `This browser does not decode ${group.config.codec}.`);
    checked.add(group.config.codec);
  }
  let given = false;
  await decoder.decode(group, near, frame, { width: video.width, height: video.height, scale: at }, (number, bitmap) => {
    unwant([number]);
    given ||= number === frame;
    tell({ kind: 'picture', frame: number, scale: at, bitmap }, [bitmap]);
  }, stop.signal);
  // Not whether it is wanted: the page may have asked again before it saw the picture.
  if (!given) undecodable(video, [frame], `The decoder gave no frame ${frame}.`);
}

/**
 * The frames of a group that are worth a picture: all, unless they would drive each other out of the page's memory; then half of what
 * fits goes ahead in the direction of travel, and a sixth behind.
 */
function nearby(frames: readonly number[], frame: number, forwards: boolean, fitting: number): ReadonlySet<number> {
  const [far, close] = [Math.max(2, Math.floor(fitting / 2)), Math.max(2, Math.floor(fitting / 6))];
  const [behind, ahead] = forwards ? [close, far] : [far, close];
  return new Set(frames.filter((other) => other >= frame - behind && other <= frame + ahead));
}

function unwant(frames: readonly number[]): void {
  wanted = wanted.filter((other) => !frames.includes(other));
}

/** The server's pictures take over for these frames, and for the whole video where there are too many of them. */
function undecodable(video: VideoInfo, frames: readonly number[], reason: string): void {
  const bad = (badGroups.get(video.number) ?? 0) + 1;
  badGroups.set(video.number, bad);
  unwant(frames);
  tell({ kind: 'undecodable', video: video.number, frames, reason });
  if (bad >= MOST_BAD_GROUPS) giveUp(video, reason);
}

/** Pictures of the server take over, and the status line says so. */
function giveUp(video: VideoInfo, reason: string): void {
  unsupported.add(video.number);
  tell({ kind: 'unsupported', video: video.number, reason });
}

function connection(lost: boolean): void {
  tell({ kind: 'connection', lost });
}

function sourceOf(video: VideoInfo): PacketSource {
  const known = sources.get(video.number) ?? (video.source === 'original' ? new OriginalPackets(base, video, connection) : new ProxyPackets(base, video, connection));
  sources.set(video.number, known);
  return known;
}
