import { computed, signal } from '@preact/signals-core';
import type { ReadonlySignal, Signal } from '@preact/signals-core';
import { isSuggestion, type Id, type Rec } from './records';
import type { Store } from './store';

/** A set of ids in a signal; the set itself is never changed, so identity tells about change. */
export class IdSet {
  readonly #ids: Signal<ReadonlySet<Id>>;

  constructor(name: string) {
    this.#ids = signal<ReadonlySet<Id>>(new Set(), { name });
  }

  /** Read `.value` in an effect or computed, `.peek()` elsewhere. */
  get ids(): ReadonlySignal<ReadonlySet<Id>> {
    return this.#ids;
  }

  get size(): number {
    return this.#ids.peek().size;
  }

  has(id: Id): boolean {
    return this.#ids.peek().has(id);
  }

  set(ids: Iterable<Id>): void {
    const next = new Set(ids);
    const now = this.#ids.peek();
    if (next.size !== now.size || [...next].some((id) => !now.has(id))) {
      this.#ids.value = next;
    }
  }

  add(...ids: Id[]): void {
    this.set([...this.#ids.peek(), ...ids]);
  }

  delete(...ids: Id[]): void {
    const gone = new Set(ids);
    this.set([...this.#ids.peek()].filter((id) => !gone.has(id)));
  }

  toggle(id: Id): void {
    if (this.has(id)) {
      this.delete(id);
    } else {
      this.add(id);
    }
  }

  clear(): void {
    this.set([]);
  }
}

/**
 * What is selected, hidden and locked. None of it is stored with the job. Objects that leave the store leave the selection.
 */
export class Selection {
  readonly selected = new IdSet('selected');
  readonly hidden = new IdSet('hidden');
  readonly locked = new IdSet('locked');
  /** Not moved as a whole by the pointer; their handles still work. */
  readonly pinned = new IdSet('pinned');
  readonly hiddenLabels = new IdSet('hidden labels');
  readonly lockedLabels = new IdSet('locked labels');
  /** When set, only these objects are shown: "hide others", or a filter. */
  readonly only: Signal<ReadonlySet<Id> | null> = signal(null, { name: 'only' });
  /** Only what a model suggested and nobody has judged is shown. */
  readonly onlySuggestions: Signal<boolean> = signal(false, { name: 'only suggestions' });
  /** Objects that were picked on several frames to become one track; null when none are being picked. */
  readonly gathered: Signal<ReadonlySet<Id> | null> = signal(null, { name: 'gathered' });
  /** The object under the cursor, here or in the list; never in the history. */
  readonly hovered: Signal<Id | null> = signal(null, { name: 'hovered' });
  /** The one selected object, or null when there are none or several. */
  readonly single: ReadonlySignal<Id | null> = computed(() => {
    const ids = this.selected.ids.value;
    return ids.size === 1 ? ids.values().next().value! : null;
  });

  constructor(store: Store) {
    store.listen(({ diff }) => {
      if (diff.removed.length > 0) {
        const gone = new Set(diff.removed.map((rec) => rec.id));
        this.selected.set([...this.selected.ids.peek()].filter((id) => !gone.has(id)));
        if (gone.has(this.hovered.peek() ?? -1)) {
          this.hovered.value = null;
        }
      }
    });
  }

  isHidden(rec: Rec): boolean {
    const only = this.only.peek();
    return this.hidden.has(rec.id) || this.hiddenLabels.has(rec.labelId) || (only !== null && !only.has(rec.id)) || (this.onlySuggestions.peek() && !isSuggestion(rec));
  }

  isLocked(rec: Rec): boolean {
    return this.locked.has(rec.id) || this.lockedLabels.has(rec.labelId);
  }
}
