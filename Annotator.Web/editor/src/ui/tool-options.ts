import { html, nothing, type TemplateResult } from 'lit-html';
import { live as liveValue } from 'lit-html/directives/live.js';
import type { EditorContext } from '../actions/context';
import { t, number } from '../i18n/t';
import { BRUSH_SIZES, POLYGON_TOLERANCES, type DrawingOptions } from '../model/drawing-options';
import { accepts } from '../model/schema';
import { chooseOutput, GROUP_OF, outputOf, type OutputGroup } from '../tools/output';
import { actionButton } from './action-button';
import { icon, type IconName } from './icons';

/** The bar over the canvas that goes with the tool in use: its options, what it has made so far, and how to end. */
export function toolOptions(context: EditorContext): TemplateResult | typeof nothing {
  const tool = context.view.tool.value;
  const group = GROUP_OF[tool];
  if (group === undefined || context.view.readonly.value) return nothing;
  const report = context.view.report.value;
  return html`<div class="tool-options" role="toolbar" aria-label=${t('options.title', { tool: t(`tool.${tool}`) })}>
    ${tool === 'brush' || tool === 'eraser' ? brushOptions(context) : nothing}
    ${tool === 'wand' ? wandOptions(context) : nothing}
    ${report.editing === null ? output(context, group) : html`<span class="note">${t('options.editing', { id: String(report.editing) })}</span>`}
    ${report.polygon === null ? nothing : tolerance(context, report.polygon)}
    ${group === 'paint' && report.steps > 0 ? html`<span class="cluster">${actionButton(context, 'draft.fillHoles', 'fill-holes')}${actionButton(context, 'draft.keepLargest', 'keep-largest')}</span>` : nothing}
    ${tool === 'smart' ? models(context) : nothing}
    ${report.candidate === null || report.candidate.count < 2 ? nothing : html`<button type="button" class="button wide" title=${t('options.nextCandidate')} @click=${() => context.workbench.nextCandidate(false)}>
      <span>${t('options.candidate', { n: report.candidate.index + 1, count: report.candidate.count })}</span></button>`}
    ${report.busy ? html`<span class="note" role="status">${t('options.busy')}</span>` : nothing}
    ${report.steps === 0 ? nothing : html`<span class="cluster">
      <button type="button" class="button wide primary" title="${t('options.done')} (Enter)" @click=${() => context.workbench.finish()}>${icon('check')}<span>${t('options.done')}</span></button>
      <button type="button" class="button" title="${t('options.cancel')} (Esc)" aria-label=${t('options.cancel')} @click=${() => context.workbench.cancel()}>${icon('close')}</button></span>`}
  </div>`;
}

function change(context: EditorContext, options: Partial<DrawingOptions>): void {
  context.view.drawing.value = { ...context.view.drawing.peek(), ...options };
  context.workbench.changeDraft('redraw');
}

function choice<K extends 'brushShape' | 'brushMode'>(context: EditorContext, name: K, value: DrawingOptions[K], picture: IconName, label: string): TemplateResult {
  return html`<button type="button" class="button" aria-pressed=${context.view.drawing.value[name] === value ? 'true' : 'false'} title=${label} aria-label=${label}
    @click=${() => change(context, { [name]: value })}>${icon(picture)}</button>`;
}

/** The slider is even in factors: 1 to 2 pixels is as far as 100 to 200. */
function brushOptions(context: EditorContext): TemplateResult {
  const { brushSize, brushMode } = context.view.drawing.value;
  return html`<span class="cluster">${choice(context, 'brushMode', 'stroke', 'brush', t('options.stroke'))}${choice(context, 'brushMode', 'area', 'lasso', t('options.area'))}</span>
    ${brushMode === 'area' ? nothing : html`<span class="cluster">${choice(context, 'brushShape', 'round', 'round', t('options.round'))}${choice(context, 'brushShape', 'square', 'rectangle', t('options.square'))}</span>
    <label class="inline" title="${t('options.size')} ([ ])"><span class="unseen">${t('options.size')}</span><input type="range" min="0" max="1" step="0.01" .value=${liveValue(String(Math.log(brushSize) / Math.log(BRUSH_SIZES.most)))}
      @input=${(event: Event) => change(context, { brushSize: Math.max(BRUSH_SIZES.least, Math.round(BRUSH_SIZES.most ** (event.target as HTMLInputElement).valueAsNumber)) })}>
      <output class="mono">${t('options.pixels', { n: brushSize })}</output></label>`}`;
}

function wandOptions(context: EditorContext): TemplateResult {
  const { wandTolerance } = context.view.drawing.value;
  return html`<label class="inline" title=${t('options.wandTolerance')}><span>${t('options.wandTolerance')}</span>
    <input type="range" min="0" max="128" step="1" .value=${liveValue(String(wandTolerance))} @input=${(event: Event) => change(context, { wandTolerance: (event.target as HTMLInputElement).valueAsNumber })}>
    <output class="mono">${number(wandTolerance)}</output></label>`;
}

/** Which model is asked; nothing to choose where there is none. */
function models(context: EditorContext): TemplateResult | typeof nothing {
  const all = context.models.value;
  if (all.length === 0) return nothing;
  const chosen = context.view.drawing.value.model ?? all[0]!.id;
  const choose = (event: Event) => {
    change(context, { model: (event.target as HTMLSelectElement).value });
    context.workbench.changeDraft('ask-again');
  };
  return html`<label class="inline"><span class="unseen">${t('options.model')}</span><select title=${t('options.model')} @change=${choose}>
    ${all.map(({ id, name }) => html`<option value=${id} ?selected=${id === chosen}>${name}</option>`)}
    <option value="cut" ?selected=${chosen === 'cut'}>${t('options.noModel')}</option></select></label>`;
}

/** Mask or polygon, where the label may be either. */
function output(context: EditorContext, group: OutputGroup): TemplateResult | typeof nothing {
  const label = context.schema.labelById.get(context.view.drawLabel.value ?? -1);
  const kind = outputOf(context.view, label, group);
  if (label === undefined || kind === null || !accepts(label, 'mask') || !accepts(label, 'polygon')) return nothing;
  return html`<span class="cluster" role="group" aria-label=${t('options.output')}>${(['mask', 'polygon'] as const).map((one) => html`<button type="button" class="button" aria-pressed=${one === kind ? 'true' : 'false'}
    title=${t(`options.as.${one}`)} @click=${() => { chooseOutput(context.view, label.id, group, one); context.workbench.changeDraft('redraw'); }}>${icon(one)}<span>${t(one === 'mask' ? 'options.asMask' : 'options.asPolygon')}</span></button>`)}</span>`;
}

/** Fewer vertices against truth to the mask. */
function tolerance(context: EditorContext, polygon: { readonly vertices: number; readonly iou: number }): TemplateResult {
  return html`<label class="inline" title=${t('options.tolerance')}><span class="unseen">${t('options.tolerance')}</span>
    <input type="range" min=${POLYGON_TOLERANCES.least} max=${POLYGON_TOLERANCES.most} step="0.25" .value=${liveValue(String(context.view.drawing.value.polygonTolerance))}
      @input=${(event: Event) => change(context, { polygonTolerance: (event.target as HTMLInputElement).valueAsNumber })}>
    <output class="mono">${t('options.polygon', { n: polygon.vertices, percent: number(polygon.iou * 100, 1) })}</output></label>`;
}
