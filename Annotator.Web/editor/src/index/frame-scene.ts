import RBush from 'rbush';
import { EMPTY_BOX, boxIsEmpty, boxesMeet } from '../geometry/box';
import { touched } from '../model/diff';
import { SHAPES } from '../shapes/kinds';
import { poseOf } from '../tracks/pose';
import type { Box } from '../geometry/box';
import type { Id } from '../model/records';
import type { Change, Store } from '../model/store';
import type { Selection } from '../model/selection';
import type { Pose } from '../tracks/pose';

/** An entry of the spatial index. */
export interface SceneItem extends Box {
  readonly id: Id;
  readonly pose: Pose;
  /** Square pixels, for "the smallest hit wins". */
  readonly area: number;
}

/** The R-tree's own nodes, as it hands them out. */
interface TreeNode extends Box {
  readonly leaf: boolean;
  readonly children: readonly (TreeNode | SceneItem)[];
}

/** What became different on the frame that is shown. `whole` when it is another frame or everything may be new. */
export interface SceneChange {
  readonly whole: boolean;
  /** Ids that came, went, or were changed; empty when `whole`. */
  readonly ids: readonly Id[];
}

/**
 * The objects of one frame as they stand there, with a spatial index. It follows the store by diffs, and the frame and what
 * is hidden when it is told.
 */
export class FrameScene {
  readonly #items = new Map<Id, SceneItem>();
  readonly #tree = new RBush<SceneItem>(12);
  readonly #listeners = new Set<(change: SceneChange) => void>();
  readonly #stop: () => void;
  #frame = -1;
  #deleted: ReadonlySet<number> = new Set();

  constructor(
    private readonly store: Store,
    private readonly selection: Selection,
  ) {
    this.#stop = store.listen((change) => this.#follow(change));
  }

  get frame(): number {
    return this.#frame;
  }

  /** Number of objects shown. */
  get size(): number {
    return this.#items.size;
  }

  get(id: Id): SceneItem | undefined {
    return this.#items.get(id);
  }

  items(): IterableIterator<SceneItem> {
    return this.#items.values();
  }

  /** Objects whose box meets the given one, in no order. */
  search(box: Box): SceneItem[] {
    return this.#tree.search({ ...box });
  }

  /** As {@link search}, but null as soon as there are more than `limit`: "few enough to be named?" must not cost a full search. */
  searchUpTo(box: Box, limit: number): SceneItem[] | null {
    const found: SceneItem[] = [];
    const open: TreeNode[] = [this.#tree.toJSON() as TreeNode];
    for (let node = open.pop(); node !== undefined; node = open.pop()) {
      for (const child of node.children) {
        if (!boxesMeet(child, box)) {
          continue;
        }
        if (!node.leaf) {
          open.push(child as TreeNode);
        } else if (found.push(child as SceneItem) > limit) {
          return null;
        }
      }
    }
    return found;
  }

  setFrame(frame: number, deleted: ReadonlySet<number> = this.#deleted): void {
    if (frame !== this.#frame || deleted !== this.#deleted) {
      this.#frame = frame;
      this.#deleted = deleted;
      this.rebuild();
    }
  }

  /** Builds the frame anew: after what is hidden or filtered was changed. */
  rebuild(): void {
    this.#items.clear();
    this.#tree.clear();
    for (const id of this.store.atFrame(this.#frame)) {
      this.#put(id);
    }
    for (const { id } of this.store.tracks()) {
      this.#put(id);
    }
    this.#tree.load([...this.#items.values()].filter((item) => !boxIsEmpty(item)));
    this.#tell({ whole: true, ids: [] });
  }

  listen(listener: (change: SceneChange) => void): () => void {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  }

  dispose(): void {
    this.#stop();
    this.#listeners.clear();
  }

  #follow({ diff }: Change): void {
    const ids = touched(diff);
    if (ids.length > 2000) {
      this.rebuild();
      return;
    }
    const changed: Id[] = [];
    for (const id of ids) {
      const before = this.#items.get(id);
      if (before !== undefined) {
        this.#items.delete(id);
        this.#tree.remove(before);
      }
      const after = this.#put(id);
      if (after !== null && !boxIsEmpty(after)) {
        this.#tree.insert(after);
      }
      if (before !== undefined || after !== null) {
        changed.push(id);
      }
    }
    if (changed.length > 0) {
      this.#tell({ whole: false, ids: changed });
    }
  }

  #put(id: Id): SceneItem | null {
    const rec = this.store.get(id);
    if (rec === undefined || this.selection.isHidden(rec)) {
      return null;
    }
    const pose = poseOf(rec, this.#frame, this.#deleted);
    if (pose === null) {
      return null;
    }
    const unit = SHAPES[pose.kind];
    const box = pose.outside && pose.type === 'shape' ? EMPTY_BOX : unit.bounds(pose);
    const item: SceneItem = { id, pose, minX: box.minX, minY: box.minY, maxX: box.maxX, maxY: box.maxY, area: unit.area(pose) };
    this.#items.set(id, item);
    return item;
  }

  #tell(change: SceneChange): void {
    for (const listener of [...this.#listeners]) {
      listener(change);
    }
  }
}
