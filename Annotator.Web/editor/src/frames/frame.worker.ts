import { GroupDecoder } from './group-decoder';
import { OriginalPackets, type PacketSource, ProxyPackets } from './packets';
import { type VideoInfo, videoOf } from './video-info';
import type { FromFrames, ToFrames } from './worker-messages';

/** Decodes videos beside the page: one group of frames at a time, the most urgent first. */

const decoder = new GroupDecoder();
const sources = new Map<number, PacketSource>();
const unsupported = new Set<number>();
const checked = new Set<string>();
let videos: readonly VideoInfo[] = [];
let base = '';
let wanted: number[] = [];
let scale = 1;
let running: { readonly frames: ReadonlySet<number>; readonly stop: AbortController } | null = null;

self.onmessage = ({ data }: MessageEvent<ToFrames>) => {
  if (data.kind === 'open') {
    ({ base, videos } = data);
    return;
  }
  wanted = [...data.frames];
  scale = data.scale;
  // What runs is called off only when the most urgent is elsewhere and nothing of it is wanted: a group that is half done is soon whole.
  if (running !== null && wanted.length > 0 && !wanted.some((frame) => running!.frames.has(frame))) running.stop.abort();
  void work();
};

function tell(message: FromFrames, transfer: Transferable[] = []): void {
  self.postMessage(message, { transfer });
}

async function work(): Promise<void> {
  if (running !== null) return;
  for (let frame = wanted[0]; frame !== undefined; frame = wanted[0]) {
    const video = videoOf(videos, frame);
    if (video === undefined || unsupported.has(video.number)) {
      wanted = wanted.filter((other) => other !== frame);
      continue;
    }
    await decode(video, frame);
  }
}

async function decode(video: VideoInfo, frame: number): Promise<void> {
  const stop = new AbortController();
  running = { frames: new Set([frame]), stop };
  try {
    const group = await sourceOf(video).group(frame, stop.signal);
    running = { frames: new Set(group.frames), stop };
    if (!checked.has(group.config.codec)) {
      if (!(await GroupDecoder.supports(group.config))) return giveUp(video, `This browser does not decode ${group.config.codec}.`);
      checked.add(group.config.codec);
    }
    const at = scale;
    let given = false;
    await decoder.decode(group, { width: video.width, height: video.height, scale: at }, (number, bitmap) => {
      wanted = wanted.filter((other) => other !== number);
      given ||= number === frame;
      tell({ kind: 'picture', frame: number, scale: at, bitmap }, [bitmap]);
    }, stop.signal);
    // Not whether it is wanted: the page may have asked again before it saw the picture.
    if (!given) giveUp(video, `The decoder gave no frame ${frame}.`);
  } catch (error) {
    if (stop.signal.aborted) return;
    wanted = wanted.filter((other) => other !== frame);
    if (error instanceof DOMException && error.name === 'EncodingError') giveUp(video, error.message);
    else tell({ kind: 'failed', frame, reason: error instanceof Error ? error.message : String(error) });
  } finally {
    running = null;
  }
}

/** Silently: pictures of the server take over, and the status line says so. */
function giveUp(video: VideoInfo, reason: string): void {
  unsupported.add(video.number);
  tell({ kind: 'unsupported', video: video.number, reason });
}

function sourceOf(video: VideoInfo): PacketSource {
  const known = sources.get(video.number) ?? (video.source === 'original' ? new OriginalPackets(base, video) : new ProxyPackets(base, video));
  sources.set(video.number, known);
  return known;
}
