import { html, type TemplateResult } from 'lit-html';
import type { EditorContext } from '../actions/context';
import { labelName } from '../actions/names';
import { message, t } from '../i18n/t';
import type { TrayItem } from '../sync/entry';
import { exportTray, useMine } from '../sync/tray';

export interface TraySource {
  readonly items: () => readonly TrayItem[];
  readonly dismiss: (id: string) => void;
}

/** Changes that were not simply applied: what I did, what stands, and what to do about it. */
export function trayView(context: EditorContext, source: TraySource): TemplateResult {
  const items = source.items();
  return html`<ul class="tray">${items.map((item) => html`<li>
    <p>${sentence(context, item)}</p>
    ${item.fields.map((field) => html`<dl class="facts"><div><dt>${t('tray.mine')}: ${field}</dt><dd class="mono">${valueText(context, field, item.op.set?.[field])}</dd></div>
      <div><dt>${t('tray.theirs')}</dt><dd class="mono">${item.theirs === null ? t('tray.gone') : valueText(context, field, item.theirs[field])}</dd></div></dl>`)}
    <div class="cluster">
      <button type="button" class="button wide primary" @click=${() => mine(context, source, item)}>${t(item.kind === 'conflict' ? 'tray.useMine' : 'tray.again')}</button>
      <button type="button" class="button wide" @click=${() => source.dismiss(item.id)}>${t(item.kind === 'conflict' ? 'tray.keepTheirs' : 'tray.discard')}</button>
      <button type="button" class="button wide" @click=${() => show(context, item)}>${t('tray.show')}</button>
    </div></li>`)}</ul>
    <footer><button type="button" class="button wide" @click=${() => download(items)}>${t('tray.export')}</button></footer>`;
}

function sentence(context: EditorContext, item: TrayItem): string {
  const labelId = Number((item.theirs ?? item.op.set ?? item.op.before)?.['label_id'] ?? 0);
  const object = `${labelName(context.schema, labelId)} ${item.op.id}`;
  if (item.kind === 'rejected') return t('tray.rejected', { object, reason: item.reason });
  return item.op.op === 'remove' ? t('tray.conflictRemove', { object }) : t('tray.conflict', { object, fields: item.fields.join(', ') });
}

function valueText(context: EditorContext, field: string, value: unknown): string {
  if (field === 'label_id') return labelName(context.schema, Number(value));
  if (field === 'attributes' && Array.isArray(value)) {
    return (value as { spec_id: number; value: string }[]).map((one) => `${context.schema.attributeById.get(one.spec_id)?.name ?? one.spec_id}: ${one.value}`).join(', ');
  }
  const text = JSON.stringify(value) ?? message('tray.gone');
  return text.length > 80 ? `${text.slice(0, 79)}…` : text;
}

function mine(context: EditorContext, source: TraySource, item: TrayItem): void {
  if (!useMine(context.store, item, 'use mine', context.ids)) context.notify('notice.nothingToUse');
  source.dismiss(item.id);
  if (source.items().length === 0) context.ui.overlay.value = null;
}

function show(context: EditorContext, item: TrayItem): void {
  context.ui.overlay.value = null;
  const frame = Number((item.theirs ?? item.op.set)?.['frame'] ?? context.view.frame.peek());
  void context.navigation.go(frame).then(() => {
    if (!context.store.has(item.op.id)) return;
    context.selection.selected.set([item.op.id]);
    context.workbench.reveal(item.op.id);
  });
}

function download(items: readonly TrayItem[]): void {
  const link = document.createElement('a');
  link.href = URL.createObjectURL(exportTray(items));
  link.download = 'annotator-unsaved-changes.json';
  link.click();
  URL.revokeObjectURL(link.href);
}
