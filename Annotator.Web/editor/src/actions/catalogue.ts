import { drawingActions } from './drawing';
import { followActions } from './follow';
import { frameActions } from './frames';
import { labelActions } from './labels';
import { maskActions } from './masks';
import { menuActions } from './menu';
import { objectActions } from './objects';
import { suggestionActions } from './suggestions';
import { trackActions } from './tracks';
import { editActions, helpActions, jobActions, viewActions } from './view';
import type { Action } from './define';
import type { KeyName } from './keys';

/** Everything that can be done in the editor. */
export const CATALOGUE: readonly Action[] = [
  ...frameActions, ...drawingActions, ...labelActions, ...objectActions, ...suggestionActions, ...trackActions, ...followActions, ...editActions, ...menuActions, ...maskActions, ...viewActions, ...jobActions, ...helpActions,
];

const BY_ID: ReadonlyMap<string, Action> = new Map(CATALOGUE.map((action) => [action.id, action]));
const BY_KEY: ReadonlyMap<KeyName, Action> = new Map(CATALOGUE.flatMap((action) => action.keys.map((key) => [key, action] as const)));

/** @throws Error when there is no such action: a button without one is a mistake in the code. */
export function actionOf(id: string): Action {
  const action = BY_ID.get(id);
  if (action === undefined) throw new Error(`There is no action ${id}.`);
  return action;
}

export function actionOfKey(key: KeyName): Action | undefined {
  return BY_KEY.get(key);
}
