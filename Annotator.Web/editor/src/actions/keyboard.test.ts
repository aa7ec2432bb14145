// @vitest-environment jsdom
import { signal } from '@preact/signals-core';
import { beforeEach, expect, test, vi } from 'vitest';
import type { EditorContext } from './context';
import { listenToKeys } from './keyboard';

const toggle = vi.fn();

beforeEach(() => {
  toggle.mockClear();
  document.body.innerHTML = '<main></main><div class="rows" tabindex="0"></div><input type="range"><input type="text"><button type="button">x</button><select></select>';
});

/** Taps Space while an element has the focus, and says whether the frames began to play. */
function tapOn(selector: string): boolean {
  const context = {
    workbench: { element: document.querySelector('main') }, loading: signal(false), view: { readonly: signal(false) }, navigation: { count: 2 },
    playback: { toggle, direction: signal(0) }, ui: { overlay: signal(null), discard: signal(false) }, notify: () => undefined,
  } as unknown as EditorContext;
  const stop = listenToKeys(context);
  const target = document.querySelector(selector)!;
  for (const type of ['keydown', 'keyup']) target.dispatchEvent(new KeyboardEvent(type, { key: ' ', code: 'Space', bubbles: true, cancelable: true }));
  stop();
  return toggle.mock.calls.length > 0;
}

test.each(['body', 'main', '.rows', 'input[type=range]'])('Space plays while %s has the focus', (selector) => {
  expect(tapOn(selector)).toBe(true);
});

test.each(['input[type=text]', 'button', 'select'])('Space is left to %s', (selector) => {
  expect(tapOn(selector)).toBe(false);
});
