import type { EditorContext } from './context';
import { canConvert, canJoin, convert, join } from './convert';
import { type Action, type Allowed, all, defineAction, writable } from './define';

const painting = (context: EditorContext): Allowed => (context.view.report.value.steps > 0 ? true : 'when.noDraft');
const hasBrush = (context: EditorContext): Allowed => (['brush', 'eraser'].includes(context.view.tool.value) ? true : 'when.noBrush');

/** What is done with masks: in the making, and as objects. */
export const maskActions: readonly Action[] = [
  defineAction({ id: 'brush.smaller', group: 'drawing', label: 'brush.smaller', keys: ['['], when: hasBrush, run: (c) => c.workbench.resizeTool(-1) }),
  defineAction({ id: 'brush.larger', group: 'drawing', label: 'brush.larger', keys: [']'], when: hasBrush, run: (c) => c.workbench.resizeTool(1) }),
  defineAction({ id: 'object.toMask', group: 'objects', label: 'object.toMask', when: all(writable, canConvert('mask')), run: (c) => convert(c, 'mask') }),
  defineAction({ id: 'object.toPolygon', group: 'objects', label: 'object.toPolygon', when: all(writable, canConvert('polygon')), run: (c) => convert(c, 'polygon') }),
  defineAction({ id: 'object.join', group: 'objects', label: 'object.join', keys: ['J'], when: all(writable, canJoin), run: join }),
  defineAction({ id: 'draft.fillHoles', group: 'drawing', label: 'draft.fillHoles', when: all(writable, painting), run: (c) => c.workbench.changeDraft('fill-holes') }),
  defineAction({ id: 'draft.keepLargest', group: 'drawing', label: 'draft.keepLargest', when: all(writable, painting), run: (c) => c.workbench.changeDraft('keep-largest') }),
];
