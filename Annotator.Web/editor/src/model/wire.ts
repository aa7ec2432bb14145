import { NO_ATTRIBUTES, SHAPE_KINDS } from './records';
import type { Attributes, Geometry, Keyframe, Rec, RecType, Shape, ShapeElement, ShapeKind, Tag, Track, TrackElement } from './records';

/** The contract's JSON for annotations, and the way between it and our records. */

export interface WireAttribute {
  spec_id: number;
  value: string;
}

export interface WireTag {
  id?: number | null;
  frame: number;
  label_id: number;
  group?: number | null;
  source?: string;
  attributes?: WireAttribute[];
}

export interface WireGeometry {
  type: string;
  occluded?: boolean;
  outside?: boolean;
  z_order?: number;
  rotation?: number;
  points?: number[];
  attributes?: WireAttribute[];
}

export interface WireShapeElement extends WireGeometry {
  id?: number | null;
  frame?: number;
  label_id: number;
  group?: number | null;
  source?: string;
}

export interface WireShape extends WireShapeElement {
  frame: number;
  score?: number;
  elements?: WireShapeElement[];
}

export interface WireKeyframe extends WireGeometry {
  id?: number | null;
  frame: number;
}

export interface WireTrackElement {
  id?: number | null;
  frame: number;
  label_id: number;
  group?: number | null;
  source?: string;
  shapes: WireKeyframe[];
  attributes?: WireAttribute[];
}

export interface WireTrack extends WireTrackElement {
  interpolation?: string;
  elements?: WireTrackElement[];
}

export type WireRec = WireTag | WireShape | WireTrack;

/** Answer of `GET /api/jobs/{id}/annotations/`; `version` is the job's revision. */
export interface WireAnnotations {
  version: number;
  tags: WireTag[];
  shapes: WireShape[];
  tracks: WireTrack[];
}

/** A whole object in the contract's JSON: the `value` of an op that adds. */
export function toCvat(rec: Rec): WireRec {
  switch (rec.type) {
    case 'tag':
      return tagToCvat(rec);
    case 'shape':
      return shapeToCvat(rec);
    case 'track':
      return trackToCvat(rec);
  }
}

/** @throws RangeError when the object has no id or a kind that we do not know. */
export function fromCvat(type: 'tag', wire: WireTag): Tag;
export function fromCvat(type: 'shape', wire: WireShape): Shape;
export function fromCvat(type: 'track', wire: WireTrack): Track;
export function fromCvat(type: RecType, wire: WireRec): Rec;
export function fromCvat(type: RecType, wire: WireRec): Rec {
  switch (type) {
    case 'tag':
      return tagFromCvat(wire as WireTag);
    case 'shape':
      return shapeFromCvat(wire as WireShape);
    case 'track':
      return trackFromCvat(wire as WireTrack);
  }
}

/** Every object of an answer, tags first. */
export function recordsOf(wire: Pick<WireAnnotations, 'tags' | 'shapes' | 'tracks'>): Rec[] {
  return [...wire.tags.map((tag) => tagFromCvat(tag)), ...wire.shapes.map((shape) => shapeFromCvat(shape)), ...wire.tracks.map((track) => trackFromCvat(track))];
}

/**
 * The top-level fields that differ, whole, in the contract's JSON: the `set` of an op that updates. Empty when the two say
 * the same. Both must be the same object.
 */
export function changedFields(from: Rec, to: Rec): Record<string, unknown> {
  const before = toCvat(from) as unknown as Record<string, unknown>;
  const after = toCvat(to) as unknown as Record<string, unknown>;
  const set: Record<string, unknown> = {};
  for (const [field, value] of Object.entries(after)) {
    if (field !== 'id' && JSON.stringify(before[field]) !== JSON.stringify(value)) {
      set[field] = value;
    }
  }
  return set;
}

/** The record with the `set` of somebody's update on it. */
export function withFields(rec: Rec, set: Readonly<Record<string, unknown>>): Rec {
  return fromCvat(rec.type, { ...(toCvat(rec) as object), ...set, id: rec.id } as WireRec);
}

function tagToCvat(tag: Tag): WireTag {
  return { id: tag.id, frame: tag.frame, label_id: tag.labelId, group: tag.group, source: tag.source, attributes: attributesToCvat(tag.attributes) };
}

function shapeToCvat(shape: Shape): WireShape {
  return {
    id: shape.id,
    ...geometryToCvat(shape),
    frame: shape.frame,
    label_id: shape.labelId,
    group: shape.group,
    source: shape.source,
    score: shape.score,
    elements: shape.elements.map((element) => ({
      id: element.id,
      ...geometryToCvat(element),
      frame: shape.frame,
      label_id: element.labelId,
      group: element.group,
      source: element.source,
    })),
  };
}

function trackToCvat(track: Track): WireTrack {
  return { ...trackElementToCvat(track), elements: track.elements.map(trackElementToCvat), ...(track.interpolation === undefined ? {} : { interpolation: track.interpolation }) };
}

function trackElementToCvat(track: TrackElement): WireTrackElement {
  return {
    id: track.id,
    frame: track.frame,
    label_id: track.labelId,
    group: track.group,
    source: track.source,
    shapes: track.keyframes.map((keyframe) => ({ ...(keyframe.id === 0 ? {} : { id: keyframe.id }), ...geometryToCvat(keyframe), frame: keyframe.frame })),
    attributes: attributesToCvat(track.attributes),
  };
}

function geometryToCvat(geometry: Geometry): Required<WireGeometry> {
  return {
    type: geometry.kind,
    occluded: geometry.occluded,
    outside: geometry.outside,
    z_order: geometry.zOrder,
    rotation: geometry.rotation,
    points: [...geometry.points],
    attributes: attributesToCvat(geometry.attributes),
  };
}

function attributesToCvat(attributes: Attributes): WireAttribute[] {
  return Object.entries(attributes).map(([id, value]) => ({ spec_id: Number(id), value }));
}

function tagFromCvat(wire: WireTag): Tag {
  return { type: 'tag', id: idOf(wire), frame: wire.frame, ...belongingOf(wire), attributes: attributesOf(wire.attributes) };
}

function shapeFromCvat(wire: WireShape): Shape {
  return {
    type: 'shape',
    id: idOf(wire),
    frame: wire.frame,
    ...belongingOf(wire),
    ...geometryOf(wire),
    score: wire.score ?? 1,
    elements: (wire.elements ?? []).map((element): ShapeElement => ({ id: element.id ?? 0, ...belongingOf(element), ...geometryOf(element) })),
  };
}

function trackFromCvat(wire: WireTrack): Track {
  const mode = wire.interpolation === 'aligned' ? { interpolation: 'aligned' as const } : {};
  return { type: 'track', ...mode, ...trackElementFromCvat(wire), id: idOf(wire), elements: (wire.elements ?? []).map(trackElementFromCvat) };
}

function trackElementFromCvat(wire: WireTrackElement): TrackElement {
  const keyframes = wire.shapes.map((shape): Keyframe => ({ id: shape.id ?? 0, frame: shape.frame, ...geometryOf(shape) }));
  keyframes.sort((a, b) => a.frame - b.frame);
  return { id: wire.id ?? 0, frame: wire.frame, ...belongingOf(wire), attributes: attributesOf(wire.attributes), keyframes };
}

function belongingOf(wire: { label_id: number; group?: number | null; source?: string }) {
  return { labelId: wire.label_id, group: wire.group ?? 0, source: wire.source ?? 'manual' };
}

function geometryOf(wire: WireGeometry): Geometry {
  return {
    kind: shapeKindOf(wire.type),
    points: wire.points ?? [],
    rotation: wire.rotation ?? 0,
    occluded: wire.occluded ?? false,
    outside: wire.outside ?? false,
    zOrder: wire.z_order ?? 0,
    attributes: attributesOf(wire.attributes),
  };
}

function attributesOf(list: readonly WireAttribute[] | undefined): Attributes {
  if (list === undefined || list.length === 0) {
    return NO_ATTRIBUTES;
  }
  return Object.fromEntries(list.map(({ spec_id, value }) => [spec_id, value]));
}

function shapeKindOf(word: string): ShapeKind {
  const kind = SHAPE_KINDS.find((known) => known === word);
  if (kind === undefined) {
    throw new RangeError(`"${word}" is no kind of shape; the kinds are ${SHAPE_KINDS.join(', ')}.`);
  }
  return kind;
}

function idOf(wire: WireRec): number {
  if (typeof wire.id !== 'number' || !Number.isSafeInteger(wire.id)) {
    throw new RangeError(`An object on frame ${wire.frame} has no usable id (${String(wire.id)}).`);
  }
  return wire.id;
}
