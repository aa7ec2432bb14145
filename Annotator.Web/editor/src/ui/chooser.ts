import { signal } from '@preact/signals-core';
import { html, type TemplateResult } from 'lit-html';
import { t } from '../i18n/t';

export interface Choice {
  readonly id: string;
  readonly text: string;
  /** Stands at the right: a key, a group. */
  readonly aside?: string;
  readonly color?: string;
  /** Why it cannot be chosen now. */
  readonly refusal?: string;
  readonly choose: () => void;
}

const SHOWN = 60;

/** A field to type in and what fits it: the palette and the label search. */
export class Chooser {
  readonly #text = signal('', { name: 'chooser text' });
  readonly #index = signal(0, { name: 'chooser index' });

  reset(): void {
    this.#text.value = '';
    this.#index.value = 0;
  }

  view(title: string, placeholder: string, choices: (text: string) => readonly Choice[]): TemplateResult {
    const text = this.#text.value;
    const fitting = choices(text).slice(0, SHOWN);
    const index = Math.min(this.#index.value, Math.max(0, fitting.length - 1));
    return html`<div class="chooser">
      <input type="text" autofocus role="combobox" aria-expanded="true" aria-controls="choices" aria-label=${title} placeholder=${placeholder} autocomplete="off" spellcheck="false"
        aria-activedescendant=${fitting.length > 0 ? `choice-${index}` : ''} .value=${text}
        @input=${(event: Event) => {
          this.#text.value = (event.target as HTMLInputElement).value;
          this.#index.value = 0;
        }} @keydown=${(event: KeyboardEvent) => this.#onKey(event, fitting, index)}>
      <ul id="choices" role="listbox" aria-label=${title}>${fitting.map((choice, i) => html`<li id="choice-${i}" role="option" aria-selected=${i === index ? 'true' : 'false'}
        aria-disabled=${choice.refusal === undefined ? 'false' : 'true'} title=${choice.refusal ?? ''} @pointermove=${() => { this.#index.value = i; }} @click=${() => choose(choice)}>
        ${choice.color === undefined ? '' : html`<span class="swatch" style="--label: ${choice.color}"></span>`}<span class="name">${choice.text}</span>
        <span class="aside">${choice.refusal ?? choice.aside ?? ''}</span></li>`)}</ul>
      ${fitting.length === 0 ? html`<p class="empty">${t('help.none', { text })}</p>` : ''}
    </div>`;
  }

  #onKey(event: KeyboardEvent, fitting: readonly Choice[], index: number): void {
    const by = event.key === 'ArrowDown' ? 1 : event.key === 'ArrowUp' ? -1 : 0;
    if (by !== 0 && fitting.length > 0) {
      event.preventDefault();
      this.#index.value = (index + by + fitting.length) % fitting.length;
      document.getElementById(`choice-${this.#index.value}`)?.scrollIntoView({ block: 'nearest' });
    }
    if (event.key === 'Enter') {
      event.preventDefault();
      const choice = fitting[index];
      if (choice !== undefined) choose(choice);
    }
  }
}

function choose(choice: Choice): void {
  if (choice.refusal === undefined) choice.choose();
}

/** Whether all words occur, in any order; an earlier hit counts more. -1 when not. */
export function rank(text: string, query: string): number {
  const low = text.toLowerCase();
  let sum = 0;
  for (const word of query.toLowerCase().split(/\s+/).filter((part) => part !== '')) {
    const at = low.indexOf(word);
    if (at < 0) return -1;
    sum += at;
  }
  return sum;
}

/** Items that fit the query, best first. */
export function ranked<T>(items: readonly T[], query: string, textOf: (item: T) => string): T[] {
  return items.map((item) => [item, rank(textOf(item), query)] as const).filter(([, score]) => score >= 0).sort((a, b) => a[1] - b[1]).map(([item]) => item);
}
