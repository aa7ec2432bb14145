/** A key with its modifiers, such as `Ctrl+Shift+Z`, `F`, `F1`, `Shift+1`, `[`. `Ctrl` is Command on a Mac. */
export type KeyName = string;

export interface PressedKey {
  readonly code: string;
  readonly key: string;
  readonly ctrlKey: boolean;
  readonly metaKey: boolean;
  readonly shiftKey: boolean;
  readonly altKey: boolean;
}

const NAMED = new Set(['Enter', 'Escape', 'Backspace', 'Delete', 'Tab', 'Home', 'End', 'ArrowLeft', 'ArrowRight', 'ArrowUp', 'ArrowDown', 'Space', 'PageUp', 'PageDown']);

/**
 * Names a pressed key. Letters and digits go by their place on the keyboard, so that shortcuts are the same on every
 * layout; symbols go by what is printed on them, wherever they are.
 */
export function keyNameOf(event: PressedKey): KeyName {
  const base = baseOf(event);
  const symbol = !/^([A-Z]|[0-9]|F[0-9]+)$/.test(base) && !NAMED.has(base);
  const parts = [
    event.ctrlKey || event.metaKey ? 'Ctrl' : '',
    event.altKey ? 'Alt' : '',
    // Shift is how some symbols are typed: "?" is "?" on every layout.
    event.shiftKey && !symbol ? 'Shift' : '',
    base,
  ];
  return parts.filter((part) => part !== '').join('+');
}

function baseOf({ code, key }: PressedKey): string {
  const place = /^(?:Key([A-Z])|(?:Digit|Numpad)([0-9]))$/.exec(code);
  if (place !== null) return place[1] ?? place[2]!;
  if (key === ' ') return 'Space';
  return key;
}

/** The name in the one order of modifiers that {@link keyNameOf} uses. */
export function canonical(name: KeyName): KeyName {
  const parts = partsOf(name);
  const base = parts.pop()!;
  return [...['Ctrl', 'Alt', 'Shift'].filter((modifier) => parts.includes(modifier)), base].join('+');
}

/** Modifiers, then the key, which may be the plus sign itself. */
function partsOf(name: KeyName): string[] {
  return name.endsWith('+') ? [...name.slice(0, -1).split('+').filter((part) => part !== ''), '+'] : name.split('+');
}

const GLYPHS: Readonly<Record<string, string>> = {
  ArrowLeft: '←', ArrowRight: '→', ArrowUp: '↑', ArrowDown: '↓', Escape: 'Esc', Delete: 'Del', ContextMenu: 'Menu',
};
const MAC: Readonly<Record<string, string>> = { Ctrl: '⌘', Alt: '⌥', Shift: '⇧' };

/** The key as the person's keyboard shows it. */
export function shownKey(name: KeyName, mac = isMac()): string {
  const shown = partsOf(name).map((part) => (mac ? MAC[part] : undefined) ?? GLYPHS[part] ?? part);
  return shown.join(mac ? '' : '+');
}

function isMac(): boolean {
  return typeof navigator !== 'undefined' && /Mac|iP(hone|ad)/.test(navigator.platform);
}

/** Whether the person is typing: then no shortcut without Ctrl may fire. */
export function isTyping(target: EventTarget | null): boolean {
  if (!(target instanceof HTMLElement)) return false;
  if (target.isContentEditable || target instanceof HTMLTextAreaElement || target instanceof HTMLSelectElement) return true;
  return target instanceof HTMLInputElement && !['checkbox', 'radio', 'range', 'button', 'submit', 'color'].includes(target.type);
}

/** Whether Space presses what has the focus. It does nothing to a slider. */
export function isControl(target: EventTarget | null): boolean {
  return target instanceof Element && target.closest('button, a[href], summary, input:not([type="range"]), [role="menuitem"], [role="tab"]') !== null;
}
