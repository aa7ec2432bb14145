import { type ReadonlySignal, signal } from '@preact/signals-core';
import { html, type TemplateResult } from 'lit-html';
import type { Tone } from '../actions/context';
import { t } from '../i18n/t';
import { icon } from './icons';

interface Toast {
  readonly n: number;
  readonly text: string;
  readonly tone: Tone;
}

const SHOWN_MS = 6000;
const MOST = 4;

/** Short messages over the canvas. They go by themselves, except errors; the same text is not shown twice. */
export class Toasts {
  readonly #list = signal<readonly Toast[]>([], { name: 'toasts' });
  #next = 1;

  get list(): ReadonlySignal<readonly Toast[]> {
    return this.#list;
  }

  show(text: string, tone: Tone): void {
    const toast: Toast = { n: this.#next++, text, tone };
    this.#list.value = [...this.#list.peek().filter((other) => other.text !== text), toast].slice(-MOST);
    if (tone !== 'error') setTimeout(() => this.#drop(toast.n), SHOWN_MS);
  }

  view(): TemplateResult {
    return html`${this.#list.value.map((toast) => html`<div class="toast ${toast.tone}">${toast.tone === 'info' ? '' : icon('warning')}<span>${toast.text}</span>
      <button type="button" class="flag" aria-label=${t('help.close')} @click=${() => this.#drop(toast.n)}>${icon('close')}</button></div>`)}`;
  }

  #drop(n: number): void {
    this.#list.value = this.#list.peek().filter((toast) => toast.n !== n);
  }
}
