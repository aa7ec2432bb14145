import type { Schema } from '../model/schema';
import type { ColorBy } from '../model/view';
import type { Pose } from '../tracks/pose';

/** Okabe and Ito's eight first, because they are told apart with any colour vision; then hues a golden angle apart. */
const PALETTE = [0xe69f00, 0x56b4e9, 0x009e73, 0xf0e442, 0x0072b2, 0xd55e00, 0xcc79a7, 0xbbbbbb];
const UNKNOWN = 0xff00ff;

/** 0xrrggbb of the object. */
export function colorOf(pose: Pick<Pose, 'id' | 'labelId' | 'group'>, schema: Schema, by: ColorBy): number {
  switch (by) {
    case 'label':
      return parseColor(schema.labelById.get(pose.labelId)?.color);
    case 'instance':
      return paletteColor(pose.id);
    case 'group':
      return pose.group === 0 ? 0xe0e0e0 : paletteColor(pose.group);
  }
}

export function parseColor(text: string | undefined): number {
  const match = /^#([0-9a-f]{6})$/i.exec(text ?? '');
  return match ? Number.parseInt(match[1]!, 16) : UNKNOWN;
}

export function paletteColor(index: number): number {
  const known = PALETTE[index % 32];
  if (known !== undefined) {
    return known;
  }
  const hue = (index * 137.508) % 360;
  const channel = (offset: number) => Math.round(255 * (0.55 + 0.4 * Math.cos(((hue + offset) * Math.PI) / 180)));
  return (channel(0) << 16) | (channel(-120) << 8) | channel(120);
}

export function cssColor(rgb: number): string {
  return `#${rgb.toString(16).padStart(6, '0')}`;
}

/** By relative luminance: black text has the better contrast above about 0.18. */
export function isLight(color: number): boolean {
  const linear = (channel: number) => ((channel & 255) / 255) ** 2.2;
  return 0.2126 * linear(color >> 16) + 0.7152 * linear(color >> 8) + 0.0722 * linear(color) > 0.18;
}
