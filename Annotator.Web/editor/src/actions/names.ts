import { message } from '../i18n/t';
import { kindOf, type Rec } from '../model/records';
import type { Schema } from '../model/schema';

/** The name of a step in the undo list, in the person's language. */
export function changeName(name: string): string {
  const key = `change.${name}`;
  const text = message(key);
  return text === key ? name : text;
}

export function kindName(rec: Rec): string {
  const kind = message(`kind.${kindOf(rec) ?? 'tag'}`);
  return rec.type === 'track' ? message('kind.track', { kind }) : kind;
}

export function labelName(schema: Schema, labelId: number): string {
  return schema.labelById.get(labelId)?.name ?? `#${labelId}`;
}

/** How an object is called in lists and by screen readers: "car 12, rectangle". */
export function objectName(schema: Schema, rec: Rec): string {
  return message('object.name', { label: labelName(schema, rec.labelId), id: String(rec.id), kind: kindName(rec) });
}
