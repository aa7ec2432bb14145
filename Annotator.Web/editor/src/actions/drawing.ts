import type { MessageKey } from '../i18n/t';
import type { ShapeKind } from '../model/records';
import { accepts, type Label } from '../model/schema';
import { TOOL_IDS, type ToolId } from '../model/view';
import type { EditorContext } from './context';
import { type Action, type Allowed, all, defineAction, writable } from './define';
import { shownKey } from './keys';

const TOOL_KEYS: Readonly<Partial<Record<ToolId, string>>> = {
  rectangle: 'B', 'rotated-rectangle': 'Shift+B', polygon: 'P', polyline: 'Shift+P', points: 'T', ellipse: 'Y', cuboid: 'U', skeleton: 'Shift+U', brush: 'M', eraser: 'X', wand: 'W', scissors: 'Shift+S', smart: 'S',
};

const KINDS: Readonly<Record<ToolId, readonly ShapeKind[]>> = {
  select: [], rectangle: ['rectangle'], 'rotated-rectangle': ['rectangle'], polygon: ['polygon'], polyline: ['polyline'], points: ['points'], ellipse: ['ellipse'], cuboid: ['cuboid'], skeleton: ['skeleton'],
  brush: ['mask', 'polygon'], eraser: ['mask', 'polygon'], wand: ['mask', 'polygon'], scissors: ['polygon', 'mask'], smart: ['mask', 'polygon'],
};

/** The kinds of shape a tool can make, the usual one first; none for the tool that makes none. */
export function kindsOfTool(tool: ToolId): readonly ShapeKind[] {
  return KINDS[tool];
}

export function labelsFor(context: EditorContext, tool: ToolId): readonly Label[] {
  return context.schema.labels.filter((label) => KINDS[tool].some((kind) => accepts(label, kind)));
}

/** The first drawing tool that a label fits, and its key; null where there is none. */
export function firstTool(context: EditorContext, makes: (kind: ShapeKind) => boolean = () => true): { readonly tool: ToolId; readonly key: string } | null {
  const tool = TOOL_IDS.find((id) => KINDS[id].some(makes) && labelsFor(context, id).length > 0);
  const key = tool === undefined ? undefined : TOOL_KEYS[tool];
  return tool === undefined || key === undefined ? null : { tool, key: shownKey(key) };
}

/** Arms a tool; when the chosen label does not fit it, the first that does is chosen. */
export function arm(context: EditorContext, tool: ToolId): void {
  context.view.redraw.value = null;
  const fitting = labelsFor(context, tool);
  const label = context.view.drawLabel.peek();
  if (fitting.length > 0 && !fitting.some(({ id }) => id === label)) context.view.drawLabel.value = fitting[0]!.id;
  context.view.tool.value = tool;
  if (tool !== 'select') lastTool.set(context, tool);
}

/** Their second corner is pressed like the first, so that Enter sets it where the cursor is. */
const BOX_TOOLS: ReadonlySet<ToolId> = new Set(['rectangle', 'ellipse', 'cuboid', 'skeleton']);

/** A draft of more points than this is not thrown away without asking. */
const MAX_UNASKED = 20;

const lastTool = new WeakMap<EditorContext, ToolId>();

function fits(tool: ToolId): (context: EditorContext) => Allowed {
  return (context) => (labelsFor(context, tool).length === 0 ? 'when.noLabelFits' : true);
}

function again(context: EditorContext): void {
  if (context.workbench.drafting) context.workbench.finish();
  else arm(context, lastTool.get(context) ?? TOOL_IDS[1]);
}

function escape(context: EditorContext): void {
  if (context.ui.overlay.peek() !== null) context.ui.overlay.value = null;
  else if (context.workbench.draftPoints > MAX_UNASKED && !context.ui.discard.peek()) context.ui.discard.value = true;
  else if (context.workbench.cancel()) context.ui.discard.value = false;
  else if (context.view.tool.peek() !== 'select') backToSelect(context);
  else if (context.selection.gathered.peek() !== null) context.selection.gathered.value = null;
  else if (context.selection.only.peek() !== null) context.selection.only.value = null;
  else context.selection.selected.clear();
}

function backToSelect(context: EditorContext): void {
  context.view.redraw.value = null;
  context.view.tool.value = 'select';
}

export const drawingActions: readonly Action[] = [
  defineAction({ id: 'tool.select', group: 'tools', label: 'tool.select', run: (c) => { if (c.view.tool.peek() === 'select') c.workbench.cancel(); else backToSelect(c); } }),
  ...TOOL_IDS.filter((tool) => tool !== 'select').map((tool) => defineAction({
    id: `tool.${tool}`, group: 'tools', label: `tool.${tool}` as MessageKey, keys: TOOL_KEYS[tool] === undefined ? [] : [TOOL_KEYS[tool]],
    when: all(writable, fits(tool)), run: (c) => arm(c, tool),
  })),
  defineAction({ id: 'draw.again', group: 'drawing', label: 'draw.finish', keys: ['N'], when: writable, run: again }),
  defineAction({ id: 'draw.tracks', group: 'drawing', label: 'draw.tracks', keys: ['Alt+T'], when: writable, run: (c) => { c.view.drawTracks.value = !c.view.drawTracks.peek(); } }),
  defineAction({ id: 'draw.enter', group: 'drawing', label: 'draw.enter', keys: ['Enter'], onCanvas: true, run: (c) => c.workbench.drafting && !BOX_TOOLS.has(c.view.tool.peek()) && c.workbench.finish() ? undefined : c.workbench.pressAtCursor() }),
  defineAction({ id: 'draw.cancel', group: 'drawing', label: 'draw.cancel', keys: ['Escape'], whileTyping: true, run: escape }),
  defineAction({ id: 'draw.stepBack', group: 'drawing', label: 'draw.stepBack', keys: ['Backspace'], onCanvas: true, when: (c) => (c.workbench.drafting || c.workbench.vertexPicked ? true : 'when.noDraft'), run: (c) => (c.workbench.drafting ? c.workbench.stepBack() : c.workbench.deleteVertex()) }),
];
