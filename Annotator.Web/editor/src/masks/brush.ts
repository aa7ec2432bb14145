/** Called for each row of pixels that is touched: from <= x < to. */
export type RunSink = (y: number, from: number, to: number) => void;

export type BrushShape = 'round' | 'square';

/**
 * The pixels whose centres a brush of the given diameter covers while it moves straight from a to b. Rows come in rising
 * order, one run each, not cut at the image. A brush of one pixel leaves no gaps.
 */
export function sweep(shape: BrushShape, diameter: number, ax: number, ay: number, bx: number, by: number, sink: RunSink): void {
  if (diameter < 3) {
    // So small, the brush is on whole pixels: otherwise it would fall between their centres.
    [ax, ay, bx, by] = [Math.floor(ax) + 0.5, Math.floor(ay) + 0.5, Math.floor(bx) + 0.5, Math.floor(by) + 0.5];
  }
  const radius = Math.max(0.5, diameter / 2);
  const rowOf = shape === 'round' ? roundRow : squareRow;
  const first = Math.ceil(Math.min(ay, by) - radius - 0.5);
  const last = Math.floor(Math.max(ay, by) + radius - 0.5);
  for (let y = first; y <= last; y++) {
    const [min, max] = rowOf(radius, ax, ay, bx, by, y + 0.5);
    const from = Math.ceil(min - 0.5 - 1e-9);
    const to = Math.floor(max - 0.5 + 1e-9) + 1;
    if (to > from) {
      sink(y, from, to);
    }
  }
}

/** Where the line at height y cuts two discs and the band between them: one piece, because together they are convex. */
function roundRow(radius: number, ax: number, ay: number, bx: number, by: number, y: number): [number, number] {
  let [min, max] = [Infinity, -Infinity];
  const take = (x: number) => {
    min = Math.min(min, x);
    max = Math.max(max, x);
  };
  for (const [cx, cy] of [[ax, ay], [bx, by]] as const) {
    const half = radius * radius - (y - cy) ** 2;
    if (half >= 0) {
      take(cx - Math.sqrt(half));
      take(cx + Math.sqrt(half));
    }
  }
  const length = Math.hypot(bx - ax, by - ay);
  if (length > 0) {
    const [nx, ny] = [(-(by - ay) / length) * radius, ((bx - ax) / length) * radius];
    for (const side of [1, -1]) {
      const [fromY, toY] = [ay + side * ny, by + side * ny];
      if (fromY !== toY && (y - fromY) * (y - toY) <= 0) {
        take(ax + side * nx + ((bx - ax) * (y - fromY)) / (toY - fromY));
      }
    }
  }
  return [min, max];
}

function squareRow(radius: number, ax: number, ay: number, bx: number, by: number, y: number): [number, number] {
  if (ay === by) {
    return [Math.min(ax, bx) - radius, Math.max(ax, bx) + radius];
  }
  const at = (height: number) => Math.min(1, Math.max(0, (height - ay) / (by - ay)));
  const [one, other] = [ax + (bx - ax) * at(y - radius), ax + (bx - ax) * at(y + radius)];
  return [Math.min(one, other) - radius, Math.max(one, other) + radius];
}
