import { html, type TemplateResult } from 'lit-html';
import { actionOf } from '../actions/catalogue';
import type { EditorContext } from '../actions/context';
import { actionLabel, allowed, perform } from '../actions/define';
import { shownKey } from '../actions/keys';
import { t } from '../i18n/t';
import { TOOL_IDS } from '../model/view';
import { icon } from './icons';

/** The tools: icon and key each. */
export function rail(context: EditorContext): TemplateResult {
  return html`${TOOL_IDS.map((tool) => {
    const action = actionOf(`tool.${tool}`);
    const may = allowed(action, context);
    const key = tool === 'select' ? 'Escape' : action.keys[0];
    const name = actionLabel(action);
    const active = context.view.tool.value === tool;
    return html`<button type="button" class="tool" aria-pressed=${active ? 'true' : 'false'} aria-disabled=${may === true ? 'false' : 'true'}
      aria-label=${name} title=${`${name}${key === undefined ? '' : ` (${shownKey(key)})`}${may === true ? '' : `\n${t(may)}`}`}
      @click=${() => perform(action, context)} data-key=${key === undefined ? '' : shownKey(key).replace('Shift+', '⇧')}>${icon(tool)}</button>`;
  })}<span class="grow"></span>${drawAs(context)}`;
}

/** Whether what is drawn stays on the following frames. */
function drawAs(context: EditorContext): TemplateResult {
  const action = actionOf('draw.tracks');
  const tracks = context.view.drawTracks.value;
  const name = t(tracks ? 'draw.asTrack' : 'draw.asShape');
  return html`<button type="button" class="tool as" aria-label="${actionLabel(action)}: ${name}" title="${t(tracks ? 'draw.asTrackTip' : 'draw.asShapeTip')} (${shownKey(action.keys[0]!)})"
    @click=${() => perform(action, context)} data-key=${name}>${icon(tracks ? 'track' : 'shape')}</button>`;
}
