import { accepts } from '../model/schema';
import type { DrawnKind } from '../model/drawing-options';
import type { Label } from '../model/schema';
import type { ToolId, ViewState } from '../model/view';

/** Tools that share one choice of what is drawn: painting, tracing borders, and segmenting by prompts. */
export type OutputGroup = 'paint' | 'trace' | 'smart';

/** Which of them a tool belongs to; the others make one kind of shape each. */
export const GROUP_OF: Readonly<Partial<Record<ToolId, OutputGroup>>> = { brush: 'paint', eraser: 'paint', wand: 'paint', scissors: 'trace', smart: 'smart' };

const USUAL: Readonly<Record<OutputGroup, DrawnKind>> = { paint: 'mask', trace: 'polygon', smart: 'mask' };

/** As many choices as are kept, the latest. */
const MAX_KEPT = 200;

/** What the group's tools make of the label: the one kind that it may be, or else what was chosen for it. Null when neither. */
export function outputOf(view: ViewState, label: Label | undefined, group: OutputGroup): DrawnKind | null {
  if (label === undefined) {
    return null;
  }
  const [mask, polygon] = [accepts(label, 'mask'), accepts(label, 'polygon')];
  if (mask && polygon) {
    return view.drawing.value.outputs[`${group}/${label.id}`] ?? USUAL[group];
  }
  return mask ? 'mask' : polygon ? 'polygon' : null;
}

/** Remembers what the group's tools make of the label. */
export function chooseOutput(view: ViewState, labelId: number, group: OutputGroup, kind: DrawnKind): void {
  const drawing = view.drawing.peek();
  const key = `${group}/${labelId}`;
  const others = Object.entries(drawing.outputs).filter(([name]) => name !== key);
  view.drawing.value = { ...drawing, outputs: Object.fromEntries([...others, [key, kind] as const].slice(-MAX_KEPT)) };
}

/** Whether the tool in use makes a mask of the label, which belongs to one frame and is never a track. */
export function drawsMask(view: ViewState, label: Label | undefined): boolean {
  const group = GROUP_OF[view.tool.value];
  return group !== undefined && outputOf(view, label, group) === 'mask';
}
