import { expect, test } from 'vitest';
import { format, number, setCulture } from './t';

test('values and plurals are put in', () => {
  expect(format('{n, plural, one {# object} other {# objects}} on {file}', { n: 1, file: 'a.jpg' })).toBe('1 object on a.jpg');
  expect(format('{n, plural, one {# object} other {# objects}} on {file}', { n: 12, file: 'a.jpg' })).toBe('12 objects on a.jpg');
});

test('a value that is missing stays visible', () => {
  expect(format('{a} and {b}', { a: 'x' })).toBe('x and {b}');
});

test('numbers follow the culture, and an unknown culture is no error', () => {
  setCulture('de-DE');
  expect(number(12345)).toBe('12.345');
  setCulture('!!');
  expect(number(12345)).toBe('12,345');
});
