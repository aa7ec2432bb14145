import type { Label } from '../model/schema';

/** The edges of a skeleton's template as pairs of sublabel ids. The template is only read as text, never put into the page. */
export function skeletonEdges(svg: string, sublabels: readonly Label[]): (readonly [number, number])[] {
  const labelOfNode = new Map<string, number>();
  for (const [tag] of svg.matchAll(/<circle\b[^>]*>/g)) {
    const node = attribute(tag, 'data-node-id');
    const id = attribute(tag, 'data-label-id');
    const name = attribute(tag, 'data-label-name');
    const label = sublabels.find((sublabel) => String(sublabel.id) === id || sublabel.name === name);
    if (node !== null && label !== undefined) labelOfNode.set(node, label.id);
  }
  return [...svg.matchAll(/<line\b[^>]*>/g)].flatMap(([tag]) => {
    const from = labelOfNode.get(attribute(tag, 'data-node-from') ?? '');
    const to = labelOfNode.get(attribute(tag, 'data-node-to') ?? '');
    return from === undefined || to === undefined ? [] : [[from, to] as const];
  });
}

function attribute(tag: string, name: string): string | null {
  return new RegExp(`\\b${name}="([^"]*)"`).exec(tag)?.[1] ?? null;
}
