import { effect } from '@preact/signals-core';
import { html, nothing, type TemplateResult } from 'lit-html';
import { actionOf } from '../actions/catalogue';
import type { EditorContext } from '../actions/context';
import { actionLabel, allowed, perform } from '../actions/define';
import { attributesHere, poseHere, setAttribute } from '../actions/edit';
import { shownKey } from '../actions/keys';
import { t } from '../i18n/t';
import type { Id } from '../model/records';
import { icon } from './icons';
import { live, region } from './live';
import { laneSection } from './timeline-menu';

/** An entry of the menu: an action of the catalogue, or a value that is switched. */
export interface MenuItem {
  readonly text: string;
  readonly key?: string;
  /** Why it cannot be chosen now. */
  readonly refusal?: string;
  /** On, off, or on for some of the selection; absent when it is not switched. */
  readonly checked?: boolean | 'mixed';
  readonly danger?: boolean;
  readonly run: () => void;
}

const VERTEX = ['vertex.delete'];
const OBJECT = [
  ['object.copy', 'object.cut', 'object.duplicate'],
  ['object.front', 'object.up', 'object.down', 'object.back'],
  ['object.lock', 'object.hide', 'object.pin', 'object.solo'],
  ['object.redraw', 'track.merge', 'track.propagate', 'track.follow', 'object.group', 'object.ungroup'],
  ['view.selection', 'object.selectSame'],
  ['object.delete'],
];
const CONVERT = ['object.toMask', 'object.toPolygon', 'object.join'];
const TRACK = ['object.keyframe', 'object.outside', 'object.previousKeyframe', 'object.nextKeyframe', 'track.split', 'track.toShapes'];
/** In a lane, the picture's own things are far away. */
const LANE = [['object.keyframe', 'object.outside', 'object.occluded', 'track.toShapes'], ['track.merge', 'track.propagate', 'track.follow', 'object.group', 'object.ungroup'], ['object.lock', 'object.hide', 'object.solo', 'object.delete']];
const CANVAS = [
  ['draw.again', 'label.search'],
  ['object.paste', 'object.selectAll'],
  ['object.lockAll', 'object.hideAll'],
  ['view.fit', 'view.actual', 'view.settings'],
];

/** What can be done with the picked vertex, the selection, or the canvas when nothing is selected; in groups. */
export function menuSections(context: EditorContext): MenuItem[][] {
  const ids = [...context.selection.selected.ids.value].filter((id) => context.store.has(id));
  if (ids.length === 0) return CANVAS.map((section) => section.map((id) => itemOf(context, id)));
  const lane = context.ui.menu.value?.lane;
  const records = ids.map((id) => context.store.get(id)!);
  const tracks = records.some(({ type }) => type === 'track');
  const shapes = records.some(({ type }) => type === 'shape');
  if (lane !== undefined) return [laneSection(context, lane), ...LANE.map((section) => section.map((id) => itemOf(context, id)))];
  const sections = [
    ...(context.workbench.vertexPicked ? [VERTEX.map((id) => itemOf(context, id))] : []),
    [itemOf(context, 'label.search'), ...switches(context, ids)],
    ...(tracks ? [TRACK.map((id) => itemOf(context, id))] : []),
    ...(shapes ? [[itemOf(context, 'track.fromShapes')]] : []),
    // Left out rather than grey: the menu is long, and most objects can be neither.
    CONVERT.map((id) => itemOf(context, id)).filter(({ refusal }) => refusal === undefined),
    ...OBJECT.map((section) => section.map((id) => itemOf(context, id))),
  ];
  return sections.filter((section) => section.length > 0);
}

function itemOf(context: EditorContext, id: string): MenuItem {
  const action = actionOf(id);
  const may = allowed(action, context);
  const key = action.keys[0];
  return {
    text: actionLabel(action),
    ...(key === undefined ? {} : { key: shownKey(key) }),
    ...(may === true ? {} : { refusal: t(may) }),
    ...(id === 'object.delete' ? { danger: true } : {}),
    run: () => void perform(action, context),
  };
}

/** Occluded, and the yes-or-no attributes of the selection's one label. */
function switches(context: EditorContext, ids: readonly Id[]): MenuItem[] {
  const occluded = { ...itemOf(context, 'object.occluded'), checked: allOf(ids.map((id) => poseHere(context, id)?.occluded ?? false)) };
  const records = ids.map((id) => context.store.get(id)!);
  const labels = new Set(records.map(({ labelId }) => labelId));
  const label = labels.size === 1 ? context.schema.labelById.get(records[0]!.labelId) : undefined;
  const refusal = context.view.readonly.value ? { refusal: t('when.readonly') } : {};
  return [occluded, ...(label?.attributes ?? []).filter(({ inputType }) => inputType === 'checkbox').map((spec): MenuItem => {
    const checked = allOf(records.map((rec) => (attributesHere(context, rec)[spec.id] ?? spec.defaultValue) === 'true'));
    return { text: spec.name, checked, ...refusal, run: () => setAttribute(context, ids, spec, String(checked !== true)) };
  })];
}

function allOf(values: readonly boolean[]): boolean | 'mixed' {
  return values.every((value) => value) ? true : values.some((value) => value) ? 'mixed' : false;
}

/** Keeps the menu in the stage: at the pointer, moved so far that it is whole in view, with the focus in it. */
export function mountContextMenu(stage: HTMLElement, context: EditorContext): () => void {
  const host = region('div', 'menu-host');
  stage.append(host);
  const close = (): void => {
    context.ui.menu.value = null;
  };
  const outside = (event: Event): void => {
    if (context.ui.menu.peek() !== null && event.target instanceof Node && !host.contains(event.target)) close();
  };
  const stops = [
    live(host, () => (context.ui.menu.value === null ? nothing : menu(context, close))),
    effect(() => {
      const at = context.ui.menu.value;
      if (at !== null) place(host, stage, at);
    }),
  ];
  document.addEventListener('pointerdown', outside, true);
  document.addEventListener('wheel', outside, { capture: true, passive: true });
  window.addEventListener('blur', close);
  return () => {
    document.removeEventListener('pointerdown', outside, true);
    document.removeEventListener('wheel', outside, true);
    window.removeEventListener('blur', close);
    for (const stop of stops) stop();
    host.remove();
  };
}

function place(host: HTMLElement, stage: HTMLElement, { x, y }: { readonly x: number; readonly y: number }): void {
  const box = host.querySelector<HTMLElement>('[role="menu"]')!;
  box.style.left = `${Math.max(0, Math.min(x, stage.clientWidth - box.offsetWidth - 4))}px`;
  box.style.top = `${Math.max(0, Math.min(y, stage.clientHeight - box.offsetHeight - 4))}px`;
  box.querySelector<HTMLElement>('button')?.focus();
}

function menu(context: EditorContext, close: () => void): TemplateResult {
  return html`<div class="menu" role="menu" aria-label=${t('menu.title')} @keydown=${(event: KeyboardEvent) => onKey(context, event, close)} @contextmenu=${(event: Event) => event.preventDefault()}>
    ${menuSections(context).map((section, i) => html`${i === 0 ? '' : html`<hr role="separator">`}${section.map((item) => entry(context, item, close))}`)}</div>`;
}

function entry(context: EditorContext, item: MenuItem, close: () => void): TemplateResult {
  const choose = (): void => {
    if (item.refusal !== undefined) return;
    close();
    context.workbench.element.focus({ preventScroll: true });
    item.run();
  };
  return html`<button type="button" tabindex="-1" role=${item.checked === undefined ? 'menuitem' : 'menuitemcheckbox'} aria-checked=${item.checked === undefined ? nothing : String(item.checked)}
    aria-disabled=${item.refusal === undefined ? 'false' : 'true'} title=${item.refusal ?? ''} ?data-danger=${item.danger ?? false} @click=${choose}
    @pointermove=${(event: Event) => (event.currentTarget as HTMLElement).focus({ preventScroll: true })}>
    <span class="tick">${item.checked === true ? icon('check') : item.checked === 'mixed' ? '–' : ''}</span><span class="name">${item.text}</span>${item.key === undefined ? '' : html`<kbd>${item.key}</kbd>`}</button>`;
}

/** While the menu is open all keys are its own: no shortcut may change what it was opened for. */
function onKey(context: EditorContext, event: KeyboardEvent, close: () => void): void {
  event.stopPropagation();
  const items = [...(event.currentTarget as HTMLElement).querySelectorAll<HTMLElement>('button')];
  const at = items.indexOf(document.activeElement as HTMLElement);
  const to = (index: number): void => {
    event.preventDefault();
    items[(index + items.length) % items.length]?.focus();
  };
  if (event.key === 'ArrowDown') to(at + 1);
  else if (event.key === 'ArrowUp') to(at < 0 ? -1 : at - 1);
  else if (event.key === 'Home') to(0);
  else if (event.key === 'End') to(-1);
  else if (event.key === 'Escape' || event.key === 'Tab') {
    event.preventDefault();
    close();
    context.workbench.element.focus({ preventScroll: true });
  } else if (event.key.length === 1 && event.key !== ' ') {
    const starts = (item: HTMLElement): boolean => item.textContent.trim().toLowerCase().startsWith(event.key.toLowerCase());
    const next = [...items.slice(at + 1), ...items.slice(0, at + 1)].find(starts);
    if (next !== undefined) to(items.indexOf(next));
  }
}
