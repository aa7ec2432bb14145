import { rotateAbout } from '../geometry/rotate';
import { maskOfRings } from './fill';
import type { MaskSpans } from './spans';

/** An ellipse becomes a ring with an edge for about so many pixels of its border. */
const EDGE = 4;

interface Area {
  readonly kind: string;
  readonly points: readonly number[];
  readonly rotation: number;
}

/** The border of a rectangle, ellipse or polygon as a ring, turned; null for kinds that have none. */
export function ringOf({ kind, points, rotation }: Area): number[] | null {
  const [x0 = 0, y0 = 0, x1 = 0, y1 = 0] = points;
  switch (kind) {
    case 'polygon':
      return [...points];
    case 'rectangle':
      return turned([x0, y0, x1, y0, x1, y1, x0, y1], (x0 + x1) / 2, (y0 + y1) / 2, rotation);
    case 'ellipse': {
      const [radiusX, radiusY] = [Math.abs(x1 - x0), Math.abs(y1 - y0)];
      const count = Math.max(12, Math.min(360, Math.round((Math.PI * (radiusX + radiusY)) / EDGE)));
      const ring = Array.from({ length: count }, (_, i) => {
        const angle = (2 * Math.PI * i) / count;
        return [x0 + radiusX * Math.cos(angle), y0 + radiusY * Math.sin(angle)];
      });
      return turned(ring.flat(), x0, y0, rotation);
    }
    default:
      return null;
  }
}

/** The pixels inside, cut at the image; null when there are none, or the kind has no inside. */
export function maskOfArea(area: Area, width: number, height: number): MaskSpans | null {
  const ring = ringOf(area);
  return ring === null ? null : maskOfRings([ring], width, height);
}

function turned(ring: readonly number[], centreX: number, centreY: number, degrees: number): number[] {
  const result: number[] = [];
  for (let i = 0; i < ring.length; i += 2) {
    result.push(...rotateAbout(ring[i]!, ring[i + 1]!, centreX, centreY, degrees));
  }
  return result;
}
