import { SHAPE_KINDS } from '../model/records';
import type { Box } from '../geometry/box';
import type { ShapeKind } from '../model/records';
import type { SceneItem } from '../index/frame-scene';
import type { ElementPose } from '../tracks/pose';

/** Shapes on their way to the raster worker: flat arrays whose memory is handed over, not copied. */
export interface PackedShapes {
  readonly ids: Float64Array;
  readonly kinds: Uint8Array;
  /** 1: occluded, 2: outside, 4: suggested. */
  readonly flags: Uint8Array;
  readonly colors: Uint32Array;
  readonly zOrders: Int32Array;
  readonly rotations: Float64Array;
  /** minX, minY, maxX, maxY of each. */
  readonly boxes: Float64Array;
  /** Where each shape's coordinates start in `coords`, and at last where they end. */
  readonly offsets: Uint32Array;
  readonly coords: Float64Array;
  /** Nodes of the skeletons among them, by place in the list. */
  readonly elements: readonly (readonly [index: number, elements: readonly ElementPose[]])[];
}

/** A shape as the worker keeps it. */
export interface RasterShape {
  readonly id: number;
  readonly kind: ShapeKind;
  readonly points: number[];
  readonly rotation: number;
  readonly occluded: boolean;
  /** A track's end, shown on its keyframe. */
  readonly outside: boolean;
  readonly suggested: boolean;
  readonly color: number;
  readonly zOrder: number;
  readonly box: Box;
  readonly elements: readonly ElementPose[];
}

export function packShapes(items: readonly SceneItem[], colorOf: (item: SceneItem) => number): PackedShapes {
  const count = items.length;
  let total = 0;
  for (const item of items) {
    total += item.pose.points.length;
  }
  const packed = {
    ids: new Float64Array(count),
    kinds: new Uint8Array(count),
    flags: new Uint8Array(count),
    colors: new Uint32Array(count),
    zOrders: new Int32Array(count),
    rotations: new Float64Array(count),
    boxes: new Float64Array(count * 4),
    offsets: new Uint32Array(count + 1),
    coords: new Float64Array(total),
    elements: [] as [number, readonly ElementPose[]][],
  };
  let at = 0;
  items.forEach((item, i) => {
    const { pose } = item;
    packed.ids[i] = item.id;
    packed.kinds[i] = SHAPE_KINDS.indexOf(pose.kind);
    packed.flags[i] = (pose.occluded ? 1 : 0) | (pose.outside ? 2 : 0) | (pose.suggested ? 4 : 0);
    packed.colors[i] = colorOf(item);
    packed.zOrders[i] = pose.zOrder;
    packed.rotations[i] = pose.rotation;
    packed.boxes.set([item.minX, item.minY, item.maxX, item.maxY], i * 4);
    packed.coords.set(pose.points, at);
    at += pose.points.length;
    packed.offsets[i + 1] = at;
    if (pose.elements.length > 0) {
      packed.elements.push([i, pose.elements]);
    }
  });
  return packed;
}

/** The memory to hand over with the message. */
export function transferOf(packed: PackedShapes): ArrayBuffer[] {
  const { ids, kinds, flags, colors, zOrders, rotations, boxes, offsets, coords } = packed;
  return [ids, kinds, flags, colors, zOrders, rotations, boxes, offsets, coords].map((array) => array.buffer as ArrayBuffer);
}

export function unpackShapes(packed: PackedShapes): RasterShape[] {
  const elements = new Map(packed.elements);
  return Array.from(packed.ids, (id, i) => {
    const [minX, minY, maxX, maxY] = packed.boxes.subarray(i * 4, i * 4 + 4);
    return {
      id,
      kind: SHAPE_KINDS[packed.kinds[i]!]!,
      points: Array.from(packed.coords.subarray(packed.offsets[i], packed.offsets[i + 1])),
      rotation: packed.rotations[i]!,
      occluded: (packed.flags[i]! & 1) !== 0,
      outside: (packed.flags[i]! & 2) !== 0,
      suggested: (packed.flags[i]! & 4) !== 0,
      color: packed.colors[i]!,
      zOrder: packed.zOrders[i]!,
      box: { minX: minX!, minY: minY!, maxX: maxX!, maxY: maxY! },
      elements: elements.get(i) ?? [],
    };
  });
}
