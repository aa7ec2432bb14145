const DIRECTIONS = 8;
const FREE = 0;
const SOURCE = 1;
const SINK = 2;
/** In `parent`: directly on its terminal, cut off from its parent, in no tree. */
const TERMINAL = 8;
const ORPHAN = 9;
const NOBODY = 10;

/**
 * The least cut of a grid whose pixels are joined to their eight neighbours, after Boykov and Kolmogorov: two trees grow from
 * the terminals until they meet, the way found is filled, and what it cut off is taken in again where possible.
 * Capacities are whole numbers.
 */
export class MinCut {
  readonly #stride: number;
  readonly #steps: readonly number[];
  /** By cell and direction: what may still flow from the cell that way. */
  readonly #room: Int32Array;
  /** What may still flow from the source (above 0) or to the sink (below 0). */
  readonly #terminal: Int32Array;
  readonly #tree: Uint8Array;
  readonly #parent: Uint8Array;
  readonly #seen: Int32Array;
  readonly #depth: Int32Array;
  readonly #queued: Uint8Array;
  #active: number[] = [];
  #waiting: number[] = [];
  #orphans: number[] = [];
  #time = 0;

  constructor(
    readonly width: number,
    readonly height: number,
  ) {
    // A border of cells without any joints, so that no step leaves the grid.
    this.#stride = width + 2;
    const cells = this.#stride * (height + 2);
    const s = this.#stride;
    this.#steps = [1, s + 1, s, s - 1, -1, -s - 1, -s, -s + 1];
    this.#room = new Int32Array(cells * DIRECTIONS);
    this.#terminal = new Int32Array(cells);
    this.#tree = new Uint8Array(cells);
    this.#parent = new Uint8Array(cells).fill(NOBODY);
    this.#seen = new Int32Array(cells);
    this.#depth = new Int32Array(cells);
    this.#queued = new Uint8Array(cells);
  }

  /** Joins a pixel with its neighbour to the right (0), below right (1), below (2) or below left (3), both ways. */
  join(x: number, y: number, direction: 0 | 1 | 2 | 3, capacity: number): void {
    const at = this.#cell(x, y);
    this.#room[at * DIRECTIONS + direction] = capacity;
    this.#room[(at + this.#steps[direction]!) * DIRECTIONS + direction + 4] = capacity;
  }

  /** What it costs to put the pixel on the sink's side, and on the source's. */
  pull(x: number, y: number, toSource: number, toSink: number): void {
    this.#terminal[this.#cell(x, y)] = toSource - toSink;
  }

  solve(): void {
    for (let at = 0; at < this.#terminal.length; at++) {
      if (this.#terminal[at] !== 0) {
        this.#tree[at] = this.#terminal[at]! > 0 ? SOURCE : SINK;
        this.#parent[at] = TERMINAL;
        this.#depth[at] = 1;
        this.#activate(at);
      }
    }
    for (let at = this.#nextActive(); at >= 0; at = this.#nextActive()) {
      for (let met = this.#grow(at); met >= 0; met = this.#grow(at)) {
        this.#time++;
        this.#augment(at, met);
        this.#adopt();
        if (this.#tree[at] === FREE) {
          break;
        }
      }
    }
  }

  /** Whether the pixel is on the source's side of the cut. */
  isSource(x: number, y: number): boolean {
    return this.#tree[this.#cell(x, y)] === SOURCE;
  }

  #cell(x: number, y: number): number {
    return (y + 1) * this.#stride + x + 1;
  }

  #activate(at: number): void {
    if (this.#queued[at] === 0) {
      this.#queued[at] = 1;
      this.#waiting.push(at);
    }
  }

  #nextActive(): number {
    for (;;) {
      if (this.#active.length === 0) {
        if (this.#waiting.length === 0) {
          return -1;
        }
        this.#active = this.#waiting.reverse();
        this.#waiting = [];
      }
      const at = this.#active.pop()!;
      this.#queued[at] = 0;
      if (this.#tree[at] !== FREE) {
        return at;
      }
    }
  }

  /** What may flow from the cell's tree towards its neighbour: away from the source, or from the neighbour to the sink. */
  #onward(at: number, direction: number): number {
    return this.#tree[at] === SOURCE ? this.#room[at * DIRECTIONS + direction]! : this.#room[(at + this.#steps[direction]!) * DIRECTIONS + (direction ^ 4)]!;
  }

  /** Takes free neighbours into the cell's tree; the direction in which the other tree was met, or -1. */
  #grow(at: number): number {
    for (let direction = 0; direction < DIRECTIONS; direction++) {
      if (this.#onward(at, direction) === 0) {
        continue;
      }
      const to = at + this.#steps[direction]!;
      if (this.#tree[to] === FREE) {
        this.#tree[to] = this.#tree[at]!;
        this.#parent[to] = direction ^ 4;
        this.#seen[to] = this.#seen[at]!;
        this.#depth[to] = this.#depth[at]! + 1;
        this.#activate(to);
      } else if (this.#tree[to] !== this.#tree[at]) {
        return direction;
      }
    }
    return -1;
  }

  #augment(at: number, met: number): void {
    const other = at + this.#steps[met]!;
    const [from, to, direction] = this.#tree[at] === SOURCE ? [at, other, met] : [other, at, met ^ 4];
    let flow = this.#room[from * DIRECTIONS + direction]!;
    flow = this.#least(from, SOURCE, flow);
    flow = this.#least(to, SINK, flow);
    this.#push(from, direction, flow);
    this.#fill(from, SOURCE, flow);
    this.#fill(to, SINK, flow);
  }

  #least(at: number, tree: number, flow: number): number {
    for (; this.#parent[at] !== TERMINAL; at += this.#steps[this.#parent[at]!]!) {
      const up = this.#parent[at]!;
      const room = tree === SOURCE ? this.#room[(at + this.#steps[up]!) * DIRECTIONS + (up ^ 4)]! : this.#room[at * DIRECTIONS + up]!;
      flow = Math.min(flow, room);
    }
    return Math.min(flow, Math.abs(this.#terminal[at]!));
  }

  #fill(at: number, tree: number, flow: number): void {
    while (this.#parent[at] !== TERMINAL) {
      const up = this.#parent[at]!;
      const above = at + this.#steps[up]!;
      const left = tree === SOURCE ? this.#push(above, up ^ 4, flow) : this.#push(at, up, flow);
      if (left === 0) {
        this.#orphan(at);
      }
      at = above;
    }
    this.#terminal[at]! += tree === SOURCE ? -flow : flow;
    if (this.#terminal[at] === 0) {
      this.#orphan(at);
    }
  }

  /** Lets it flow; returns the room that is left. */
  #push(at: number, direction: number, flow: number): number {
    this.#room[(at + this.#steps[direction]!) * DIRECTIONS + (direction ^ 4)]! += flow;
    return (this.#room[at * DIRECTIONS + direction]! -= flow);
  }

  #orphan(at: number): void {
    this.#parent[at] = ORPHAN;
    this.#orphans.push(at);
  }

  #adopt(): void {
    for (let i = 0; i < this.#orphans.length; i++) {
      const at = this.#orphans[i]!;
      const tree = this.#tree[at]!;
      let [best, bestDepth] = [-1, Infinity];
      for (let direction = 0; direction < DIRECTIONS; direction++) {
        const other = at + this.#steps[direction]!;
        if (this.#tree[other] === tree && this.#onward(other, direction ^ 4) > 0) {
          const depth = this.#depthOf(other);
          if (depth < bestDepth) {
            [best, bestDepth] = [direction, depth];
          }
        }
      }
      if (best >= 0) {
        this.#parent[at] = best;
        this.#seen[at] = this.#time;
        this.#depth[at] = bestDepth + 1;
        continue;
      }
      for (let direction = 0; direction < DIRECTIONS; direction++) {
        const other = at + this.#steps[direction]!;
        if (this.#tree[other] === tree) {
          if (this.#onward(other, direction ^ 4) > 0) {
            this.#activate(other);
          }
          if (this.#parent[other] === (direction ^ 4)) {
            this.#orphan(other);
          }
        }
      }
      this.#tree[at] = FREE;
      this.#parent[at] = NOBODY;
    }
    this.#orphans.length = 0;
  }

  /** Steps to the terminal; infinite when an orphan is in the way. What was found out in this round is not looked up again. */
  #depthOf(start: number): number {
    let depth = 0;
    for (let at = start; ; at += this.#steps[this.#parent[at]!]!) {
      if (this.#seen[at] === this.#time) {
        depth += this.#depth[at]!;
        break;
      }
      if (this.#parent[at]! >= ORPHAN) {
        return Infinity;
      }
      depth++;
      if (this.#parent[at] === TERMINAL) {
        break;
      }
    }
    let left = depth;
    for (let at = start; this.#seen[at] !== this.#time; at += this.#steps[this.#parent[at]!]!) {
      this.#seen[at] = this.#time;
      this.#depth[at] = left--;
      if (this.#parent[at] === TERMINAL) {
        break;
      }
    }
    return depth;
  }
}
