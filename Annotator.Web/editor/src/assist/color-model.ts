const COMPONENTS = 5;
const ROUNDS = 5;
/** Added to variances: a patch of one colour would have none, and nothing else would ever fit it. */
const LEAST_VARIANCE = 4;

interface Component {
  /** Share of the pixels, over the square root of the determinant: what the exponential is multiplied by. */
  readonly weight: number;
  readonly mean: readonly [number, number, number];
  /** The upper half of the inverse covariance: rr, rg, rb, gg, gb, bb. */
  readonly inverse: readonly [number, number, number, number, number, number];
}

/** The colours of a region as a few clouds: a mixture of Gaussians, learnt from samples. */
export class ColorModel {
  readonly #components: readonly Component[];

  /** @param samples r,g,b of the pixels; at least one pixel. */
  constructor(samples: readonly number[] | Uint8Array) {
    const owner = clusters(samples);
    this.#components = Array.from({ length: COMPONENTS }, (_, i) => component(samples, owner, i)).filter((one) => one !== null);
  }

  /** Minus the logarithm of how likely the colour is here; smaller is likelier. */
  cost(red: number, green: number, blue: number): number {
    let sum = 1e-30;
    for (const { weight, mean, inverse } of this.#components) {
      const [r, g, b] = [red - mean[0], green - mean[1], blue - mean[2]];
      const off = r * (r * inverse[0] + 2 * g * inverse[1] + 2 * b * inverse[2]) + g * (g * inverse[3] + 2 * b * inverse[4]) + b * b * inverse[5];
      sum += weight * Math.exp(-off / 2);
    }
    return -Math.log(sum);
  }
}

/** Which cluster each sample belongs to: k-means, begun with equal shares by brightness, so that it is the same every time. */
function clusters(samples: readonly number[] | Uint8Array): Uint8Array {
  const count = samples.length / 3;
  const owner = new Uint8Array(count);
  const brightness = Float64Array.from({ length: count }, (_, i) => samples[3 * i]! + 2 * samples[3 * i + 1]! + samples[3 * i + 2]!);
  const sorted = Float64Array.from(brightness).sort();
  const limits = Array.from({ length: COMPONENTS - 1 }, (_, i) => sorted[Math.floor(((i + 1) * count) / COMPONENTS)]!);
  for (let i = 0; i < count; i++) {
    owner[i] = limits.filter((limit) => brightness[i]! >= limit).length;
  }
  for (let round = 0; round < ROUNDS; round++) {
    const means = Array.from({ length: COMPONENTS }, () => [0, 0, 0, 0]);
    for (let i = 0; i < count; i++) {
      const mean = means[owner[i]!]!;
      for (let channel = 0; channel < 3; channel++) mean[channel]! += samples[3 * i + channel]!;
      mean[3]!++;
    }
    const centres = means.map(([r, g, b, n]) => (n === 0 ? null : ([r! / n!, g! / n!, b! / n!] as const)));
    for (let i = 0; i < count; i++) {
      let nearest = Infinity;
      centres.forEach((centre, index) => {
        if (centre === null) return;
        const distance = (samples[3 * i]! - centre[0]) ** 2 + (samples[3 * i + 1]! - centre[1]) ** 2 + (samples[3 * i + 2]! - centre[2]) ** 2;
        if (distance < nearest) {
          nearest = distance;
          owner[i] = index;
        }
      });
    }
  }
  return owner;
}

function component(samples: readonly number[] | Uint8Array, owner: Uint8Array, index: number): Component | null {
  let count = 0;
  const mean: [number, number, number] = [0, 0, 0];
  for (let i = 0; i < owner.length; i++) {
    if (owner[i] === index) {
      count++;
      for (let channel = 0; channel < 3; channel++) mean[channel]! += samples[3 * i + channel]!;
    }
  }
  if (count === 0) {
    return null;
  }
  for (let channel = 0; channel < 3; channel++) mean[channel]! /= count;
  let [rr, rg, rb, gg, gb, bb] = [0, 0, 0, 0, 0, 0];
  for (let i = 0; i < owner.length; i++) {
    if (owner[i] === index) {
      const [r, g, b] = [samples[3 * i]! - mean[0], samples[3 * i + 1]! - mean[1], samples[3 * i + 2]! - mean[2]];
      rr += r * r;
      rg += r * g;
      rb += r * b;
      gg += g * g;
      gb += g * b;
      bb += b * b;
    }
  }
  [rr, rg, rb, gg, gb, bb] = [rr / count + LEAST_VARIANCE, rg / count, rb / count, gg / count + LEAST_VARIANCE, gb / count, bb / count + LEAST_VARIANCE];
  const determinant = rr * (gg * bb - gb * gb) - rg * (rg * bb - gb * rb) + rb * (rg * gb - gg * rb);
  return {
    weight: count / owner.length / Math.sqrt(determinant),
    mean,
    inverse: [
      (gg * bb - gb * gb) / determinant, (rb * gb - rg * bb) / determinant, (rg * gb - rb * gg) / determinant,
      (rr * bb - rb * rb) / determinant, (rg * rb - rr * gb) / determinant, (rr * gg - rg * rg) / determinant,
    ],
  };
}
