import { html, nothing, type TemplateResult } from 'lit-html';
import { actionOf } from '../actions/catalogue';
import type { EditorContext } from '../actions/context';
import { actionLabel, allowed, perform } from '../actions/define';
import { shownKey } from '../actions/keys';
import { t } from '../i18n/t';
import { icon, type IconName } from './icons';

export interface ActionButtonOptions {
  /** Overrides the action's name, as for "Undo move". */
  readonly label?: string;
  readonly pressed?: boolean;
  /** The name stands beside the icon. */
  readonly wide?: boolean;
  readonly className?: string;
}

/** A button of an action: name and key in its tooltip, and the reason there when it cannot be used now. */
export function actionButton(context: EditorContext, id: string, picture: IconName, options: ActionButtonOptions = {}): TemplateResult {
  const action = actionOf(id);
  const may = allowed(action, context);
  const label = options.label ?? actionLabel(action);
  const key = action.keys[0];
  const tip = [key === undefined ? label : `${label} (${shownKey(key)})`, may === true ? '' : t(may)].filter((line) => line !== '').join('\n');
  // Not the disabled attribute: a control that cannot be reached cannot say why.
  return html`<button type="button" class="button ${options.className ?? ''}" title=${tip} aria-label=${label}
    aria-disabled=${may === true ? 'false' : 'true'} aria-pressed=${options.pressed === undefined ? nothing : options.pressed ? 'true' : 'false'}
    aria-keyshortcuts=${key ?? nothing} @click=${() => perform(action, context)}>${icon(picture)}${options.wide ? html`<span>${label}</span>` : ''}</button>`;
}
