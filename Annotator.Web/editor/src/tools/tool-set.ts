import { BoxTool } from './box-tool';
import { BrushTool } from './brush-tool';
import { ChainTool } from './chain-tool';
import { MaskSession } from './mask-session';
import { RotatedRectangleTool } from './rotated-rectangle-tool';
import { ScissorsTool } from './scissors-tool';
import { SelectTool } from './select-tool';
import { SmartTool } from './smart-tool';
import { WandTool } from './wand-tool';
import type { ToolId } from '../model/view';
import type { Tool, ToolContext } from './tool';

export function makeTools(context: ToolContext): Readonly<Record<ToolId, Tool>> {
  const session = new MaskSession(context);
  return {
    select: new SelectTool(context),
    rectangle: new BoxTool(context, 'rectangle'),
    'rotated-rectangle': new RotatedRectangleTool(context),
    polygon: new ChainTool(context, 'polygon'),
    polyline: new ChainTool(context, 'polyline'),
    points: new ChainTool(context, 'points'),
    brush: new BrushTool(context, session, false),
    eraser: new BrushTool(context, session, true),
    ellipse: new BoxTool(context, 'ellipse'),
    cuboid: new BoxTool(context, 'cuboid'),
    skeleton: new BoxTool(context, 'skeleton'),
    wand: new WandTool(context, session),
    scissors: new ScissorsTool(context),
    smart: new SmartTool(context),
  };
}
