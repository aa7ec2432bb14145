/** A video of the job, as `GET /api/jobs/{id}/data/video` has it; docs/video-frames.md. */
export interface VideoInfo {
  readonly number: number;
  readonly name: string;
  readonly width: number;
  readonly height: number;
  /** Frames a second on the average; 0 when unknown. */
  readonly frame_rate: number;
  /** The task's frames that are of this video: `count` of them from `offset`. */
  readonly offset: number;
  readonly count: number;
  /** The task's frame t is frame `video_first + (t - offset) * video_step` of the video's own index. */
  readonly video_first: number;
  readonly video_step: number;
  /** `images`: the server has pictures of its frames only. */
  readonly source: 'original' | 'proxy' | 'images';
  readonly codec: string | null;
  /** Base64. */
  readonly description: string | null;
  readonly chunk_frames: number;
  readonly version: string;
}

/** Where a frame's picture comes from; people are told, because the colours may differ a little. */
export type PictureOrigin = 'image' | 'original' | 'proxy' | 'server';

export function videoOf(videos: readonly VideoInfo[], frame: number): VideoInfo | undefined {
  return videos.find(({ offset, count }) => frame >= offset && frame < offset + count);
}

/** The number of a task's frame in the video's own index. */
export function ownFrame(video: VideoInfo, frame: number): number {
  return video.video_first + (frame - video.offset) * video.video_step;
}

/** The task's frame of a frame of the video's own index; null when the task has not taken it. */
export function taskFrame(video: VideoInfo, own: number): number | null {
  const steps = (own - video.video_first) / video.video_step;
  return Number.isInteger(steps) && steps >= 0 && steps < video.count ? video.offset + steps : null;
}
