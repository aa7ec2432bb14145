import { noChange } from 'lit-html';
import { Directive, directive, PartType, type ElementPart, type PartInfo, type PropertyPart } from 'lit-html/directive.js';

/**
 * The value of a field that a person may be typing into: a panel that is drawn anew (by a change of somebody else, by playback)
 * leaves the text alone from its first letter until it is committed or left, or until the field is about something else.
 *
 * ```ts
 * html`<input type="number" .value=${typedValue(String(width), id)} @change=${commit}>`
 * ```
 */
class TypedValue extends Directive {
  #typing = false;
  #subject: unknown = null;
  #field: HTMLInputElement | null = null;

  constructor(part: PartInfo) {
    super(part);
    if (part.type !== PartType.PROPERTY || part.name !== 'value') {
      throw new Error('typedValue is the value of a field: .value=${typedValue(value, subject)}.');
    }
  }

  override render(value: string, _subject: unknown): unknown {
    return value;
  }

  override update(part: PropertyPart | ElementPart, [value, subject]: [string, unknown]): unknown {
    const field = part.element as HTMLInputElement;
    if (this.#field !== field) {
      this.#field = field;
      const done = (): void => {
        this.#typing = false;
      };
      field.addEventListener('input', () => {
        this.#typing = true;
      });
      field.addEventListener('change', done);
      field.addEventListener('blur', done);
    }
    if (subject !== this.#subject) {
      this.#subject = subject;
      this.#typing = false;
    }
    // Compared with the field and not with what was last rendered: text that was refused is put back.
    if (!this.#typing && field.value !== value) {
      field.value = value;
    }
    return noChange;
  }
}

/** @param subject What the field is about; another one ends the typing, and its value is shown at once. Compared by identity. */
export const typedValue = directive(TypedValue);
