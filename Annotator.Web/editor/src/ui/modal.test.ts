// @vitest-environment jsdom
import { signal } from '@preact/signals-core';
import { beforeEach, expect, test } from 'vitest';
import { followOverlay } from './modal';

type Overlay = 'palette' | 'label' | 'settings';

let dialog: HTMLDialogElement;
/** Events of closing, held back as a browser with much to do holds them back. */
let late: (() => void)[];

beforeEach(() => {
  dialog = document.createElement('dialog');
  late = [];
  Object.assign(dialog, {
    showModal: () => dialog.setAttribute('open', ''),
    close: () => {
      dialog.removeAttribute('open');
      late.push(() => dialog.dispatchEvent(new Event('close')));
    },
  });
});

function follow(overlay = signal<Overlay | null>(null)) {
  const calls: string[] = [];
  followOverlay(dialog, overlay, (now) => now !== null && now !== 'settings', { open: () => calls.push('open'), close: () => calls.push('close') });
  return { overlay, calls };
}

test('the dialog is open while a modal overlay is wanted', () => {
  const { overlay, calls } = follow();
  overlay.value = 'settings';
  expect(dialog.open).toBe(false);
  overlay.value = 'palette';
  expect(dialog.open).toBe(true);
  overlay.value = null;
  expect(dialog.open).toBe(false);
  expect(calls).toEqual(['open', 'close']);
});

test('a dialog that the browser closed takes its overlay along', () => {
  const { overlay } = follow();
  overlay.value = 'palette';
  dialog.close();
  late.forEach((event) => event());
  expect(overlay.value).toBeNull();
});

test('the late event of a dialog that was closed does not close the next one', () => {
  const { overlay } = follow();
  overlay.value = 'palette';
  overlay.value = null;
  overlay.value = 'label';
  late.forEach((event) => event());
  expect(overlay.value).toBe('label');
  expect(dialog.open).toBe(true);
});
