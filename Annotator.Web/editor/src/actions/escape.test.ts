import { signal } from '@preact/signals-core';
import { expect, test } from 'vitest';
import { actionOf } from './catalogue';
import type { EditorContext } from './context';
import { perform } from './define';

function drafting(points: number) {
  const state = { points, discard: signal(false) };
  const context = {
    ui: { overlay: signal(null), discard: state.discard },
    workbench: { get draftPoints() { return state.points; }, cancel: () => { const was = state.points > 0; state.points = 0; return was; } },
    view: { tool: signal('polygon') },
  } as unknown as EditorContext;
  return { state, escape: () => perform(actionOf('draw.cancel'), context) };
}

test('a key that changes something says why it does nothing while the annotations are on their way, and where one only looks', () => {
  const told: string[] = [];
  const loading = signal(true);
  const context = { view: { readonly: signal(true) }, loading, notify: (key: string) => told.push(key) } as unknown as EditorContext;
  perform(actionOf('tool.rectangle'), context);
  loading.value = false;
  perform(actionOf('tool.rectangle'), context);
  expect(told).toEqual(['when.loading', 'when.readonly']);
});

test('DRW-03 Esc throws a draft of up to 20 points away at once', () => {
  const { state, escape } = drafting(20);
  escape();
  expect(state.points).toBe(0);
  expect(state.discard.value).toBe(false);
});

test('DRW-03 with more than 20 points Esc asks, and Esc again throws them away', () => {
  const { state, escape } = drafting(21);
  escape();
  expect([state.points, state.discard.value]).toEqual([21, true]);
  escape();
  expect([state.points, state.discard.value]).toEqual([0, false]);
});
