import { expect, test } from 'vitest';
import { readUrl, writeUrl } from './url-state';

test('WS-05 frame, object and view survive the address', () => {
  const state = { frame: 120, object: 5001, view: { x: 100.5, y: 20, scale: 2 } };
  expect(readUrl(writeUrl('?tab=x', state))).toEqual(state);
  expect(writeUrl('?tab=x', state)).toContain('tab=x');
});

test('nonsense in the address is ignored', () => {
  expect(readUrl('?f=-1&o=abc&v=1,2')).toEqual({ frame: null, object: null, view: null });
  expect(readUrl('?v=1,2,0')).toEqual({ frame: null, object: null, view: null });
});
