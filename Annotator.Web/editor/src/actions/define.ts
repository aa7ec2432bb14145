import { type MessageKey, type MessageValues, t } from '../i18n/t';
import type { EditorContext } from './context';
import { canonical, type KeyName } from './keys';

export const GROUPS = ['frames', 'tools', 'drawing', 'labels', 'objects', 'suggestions', 'tracks', 'edit', 'view', 'job', 'help'] as const;
export type ActionGroup = (typeof GROUPS)[number];

/** True, or the reason why not, as a key of messages. */
export type Allowed = true | MessageKey;

export interface ActionDefinition {
  readonly id: string;
  readonly group: ActionGroup;
  readonly label: MessageKey;
  readonly values?: MessageValues;
  /** Default keys; the first is shown. */
  readonly keys?: readonly KeyName[];
  readonly when?: (context: EditorContext) => Allowed;
  /** Fires only while the canvas, or nothing in particular, has the focus: keys that panels need for themselves. */
  readonly onCanvas?: boolean;
  /** Fires unless a button or another control has the focus that the key would press. */
  readonly offControls?: boolean;
  /** Fires when the key is let go, and only if nothing else was done meanwhile: a key that is also held for something. */
  readonly onRelease?: boolean;
  /** Fires also while the person types in a field. */
  readonly whileTyping?: boolean;
  /** False: the key was not for us after all, and the browser may have it. */
  readonly run: (context: EditorContext) => boolean | void;
}

export interface Action extends ActionDefinition {
  readonly keys: readonly KeyName[];
}

/** One thing that a person can do, reached alike by key, button, menu and palette. */
export function defineAction(definition: ActionDefinition): Action {
  return { ...definition, keys: (definition.keys ?? []).map(canonical) };
}

export function actionLabel(action: Action): string {
  return t(action.label, action.values);
}

export function allowed(action: Action, context: EditorContext): Allowed {
  return action.when?.(context) ?? true;
}

/** Runs the action if it is allowed now; a refusal says why. */
export function perform(action: Action, context: EditorContext): boolean {
  const may = allowed(action, context);
  if (may !== true) {
    // A refusal that depends on nothing in sight is shown; the others are on the button that is grey.
    if (may === 'when.readonly' || may === 'when.loading') context.notify(may, {}, 'warning');
    else context.announce(t(may));
    return false;
  }
  return action.run(context) !== false;
}

export const writable = (context: EditorContext): Allowed => {
  if (!context.view.readonly.value) return true;
  return context.loading.value ? 'when.loading' : 'when.readonly';
};

/** The first refusal of several conditions. */
export function all(...conditions: ((context: EditorContext) => Allowed)[]): (context: EditorContext) => Allowed {
  return (context) => {
    for (const condition of conditions) {
      const may = condition(context);
      if (may !== true) return may;
    }
    return true;
  };
}
