import { html, type TemplateResult } from 'lit-html';
import type { EditorContext } from '../actions/context';
import { follow, followable } from '../actions/follow';
import { number, t } from '../i18n/t';
import type { TrackerChoice } from '../tracks/following';

/** How the selection is followed: which way, how far, and by what. */
export function followForm(context: EditorContext): TemplateResult {
  const { navigation, following } = context;
  const here = navigation.indexOf(context.view.frame.value);
  const last = navigation.count - 1;
  const ahead = here < last;
  const run = (event: Event): void => {
    event.preventDefault();
    const { elements } = event.target as HTMLFormElement;
    const value = (name: string): string => (elements.namedItem(name) as HTMLInputElement | HTMLSelectElement).value;
    const backward = value('direction') === 'back';
    const count = Number(value('count'));
    const target = navigation.step(context.view.frame.peek(), backward ? -count : count);
    const all = (elements.namedItem('all') as HTMLInputElement).checked || target === null;
    const by = value('tracker');
    context.ui.overlay.value = null;
    void follow(context, all ? null : Math.abs(target - context.view.frame.peek()), backward, choiceOf(by));
  };
  return html`<form class="propagate" @submit=${run}><p>${t('follow.explain', { n: followable(context).length })}</p>
    <label class="field"><span class="field-name">${t('propagate.direction')}</span><select name="direction">
      <option value="on" ?selected=${ahead} ?disabled=${!ahead}>${t('propagate.on')}</option><option value="back" ?selected=${!ahead} ?disabled=${here <= 0}>${t('propagate.back')}</option></select></label>
    <label class="field"><span class="field-name">${t('propagate.count')}</span><input type="number" name="count" autofocus required min="1" max=${Math.max(1, last)} value=${Math.min(60, Math.max(1, ahead ? last - here : here))}></label>
    <label class="field"><span class="field-name">${t('follow.all')}</span><input type="checkbox" name="all"></label>
    <label class="field"><span class="field-name">${t('follow.by')}</span><select name="tracker">
      <option value="flow" selected>${t('follow.flow')}</option><option value="correlation">${t('follow.correlation')}</option>
      ${following.models.value.map(({ id, name }) => html`<option value=${`model-${id}`}>${name}</option>`)}</select></label>
    <div class="actions"><button type="submit" class="button wide primary" ?disabled=${last < 1}>${t('follow.run')}</button></div></form>`;
}

/** How far it is, with the way to stop it; nothing when nothing is followed. */
export function followState(context: EditorContext): TemplateResult | string {
  const state = context.following.state.value;
  return state === null ? '' : html`<span class="following" role="status">${t('follow.state', { percent: number(state.progress * 100, 0), message: state.message })}
    <button type="button" class="state" @click=${() => context.following.stop()}>${t('track.stopFollowing')}</button></span>`;
}

function choiceOf(value: string): TrackerChoice {
  return value.startsWith('model-') ? { tracker: 'model', modelId: Number(value.slice('model-'.length)) } : { tracker: value === 'correlation' ? 'correlation' : 'flow' };
}
