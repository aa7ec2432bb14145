import { html, nothing, type TemplateResult } from 'lit-html';
import type { EditorContext, Theme } from '../actions/context';
import { message, t, type MessageKey } from '../i18n/t';
import { DEFAULT_SETTINGS, type ColorBy, type ViewSettings } from '../model/view';

/** Small panels under the header that leave the canvas usable: appearance, and the job's stage and state. */
export function popover(context: EditorContext): TemplateResult | typeof nothing {
  if (context.ui.overlay.value === 'settings') return settings(context);
  if (context.ui.overlay.value === 'job') return jobMenu(context);
  return nothing;
}

type Ranged = 'brightness' | 'contrast' | 'saturation' | 'fillOpacity' | 'selectedFillOpacity';
type Switch = 'snap' | 'showLabels' | 'crosshair' | 'showPixelGrid' | 'keepTool' | 'onionSkin' | 'allowOutside';

function change(context: EditorContext, settings: Partial<ViewSettings>): void {
  context.view.settings.value = { ...context.view.settings.peek(), ...settings };
}

function settings(context: EditorContext): TemplateResult {
  const now = context.view.settings.value;
  const slider = (name: Ranged, label: MessageKey, max: number): TemplateResult => html`<label class="field"><span class="field-name">${t(label)}</span>
    <input type="range" min="0" max=${max} step="0.05" .value=${String(now[name])} @input=${(event: Event) => change(context, { [name]: (event.target as HTMLInputElement).valueAsNumber })}>
    <output class="mono">${Math.round(now[name] * 100)} %</output></label>`;
  const check = (name: Switch, label: MessageKey): TemplateResult => html`<label class="field check"><span class="field-name">${t(label)}</span>
    <input type="checkbox" .checked=${now[name]} @change=${(event: Event) => change(context, { [name]: (event.target as HTMLInputElement).checked })}></label>`;
  const count = (name: 'trackFrames' | 'frameStep' | 'imageRate', label: MessageKey, least: number, most: number): TemplateResult => html`<label class="field"><span class="field-name">${t(label)}</span>
    <input type="number" min=${least} max=${most} .value=${String(now[name])} @change=${(event: Event) => {
      const wanted = (event.target as HTMLInputElement).valueAsNumber;
      if (wanted >= least && wanted <= most) change(context, { [name]: Math.round(wanted) });
    }}></label>`;
  const { brightness, contrast, saturation } = DEFAULT_SETTINGS;
  return html`<section class="popover" aria-label=${t('settings.appearance')}>
    <h2>${t('settings.picture')}<button type="button" class="button wide" title=${t('view.resetPicture')} @click=${() => change(context, { brightness, contrast, saturation })}>${t('settings.reset')}</button></h2>
    ${slider('brightness', 'settings.brightness', 2)}${slider('contrast', 'settings.contrast', 2)}${slider('saturation', 'settings.saturation', 2)}
    <h2>${t('settings.appearance')}</h2>
    <label class="field"><span class="field-name">${t('settings.colorBy')}</span><select @change=${(event: Event) => change(context, { colorBy: (event.target as HTMLSelectElement).value as ColorBy })}>
      ${(['label', 'instance', 'group'] as const).map((by) => html`<option value=${by} ?selected=${now.colorBy === by}>${t(`settings.color.${by}`)}</option>`)}</select></label>
    ${slider('fillOpacity', 'settings.opacity', 1)}${slider('selectedFillOpacity', 'settings.selectedOpacity', 1)}
    ${check('showLabels', 'settings.showLabels')}${check('crosshair', 'settings.crosshair')}${check('showPixelGrid', 'settings.pixelGrid')}
    ${check('snap', 'settings.snap')}${check('keepTool', 'settings.keepTool')}${check('onionSkin', 'settings.onionSkin')}${check('allowOutside', 'settings.allowOutside')}
    ${count('trackFrames', 'settings.trackFrames', 0, 100_000)}${count('frameStep', 'settings.frameStep', 2, 1000)}${count('imageRate', 'settings.imageRate', 1, 60)}
    <label class="field"><span class="field-name">${t('settings.theme')}</span><select @change=${(event: Event) => { context.ui.theme.value = (event.target as HTMLSelectElement).value as Theme; }}>
      ${(['system', 'light', 'dark', 'contrast'] as const).map((theme) => html`<option value=${theme} ?selected=${context.ui.theme.value === theme}>${t(`settings.theme.${theme}`)}</option>`)}</select></label>
  </section>`;
}

const STAGES = ['annotation', 'validation', 'acceptance'];
const STATES = ['new', 'in progress', 'completed', 'rejected'];

function jobMenu(context: EditorContext): TemplateResult {
  const now = context.jobState.value;
  const field = (name: 'stage' | 'state', words: readonly string[]): TemplateResult => html`<label class="field"><span class="field-name">${t(`job.${name}`)}</span>
    <select @change=${(event: Event) => context.setJob({ [name]: (event.target as HTMLSelectElement).value })}>
      ${words.map((word) => html`<option value=${word} ?selected=${now[name] === word}>${message(`${name}.${word}`)}</option>`)}</select></label>`;
  return html`<section class="popover" aria-label=${t('group.job')}>${field('stage', STAGES)}${field('state', STATES)}</section>`;
}
