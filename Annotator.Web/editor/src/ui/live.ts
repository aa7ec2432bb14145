import { effect } from '@preact/signals-core';
import { type nothing, render, type TemplateResult } from 'lit-html';

/** Renders into the host whenever a signal that the view read has changed. Returns the way to stop. */
export function live(host: HTMLElement, view: () => TemplateResult | typeof nothing): () => void {
  return effect(() => {
    render(view(), host);
  });
}

/** An element with a class, for a region of the shell. */
export function region(tag: string, className: string): HTMLElement {
  const element = document.createElement(tag);
  element.className = className;
  return element;
}
