import type { Label } from '../model/schema';

/**
 * Where the template has the nodes, by sublabel id: 0 to 1 from the left and from the top of the box about them. Nodes that it
 * lacks stand in the middle.
 */
export function skeletonPlaces(svg: string, sublabels: readonly Label[]): ReadonlyMap<number, readonly [x: number, y: number]> {
  const found = new Map<number, [number, number]>();
  for (const [tag] of svg.matchAll(/<circle\b[^>]*>/g)) {
    const label = labelOfNode(tag, sublabels);
    const [x, y] = [Number(attribute(tag, 'cx')), Number(attribute(tag, 'cy'))];
    if (label !== undefined && Number.isFinite(x) && Number.isFinite(y)) found.set(label.id, [x, y]);
  }
  const extent = (axis: 0 | 1): [least: number, size: number] => {
    const values = [...found.values()].map((place) => place[axis]);
    const least = Math.min(...values);
    return [least, Math.max(...values) - least];
  };
  const [[left, width], [top, height]] = [extent(0), extent(1)];
  const share = (value: number, least: number, size: number): number => (size > 0 ? (value - least) / size : 0.5);
  return new Map(sublabels.map(({ id }) => {
    const place = found.get(id);
    return [id, place === undefined ? [0.5, 0.5] as const : [share(place[0], left, width), share(place[1], top, height)] as const];
  }));
}

/** The edges of a skeleton's template as pairs of sublabel ids. The template is only read as text, never put into the page. */
export function skeletonEdges(svg: string, sublabels: readonly Label[]): (readonly [number, number])[] {
  const labels = new Map<string, number>();
  for (const [tag] of svg.matchAll(/<circle\b[^>]*>/g)) {
    const node = attribute(tag, 'data-node-id');
    const label = labelOfNode(tag, sublabels);
    if (node !== null && label !== undefined) labels.set(node, label.id);
  }
  return [...svg.matchAll(/<line\b[^>]*>/g)].flatMap(([tag]) => {
    const from = labels.get(attribute(tag, 'data-node-from') ?? '');
    const to = labels.get(attribute(tag, 'data-node-to') ?? '');
    return from === undefined || to === undefined ? [] : [[from, to] as const];
  });
}

function labelOfNode(tag: string, sublabels: readonly Label[]): Label | undefined {
  const id = attribute(tag, 'data-label-id');
  const name = attribute(tag, 'data-label-name');
  return sublabels.find((sublabel) => String(sublabel.id) === id || sublabel.name === name);
}

function attribute(tag: string, name: string): string | null {
  return new RegExp(`\\b${name}="([^"]*)"`).exec(tag)?.[1] ?? null;
}
