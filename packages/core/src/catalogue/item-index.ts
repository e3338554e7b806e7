import { type Checkpoint, type Checkpointable, CheckpointReader } from '../checkpoint/checkpoint.js';
import { checkInteger, checkOptionNames } from '../checks/options.js';
import { CheckpointError } from '../errors/checkpoint-error.js';
import { counted, described, InvalidOptionError } from '../errors/invalid-option-error.js';
import { countAvailable } from '../observation/allowed-items.js';
import { checkIds } from './check-ids.js';

/** Options of `createItemIndex`. */
export interface ItemIndexOptions {
  /** Ids of the first items, in the order of their indices. Default: none. */
  readonly ids?: readonly string[];
  /**
   * The greatest number of items, those included that were removed and wait for `compact`: `items` of the networks, policies and
   * observations of this catalogue. Default: the number of `ids`.
   */
  readonly capacity?: number;
}

/**
 * Maps the ids of a catalogue that changes to item indices, which are the same for as long as an item exists. Indices without an item are
 * unavailable, so that networks, policies and learners for `capacity` items need nothing else to know the catalogue.
 */
export interface ItemIndex extends Checkpointable {
  /** Number of indices: items are `0..capacity-1`. */
  readonly capacity: number;
  /** Number of available items. */
  readonly size: number;
  /** Number of new items that `add` can take before `compact`. */
  readonly free: number;
  /** Number of changes so far. */
  readonly version: number;
  /** `[capacity]`: 1 for an item, otherwise 0: `available` of observations. The array is never modified; each change makes a new one. */
  readonly available: Uint8Array;
  /**
   * `[capacity]`: the id of each index, null for one without an item. Removed items have their ids until `compact`. The list is never
   * modified; each change makes a new one.
   */
  readonly ids: readonly (string | null)[];
  /**
   * Adds items. A new item gets the index that has been without an item for longest, of several the smallest. An item that was removed,
   * and not yet compacted, gets its index back, and with it all that was learned about it; `indexOf` tells which those are.
   * @returns `[ids]`: their indices.
   * @throws {InvalidOptionError} for an id that is in the catalogue, repeated, or not a non-empty string, and if more indices are needed
   *   than are free. Nothing is then added.
   */
  add(ids: readonly string[]): Int32Array;
  /**
   * Removes items: they are unavailable at once. Their indices stay theirs, as histories and stored experience refer to them, until
   * `compact`.
   * @returns `[ids]`: their indices.
   * @throws {InvalidOptionError} for an id that is not in the catalogue, or repeated. Nothing is then removed.
   */
  remove(ids: readonly string[]): Int32Array;
  /**
   * Frees the indices of removed items, for `add` to use again. Nothing else changes. Call it when what refers to the removed items is gone
   * (their sessions have ended, replay buffers have replaced their transitions), or may be mistaken for another item's.
   * @returns the freed indices, ascending.
   */
  compact(): Int32Array;
  /** The index of an item, also of a removed one until `compact`; -1, which is `PADDING` in a history, for an unknown id. */
  indexOf(id: string): number;
  /** The id of an index, also of a removed item until `compact`. @throws {InvalidOptionError} for an index without an item. */
  idOf(item: number): string;
  /**
   * A copy with a larger capacity, in which all items have the same indices. `remapItems` of `@ialp/policy` moves the weights of a network
   * to one of the larger capacity.
   * @throws {InvalidOptionError} for a smaller capacity.
   */
  withCapacity(capacity: number): ItemIndex;
}

/**
 * Makes an index of the items of a catalogue that changes.
 *
 * ```ts
 * const index = createItemIndex({ ids: catalogue.items.map(({ id }) => id), capacity: 1000 });
 * const [first] = index.add(['new-1', 'new-2']);
 * index.remove(['old-7']);
 * ```
 * @throws {InvalidOptionError} for ids that are repeated or not non-empty strings, and for a capacity below their number.
 */
export function createItemIndex(options: ItemIndexOptions = {}): ItemIndex {
  checkOptionNames(options, ['ids', 'capacity']);
  const { ids = [] } = options;
  checkIds(ids);
  const { capacity = ids.length } = options;
  checkInteger('capacity', capacity, Math.max(1, ids.length));
  return new ItemTable({
    ids: Array.from({ length: capacity }, (_, item) => ids[item] ?? null),
    available: new Uint8Array(capacity).fill(1, 0, ids.length),
    free: Array.from({ length: capacity - ids.length }, (_, k) => ids.length + k),
    version: 0,
  });
}

/** All that an index consists of. */
interface Content {
  readonly ids: readonly (string | null)[];
  readonly available: Uint8Array;
  /** Indices without an item, in the order in which `add` uses them. */
  readonly free: readonly number[];
  readonly version: number;
}

class ItemTable implements ItemIndex {
  readonly capacity: number;
  #content: Content;
  #indices: Map<string, number>;

  constructor(content: Content) {
    this.capacity = content.ids.length;
    this.#content = content;
    this.#indices = indicesOf(content.ids);
  }

  get size(): number {
    return countAvailable(this.available);
  }

  get free(): number {
    return this.#content.free.length;
  }

  get version(): number {
    return this.#content.version;
  }

  get available(): Uint8Array {
    return this.#content.available;
  }

  get ids(): readonly (string | null)[] {
    return this.#content.ids;
  }

  add(added: readonly string[]): Int32Array {
    checkIds(added);
    const known = added.findIndex((id) => this.#isAvailable(id));
    if (known !== -1) throw new InvalidOptionError(`ids[${known}]`, added[known], 'an id that is not in the catalogue');
    const isNew = (id: string): boolean => !this.#indices.has(id);
    const needed = added.filter(isNew).length;
    const free = this.#content.free.slice();
    if (needed > free.length) throw new InvalidOptionError('ids', described(counted(needed, 'new id')), this.#remedy());
    const items = Int32Array.from(added, (id) => this.#indices.get(id) ?? (free.shift() as number));
    const ids = this.ids.slice();
    for (const [k, id] of added.entries()) {
      ids[items[k]] = id;
      this.#indices.set(id, items[k]);
    }
    this.#change(items, { ids, free, available: this.#availableWith(items, 1) });
    return items;
  }

  remove(removed: readonly string[]): Int32Array {
    checkIds(removed);
    const unknown = removed.findIndex((id) => !this.#isAvailable(id));
    if (unknown !== -1) throw new InvalidOptionError(`ids[${unknown}]`, removed[unknown], 'an id in the catalogue');
    const items = Int32Array.from(removed, (id) => this.indexOf(id));
    this.#change(items, { available: this.#availableWith(items, 0) });
    return items;
  }

  compact(): Int32Array {
    const freed = Int32Array.from(this.#removed());
    const ids = this.ids.slice();
    for (const item of freed) {
      this.#indices.delete(this.idOf(item));
      ids[item] = null;
    }
    this.#change(freed, { ids, free: [...this.#content.free, ...freed] });
    return freed;
  }

  indexOf(id: string): number {
    return this.#indices.get(id) ?? -1;
  }

  idOf(item: number): string {
    const id = this.ids[item];
    if (typeof id === 'string') return id;
    const expected = `the index of an item, from 0 to ${this.capacity - 1}${id === null ? ', not of a free place' : ''}`;
    throw new InvalidOptionError('item', item, expected);
  }

  withCapacity(capacity: number): ItemIndex {
    checkInteger('capacity', capacity, this.capacity);
    const added = Array.from({ length: capacity - this.capacity }, (_, k) => this.capacity + k);
    const available = new Uint8Array(capacity);
    available.set(this.available);
    const ids = [...this.ids, ...added.map(() => null)];
    return new ItemTable({ ids, available, free: [...this.#content.free, ...added], version: this.version });
  }

  checkpoint(): Checkpoint {
    const { ids, available, free, version } = this.#content;
    return {
      capacity: this.capacity,
      version,
      ids: ids.slice(),
      available: available.slice(),
      free: Int32Array.from(free),
    };
  }

  restore(checkpoint: Checkpoint): void {
    const content = readContent(new CheckpointReader(checkpoint), this.capacity);
    this.#indices = indicesOf(content.ids);
    this.#content = content;
  }

  #isAvailable(id: string): boolean {
    return this.available[this.indexOf(id)] === 1;
  }

  /** Indices of removed items. */
  #removed(): number[] {
    const { ids, available } = this.#content;
    return [...ids.keys()].filter((item) => ids[item] !== null && available[item] === 0);
  }

  #availableWith(items: Int32Array, value: 0 | 1): Uint8Array {
    const available = this.available.slice();
    for (const item of items) available[item] = value;
    return available;
  }

  #change(items: Int32Array, change: Partial<Content>): void {
    if (items.length === 0) return;
    this.#content = { ...this.#content, ...change, version: this.version + 1 };
  }

  #remedy(): string {
    const waiting = this.#removed().length;
    const compacted = waiting === 0 ? '' : ` (compact() frees ${waiting} of removed items)`;
    return (
      `at most ${counted(this.free, 'new id')}, as that many of ${this.capacity} indices are free${compacted}; ` +
      'for more, make an index with withCapacity, and move the weights to a network of that capacity with remapItems'
    );
  }
}

function indicesOf(ids: readonly (string | null)[]): Map<string, number> {
  const indices = new Map<string, number>();
  for (const [item, id] of ids.entries()) if (id !== null) indices.set(id, item);
  return indices;
}

/** @throws {CheckpointError} for a checkpoint of another capacity, or that no index made. */
function readContent(reader: CheckpointReader, capacity: number): Content {
  const found = reader.count('capacity', 1);
  if (found !== capacity) {
    const remedy = `restore it with createItemIndex({ capacity: ${found} })`;
    throw new CheckpointError(`checkpoint.capacity: expected ${capacity}; found ${found}: ${remedy}.`);
  }
  const ids = reader.whole()['ids'];
  const available = reader.array('available', Uint8Array, capacity);
  const free = reader.items('free', capacity);
  const isId = (id: unknown): boolean => id === null || (typeof id === 'string' && id !== '');
  if (!Array.isArray(ids) || ids.length !== capacity || !ids.every(isId)) {
    throw new CheckpointError(`checkpoint.ids: expected ${capacity} ids, null for none; found another value.`);
  }
  const named = ids.filter((id) => id !== null);
  const hasItems = ids.every((id, item) => available[item] === 0 || (available[item] === 1 && id !== null));
  const isFree = new Set(free).size === free.length && free.every((item) => ids[item] === null);
  if (new Set(named).size !== named.length || !hasItems || !isFree || named.length + free.length !== capacity) {
    throw new CheckpointError(
      'checkpoint: expected distinct ids, each available or removed, and all other indices free.',
    );
  }
  return { ids: ids.slice(), available: available.slice(), free: [...free], version: reader.count('version') };
}
