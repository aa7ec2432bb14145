// @vitest-environment jsdom
import { signal } from '@preact/signals-core';
import { beforeEach, expect, test } from 'vitest';
import type { EditorContext } from '../actions/context';
import { History } from '../model/history';
import { makeShape } from '../model/records';
import { makeSchema, type AttributeSpec, type Label } from '../model/schema';
import { Selection } from '../model/selection';
import { Store } from '../model/store';
import { makeViewState } from '../model/view';
import { menuSections, mountContextMenu } from './context-menu';

const parked: AttributeSpec = { id: 7, name: 'parked', inputType: 'checkbox', values: [], defaultValue: 'false', mutable: false };
const label = (id: number, attributes: AttributeSpec[]): Label => ({ id, name: `l${id}`, color: '#ff0000', type: 'any', attributes, sublabels: [], edges: [] });

let context: EditorContext;
let vertexPicked: boolean;

beforeEach(() => {
  const store = new Store();
  const selection = new Selection(store);
  const view = makeViewState(0);
  vertexPicked = false;
  store.load([1, 2, 3].map((id) => makeShape({ id, kind: 'rectangle', frame: 0, labelId: id === 3 ? 2 : 1, points: [0, 0, 10 * id, 10], zOrder: id })), 1);
  const part: Partial<EditorContext> = {
    store, selection, view, history: new History(store), schema: makeSchema([label(1, [parked]), label(2, [])]),
    job: { deletedFrames: new Set<number>() } as unknown as EditorContext['job'],
    ui: { menu: signal(null), overlay: signal(null) } as unknown as EditorContext['ui'],
    following: { state: signal(null) } as unknown as EditorContext['following'],
    loading: signal(false), clipboard: signal([]), digits: signal([]),
    workbench: { get vertexPicked() { return vertexPicked; }, element: document.createElement('div') } as unknown as EditorContext['workbench'],
    notify: () => undefined, announce: () => undefined,
  };
  context = part as EditorContext;
});

const texts = (): string[] => menuSections(context).flat().map(({ text }) => text);
const item = (text: string) => menuSections(context).flat().find((other) => other.text === text)!;
const depth = (id: number) => (context.store.get(id) as { zOrder: number }).zOrder;

test('nothing selected: the menu is about the canvas, and says why paste cannot be chosen', () => {
  expect(texts()).toContain('Fit image');
  expect(texts()).not.toContain('Delete');
  expect(item('Paste in place').refusal).toBe('Nothing was copied');
});

test('a yes-or-no attribute is switched for the whole selection as one step', () => {
  context.selection.selected.set([1, 2]);
  item('parked').run();
  expect(item('parked').checked).toBe(true);
  context.history.undo();
  expect(item('parked').checked).toBe(false);
  context.selection.selected.set([1]);
  item('parked').run();
  context.selection.selected.set([1, 2]);
  expect(item('parked').checked).toBe('mixed');
});

test('attributes of different labels are not mixed', () => {
  context.selection.selected.set([1, 3]);
  expect(texts()).not.toContain('parked');
});

test('a picked vertex comes first', () => {
  context.selection.selected.set([1]);
  expect(texts()).not.toContain('Remove this point');
  vertexPicked = true;
  expect(texts()[0]).toBe('Remove this point');
});

test('in a job that is only looked at nothing can be changed, but copied', () => {
  context.selection.selected.set([1]);
  context.view.readonly.value = true;
  for (const name of ['Delete', 'parked', 'Occluded', 'One layer up']) expect(item(name).refusal).toBe('The job is open for looking only');
  expect(item('Copy').refusal).toBeUndefined();
});

test('EDT-10 to the front and to the back pass all others, once', () => {
  context.selection.selected.set([1, 2]);
  item('Bring to the front').run();
  expect([depth(1), depth(2), depth(3)]).toEqual([4, 5, 3]);
  item('Bring to the front').run();
  expect([depth(1), depth(2)]).toEqual([4, 5]);
  item('Send to the back').run();
  expect([depth(1), depth(2), depth(3)]).toEqual([1, 2, 3]);
});

test('keys stay in the menu: arrows go round, a letter finds its entry, Escape closes', () => {
  const stage = document.createElement('main');
  document.body.append(stage, context.workbench.element);
  const stop = mountContextMenu(stage, context);
  let escaped = 0;
  document.addEventListener('keydown', () => escaped++);
  context.selection.selected.set([1]);
  context.ui.menu.value = { x: 5, y: 5 };
  const press = (key: string): void => void document.activeElement!.dispatchEvent(new KeyboardEvent('keydown', { key, bubbles: true, cancelable: true }));
  const focused = (): string => document.activeElement!.querySelector('.name')!.textContent;
  expect(focused()).toBe('Choose a label');
  press('ArrowUp');
  expect(focused()).toBe('Delete');
  press('ArrowDown');
  expect(focused()).toBe('Choose a label');
  press('d');
  expect(focused()).toBe('Duplicate');
  press('Escape');
  expect(stage.querySelector('.menu')).toBeNull();
  expect(escaped).toBe(0);
  stop();
});
