import { ChainTool } from './chain-tool';
import { RectangleTool } from './rectangle-tool';
import { RotatedRectangleTool } from './rotated-rectangle-tool';
import { SelectTool } from './select-tool';
import type { ToolId } from '../model/view';
import type { Tool, ToolContext } from './tool';

export function makeTools(context: ToolContext): Readonly<Record<ToolId, Tool>> {
  return {
    select: new SelectTool(context),
    rectangle: new RectangleTool(context),
    'rotated-rectangle': new RotatedRectangleTool(context),
    polygon: new ChainTool(context, 'polygon'),
    polyline: new ChainTool(context, 'polyline'),
    points: new ChainTool(context, 'points'),
  };
}
