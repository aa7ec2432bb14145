import { expect, test } from 'vitest';
import en from '../i18n/en.json';
import { CATALOGUE } from './catalogue';
import { canonical, keyNameOf, shownKey } from './keys';

function pressed(code: string, key: string, modifiers: Partial<Record<'ctrlKey' | 'metaKey' | 'shiftKey' | 'altKey', boolean>> = {}) {
  return keyNameOf({ code, key, ctrlKey: false, metaKey: false, shiftKey: false, altKey: false, ...modifiers });
}

test('KEY-03 no two actions share a key', () => {
  const keys = CATALOGUE.flatMap((action) => action.keys.map((key) => [key, action.id] as const));
  const twice = keys.filter(([key], i) => keys.findIndex(([other]) => other === key) !== i);
  expect(twice).toEqual([]);
});

test('no two actions share an id, and every action has words', () => {
  expect(new Set(CATALOGUE.map(({ id }) => id)).size).toBe(CATALOGUE.length);
  for (const { label, group } of CATALOGUE) {
    expect(en).toHaveProperty([label]);
    expect(en).toHaveProperty([`group.${group}`]);
  }
});

test('the default keys are those that people of the field know', () => {
  const of = (id: string): readonly string[] | undefined => CATALOGUE.find((action) => action.id === id)?.keys;
  expect(of('frame.next')).toContain('F');
  expect(of('frame.previous')).toContain('D');
  expect(of('object.occluded')).toContain('Q');
  expect(of('draw.again')).toContain('N');
  expect(of('tool.rectangle')).toContain('B');
  expect(of('edit.redo')).toEqual([canonical('Ctrl+Shift+Z'), 'Ctrl+Y']);
});

test('KEY-05 letters go by their place, symbols by what is printed', () => {
  expect(pressed('KeyF', 'а')).toBe('F');
  expect(pressed('KeyZ', 'Z', { ctrlKey: true, shiftKey: true })).toBe('Ctrl+Shift+Z');
  expect(pressed('KeyZ', 'z', { metaKey: true })).toBe('Ctrl+Z');
  expect(pressed('Digit1', '!', { shiftKey: true })).toBe('Shift+1');
  expect(pressed('Numpad5', '5')).toBe('5');
  expect(pressed('Minus', '?', { shiftKey: true })).toBe('?');
  expect(pressed('Tab', 'Tab', { shiftKey: true })).toBe('Shift+Tab');
  expect(pressed('Space', ' ')).toBe('Space');
  expect(pressed('Equal', '+', { ctrlKey: true, shiftKey: true })).toBe(canonical('Ctrl++'));
});

test('keys are shown with the glyphs of the platform', () => {
  expect(shownKey('Ctrl+Shift+Z', false)).toBe('Ctrl+Shift+Z');
  expect(shownKey('Ctrl+Shift+Z', true)).toBe('⌘⇧Z');
  expect(shownKey('Delete', false)).toBe('Del');
  expect(shownKey('Ctrl++', false)).toBe('Ctrl++');
  expect(shownKey('+', false)).toBe('+');
});
