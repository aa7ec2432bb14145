import { expect, test } from 'vitest';
import type { Label } from '../model/schema';
import { skeletonEdges } from './skeleton-svg';

const node = (id: number, name: string): Label => ({ id, name, color: '#000000', type: 'points', attributes: [], sublabels: [], edges: [] });

test('edges join sublabels, whether the template names them by id or by name', () => {
  const svg = '<line x1="1" data-type="edge" data-node-from="1" data-node-to="2"></line>'
    + '<circle r="1" data-type="element node" data-node-id="1" data-label-id="11"></circle><circle data-node-id="2" data-label-name="tail"></circle>'
    + '<line data-node-from="2" data-node-to="9"></line>';
  expect(skeletonEdges(svg, [node(11, 'head'), node(12, 'tail')])).toEqual([[11, 12]]);
});
