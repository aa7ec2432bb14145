// @vitest-environment jsdom
import { html, render } from 'lit-html';
import { beforeEach, expect, test } from 'vitest';
import { typedValue } from './typed-value';

let host: HTMLElement;
beforeEach(() => {
  host = document.createElement('div');
  document.body.replaceChildren(host);
});

const draw = (value: string, subject: unknown = 1): HTMLInputElement => {
  render(html`<input type="text" .value=${typedValue(value, subject)}>`, host);
  return host.querySelector('input')!;
};
const type = (field: HTMLInputElement, text: string): void => {
  field.value = text;
  field.dispatchEvent(new Event('input'));
};

test('shows the value, and a new one when nobody types', () => {
  expect(draw('10').value).toBe('10');
  expect(draw('11').value).toBe('11');
});

test('text being typed outlives a panel that is drawn anew', () => {
  type(draw('10'), '123');
  expect(draw('11').value).toBe('123');
  expect(draw('12').value).toBe('123');
});

test.each(['change', 'blur'])('after %s the field shows the value again', (event) => {
  const field = draw('10');
  type(field, '123');
  field.dispatchEvent(new Event(event));
  expect(draw('99').value).toBe('99');
});

test('a refused text is put back, even when the value is the one of before', () => {
  const field = draw('10');
  type(field, 'x');
  field.dispatchEvent(new Event('change'));
  expect(draw('10').value).toBe('10');
});

test('a field that is about another object shows that one at once', () => {
  type(draw('10', 'a'), '123');
  expect(draw('50', 'b').value).toBe('50');
});

test('can only be the value of a field', () => {
  expect(() => render(html`<input title=${typedValue('10', 1)}>`, host)).toThrow(/value of a field/);
});
