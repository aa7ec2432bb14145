import { t } from '../i18n/t';
import { hasRelated } from '../model/schema';
import { DEFAULT_SETTINGS } from '../model/view';
import { changeName } from './names';
import type { EditorContext } from './context';
import { type Action, all, defineAction, writable } from './define';

const ZOOM_STEP = 1.2;

function move(context: EditorContext, redo: boolean): void {
  if (redo ? context.workbench.redoDraft() : context.workbench.undoDraft()) return;
  context.workbench.cancel();
  const step = redo ? context.history.redo() : context.history.undo();
  if (step === null) return;
  context.announce(t(redo ? 'announce.redone' : 'announce.undone', { name: changeName(step.name) }));
  if (step.frame !== null && step.frame !== context.view.frame.peek()) void context.navigation.go(step.frame);
  const touched = [...step.diff.added, ...step.diff.updated.map(([, to]) => to), ...step.diff.removed].map(({ id }) => id).filter((id) => context.store.has(id));
  if (touched.length > 0) context.selection.selected.set(touched);
}

export const editActions: readonly Action[] = [
  defineAction({ id: 'edit.undo', group: 'edit', label: 'edit.undo', keys: ['Ctrl+Z'], when: all(writable, (c) => (c.history.version.value, c.history.canUndo || c.view.report.value.canUndo ? true : 'when.nothingToUndo')), run: (c) => move(c, false) }),
  defineAction({ id: 'edit.redo', group: 'edit', label: 'edit.redo', keys: ['Ctrl+Shift+Z', 'Ctrl+Y'], when: all(writable, (c) => (c.history.version.value, c.history.canRedo || c.view.report.value.canRedo ? true : 'when.nothingToRedo')), run: (c) => move(c, true) }),
  defineAction({ id: 'edit.save', group: 'edit', label: 'edit.save', keys: ['Ctrl+S'], whileTyping: true, run: (c) => c.save() }),
];

export const viewActions: readonly Action[] = [
  defineAction({ id: 'view.fit', group: 'view', label: 'view.fit', keys: ['Shift+1'], run: (c) => c.workbench.fit() }),
  defineAction({ id: 'view.actual', group: 'view', label: 'view.actual', keys: ['Shift+0'], run: (c) => c.workbench.actualSize() }),
  defineAction({ id: 'view.selection', group: 'view', label: 'view.selection', keys: ['Z'], when: (c) => (c.selection.selected.ids.value.size === 0 ? 'when.noSelection' : true), run: (c) => c.workbench.zoomToSelection() }),
  defineAction({ id: 'view.zoomIn', group: 'view', label: 'view.zoomIn', keys: ['Ctrl+=', 'Ctrl++'], run: (c) => c.workbench.zoomBy(ZOOM_STEP) }),
  defineAction({ id: 'view.zoomOut', group: 'view', label: 'view.zoomOut', keys: ['Ctrl+-'], run: (c) => c.workbench.zoomBy(1 / ZOOM_STEP) }),
  defineAction({ id: 'view.chrome', group: 'view', label: 'view.chrome', keys: ['Ctrl+\\'], run: (c) => { c.ui.chrome.value = !c.ui.chrome.peek(); } }),
  defineAction({ id: 'view.related', group: 'view', label: 'view.related', keys: ['Shift+I'], when: (c) => (hasRelated(c.job) ? true : 'when.noRelated'), run: (c) => { c.ui.relatedOpen.value = !c.ui.relatedOpen.peek(); } }),
  defineAction({ id: 'view.settings', group: 'view', label: 'view.settings', keys: ['F2'], run: (c) => toggle(c, 'settings') }),
  defineAction({ id: 'view.theme', group: 'view', label: 'view.theme', run: (c) => { c.ui.theme.value = c.ui.theme.peek() === 'dark' ? 'light' : 'dark'; } }),
  defineAction({ id: 'view.resetPicture', group: 'view', label: 'view.resetPicture', run: (c) => {
    const { brightness, contrast, saturation } = DEFAULT_SETTINGS;
    c.view.settings.value = { ...c.view.settings.peek(), brightness, contrast, saturation };
  } }),
];

export const helpActions: readonly Action[] = [
  defineAction({ id: 'help.shortcuts', group: 'help', label: 'help.shortcuts', keys: ['F1', '?'], run: (c) => toggle(c, 'help') }),
  defineAction({ id: 'help.palette', group: 'help', label: 'help.palette', keys: ['Ctrl+K'], whileTyping: true, run: (c) => toggle(c, 'palette') }),
];

export const jobActions: readonly Action[] = [
  defineAction({ id: 'job.complete', group: 'job', label: 'job.complete', when: (c) => (c.jobState.value.state === 'completed' ? 'when.completed' : true), run: (c) => c.setJob({ state: 'completed' }) }),
  defineAction({ id: 'job.reopen', group: 'job', label: 'job.reopen', when: (c) => (c.jobState.value.state === 'completed' ? true : 'when.notCompleted'), run: (c) => c.setJob({ state: 'in progress' }) }),
];

function toggle(context: EditorContext, overlay: 'help' | 'palette' | 'settings'): void {
  context.ui.overlay.value = context.ui.overlay.peek() === overlay ? null : overlay;
}
