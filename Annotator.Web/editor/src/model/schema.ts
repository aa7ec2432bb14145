import { NO_ATTRIBUTES } from './records';
import type { Attributes, ShapeKind } from './records';

/** What a job's objects may be called and hold, and which frames it has. */

export const INPUT_TYPES = ['select', 'radio', 'checkbox', 'number', 'text'] as const;
export type InputType = (typeof INPUT_TYPES)[number];

export interface AttributeSpec {
  readonly id: number;
  readonly name: string;
  readonly inputType: InputType;
  /** May change from keyframe to keyframe of a track. */
  readonly mutable: boolean;
  readonly defaultValue: string;
  /** select and radio: the choices; number: minimum, maximum, step; otherwise empty. */
  readonly values: readonly string[];
}

export interface Label {
  readonly id: number;
  readonly name: string;
  /** `#rrggbb`. */
  readonly color: string;
  /** The kind that may carry the label; `any` for all but skeletons. */
  readonly type: ShapeKind | 'tag' | 'any';
  readonly attributes: readonly AttributeSpec[];
  /** A skeleton's nodes. */
  readonly sublabels: readonly Label[];
  /** A skeleton's edges as pairs of sublabel ids; empty when its template gives none. */
  readonly edges: readonly (readonly [number, number])[];
  /** Where the template has a skeleton's nodes, by sublabel id, in shares of its width and height; absent without a template. */
  readonly places?: ReadonlyMap<number, readonly [x: number, y: number]>;
}

export interface FrameMeta {
  readonly width: number;
  readonly height: number;
  readonly name: string;
  /** How many pictures stand beside it; none when absent. */
  readonly related_files?: number;
}

export interface JobMeta {
  readonly jobId: number;
  readonly taskId: number;
  readonly taskName: string;
  /** First and last frame of the job in the task's numbering; both belong to it. */
  readonly startFrame: number;
  readonly stopFrame: number;
  readonly mode: 'annotation' | 'interpolation';
  /** By frame - startFrame. When only one is given, every frame is like it. */
  readonly frames: readonly FrameMeta[];
  readonly deletedFrames: ReadonlySet<number>;
}

export interface Schema {
  readonly labels: readonly Label[];
  /** Labels and sublabels by id. */
  readonly labelById: ReadonlyMap<number, Label>;
  readonly attributeById: ReadonlyMap<number, AttributeSpec>;
}

export function makeSchema(labels: readonly Label[]): Schema {
  const all = labels.flatMap((label) => [label, ...label.sublabels]);
  return {
    labels,
    labelById: new Map(all.map((label) => [label.id, label])),
    attributeById: new Map(all.flatMap((label) => label.attributes.map((spec) => [spec.id, spec] as const))),
  };
}

/** Whether an object of this kind may carry the label. */
export function accepts(label: Label, kind: ShapeKind | 'tag'): boolean {
  return label.type === kind || (label.type === 'any' && kind !== 'skeleton');
}

/** Every attribute of the label with the value given, or else its default. */
export function attributeValues(label: Label, given: Attributes): Attributes {
  if (label.attributes.length === 0) {
    return NO_ATTRIBUTES;
  }
  return Object.fromEntries(label.attributes.map((spec) => [spec.id, given[spec.id] ?? spec.defaultValue]));
}

/**
 * What remains of an object's attributes when it takes another label: those whose name and input type the new label has too,
 * and whose value is allowed there.
 */
export function attributesForLabel(schema: Schema, given: Attributes, to: Label): Attributes {
  const kept: Record<number, string> = {};
  for (const [id, value] of Object.entries(given)) {
    const old = schema.attributeById.get(Number(id));
    const match = old && to.attributes.find((spec) => spec.name === old.name && spec.inputType === old.inputType);
    if (match && allows(match, value)) {
      kept[match.id] = value;
    }
  }
  return kept;
}

/** Whether the text is a value of the attribute. */
export function allows(spec: AttributeSpec, value: string): boolean {
  switch (spec.inputType) {
    case 'select':
    case 'radio':
      return spec.values.includes(value);
    case 'checkbox':
      return value === 'true' || value === 'false';
    case 'number': {
      const [minimum = -Infinity, maximum = Infinity] = spec.values.map(Number);
      const number = Number(value);
      return value.trim() !== '' && number >= minimum && number <= maximum;
    }
    case 'text':
      return value.length <= 4096;
  }
}

/** The frame's size and name; null when the frame is not the job's. */
export function frameMeta(job: JobMeta, frame: number): FrameMeta | null {
  if (frame < job.startFrame || frame > job.stopFrame) {
    return null;
  }
  return (job.frames.length === 1 ? job.frames[0] : job.frames[frame - job.startFrame]) ?? null;
}

/** What was seen of a job's frames so far: many are listed only while one works. */
const looked = new WeakMap<JobMeta, { count: number; found: boolean }>();

/** Whether pictures stand beside any of the frames that are listed. */
export function hasRelated(job: JobMeta): boolean {
  const known = looked.get(job) ?? { count: 0, found: false };
  looked.set(job, known);
  for (; !known.found && known.count < job.frames.length; known.count++) known.found = (job.frames[known.count]!.related_files ?? 0) > 0;
  return known.found;
}
