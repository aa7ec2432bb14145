import { html, type TemplateResult } from 'lit-html';
import type { EditorContext } from '../actions/context';
import { propagate } from '../actions/propagate';
import { t } from '../i18n/t';

/** How far the selection is carried: so many frames on or back, or up to a frame. The fields follow each other. */
export function propagateForm(context: EditorContext): TemplateResult {
  const { navigation } = context;
  const here = navigation.indexOf(context.view.frame.value);
  const last = navigation.count - 1;
  const ahead = here < last;
  const count = Math.min(10, ahead ? last - here : here);
  const fields = (form: HTMLFormElement) => ({
    count: form.elements.namedItem('count') as HTMLInputElement, to: form.elements.namedItem('to') as HTMLInputElement, direction: form.elements.namedItem('direction') as HTMLSelectElement,
  });
  const byCount = (event: Event): void => {
    const { count: frames, to, direction } = fields((event.currentTarget as HTMLInputElement).form!);
    to.valueAsNumber = Math.max(1, Math.min(navigation.count, here + 1 + (direction.value === 'back' ? -1 : 1) * (frames.valueAsNumber || 0)));
  };
  const byFrame = (event: Event): void => {
    const { count: frames, to, direction } = fields((event.currentTarget as HTMLInputElement).form!);
    if (!Number.isInteger(to.valueAsNumber)) return;
    direction.value = to.valueAsNumber - 1 < here ? 'back' : 'on';
    frames.valueAsNumber = Math.abs(to.valueAsNumber - 1 - here);
  };
  const run = (event: Event): void => {
    event.preventDefault();
    const to = fields(event.target as HTMLFormElement).to.valueAsNumber;
    if (!Number.isInteger(to) || to < 1 || to > navigation.count) return;
    context.ui.overlay.value = null;
    void propagate(context, navigation.frameAt(to - 1)).then((n) => {
      if (n > 0) context.notify('notice.propagated', { n });
    });
  };
  return html`<form class="propagate" @submit=${run}><p>${t('propagate.explain')}</p>
    <label class="field"><span class="field-name">${t('propagate.direction')}</span><select name="direction" @change=${byCount}>
      <option value="on" ?selected=${ahead} ?disabled=${!ahead}>${t('propagate.on')}</option><option value="back" ?selected=${!ahead} ?disabled=${here <= 0}>${t('propagate.back')}</option></select></label>
    <label class="field"><span class="field-name">${t('propagate.count')}</span><input type="number" name="count" autofocus required min="1" max=${Math.max(1, last)} value=${count} @input=${byCount}></label>
    <label class="field"><span class="field-name">${t('propagate.to')}</span><input type="number" name="to" required min="1" max=${navigation.count} value=${here + 1 + (ahead ? count : -count)} @input=${byFrame}></label>
    <div class="actions"><button type="submit" class="button wide primary" ?disabled=${last < 1}>${t('propagate.run')}</button></div></form>`;
}
