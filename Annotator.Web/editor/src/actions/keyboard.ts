import { actionOfKey } from './catalogue';
import type { EditorContext } from './context';
import { type Action, perform } from './define';
import { isControl, isTyping, keyNameOf } from './keys';

/** A key that is held longer was held for something else. */
const LONGEST_TAP_MILLISECONDS = 500;

/**
 * Runs actions by key, anywhere in the document. A key that a panel has used, that belongs to typing or to an input method,
 * or that is not one of ours is left alone. Returns the way to stop.
 */
export function listenToKeys(context: EditorContext, target: Document = document): () => void {
  let held: Action | null = null;
  const forget = (): void => { held = null; };
  const onRelease = (event: KeyboardEvent): void => {
    const action = held;
    held = null;
    if (action === null || event.timeStamp - pressedAt > LONGEST_TAP_MILLISECONDS) return;
    perform(action, context);
  };
  let pressedAt = 0;
  const onKey = (event: KeyboardEvent): void => {
    if (event.defaultPrevented || event.isComposing || event.keyCode === 229) return;
    const action = actionOfKey(keyNameOf(event));
    if (action === undefined) return;
    if (isTyping(event.target) && !action.whileTyping) return;
    if (action.onCanvas && !onCanvas(context, event.target)) return;
    if (action.offControls && isControl(event.target)) return;
    if (document.querySelector('dialog[open]') !== null && !action.whileTyping && action.group !== 'help') return;
    if (action.onRelease) {
      event.preventDefault();
      if (!event.repeat) [held, pressedAt] = [action, event.timeStamp];
      return;
    }
    held = null;
    if (action.id !== 'draw.cancel' || context.ui.overlay.peek() !== null) context.ui.discard.value = false;
    if (perform(action, context) || event.ctrlKey || event.metaKey) event.preventDefault();
  };
  target.addEventListener('keydown', onKey);
  target.addEventListener('keyup', onRelease);
  target.addEventListener('pointerdown', forget, true);
  return () => {
    target.removeEventListener('keydown', onKey);
    target.removeEventListener('keyup', onRelease);
    target.removeEventListener('pointerdown', forget, true);
  };
}

function onCanvas(context: EditorContext, target: EventTarget | null): boolean {
  return target === document.body || (target instanceof Node && context.workbench.element.contains(target));
}
