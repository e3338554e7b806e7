import { DivergenceError, InvalidOptionError, NothingAllowedError, ShapeError } from '../errors.js';
import type { Histories, States } from '../network.js';
import type { Arena } from './arena.js';
import type { Address } from './kernels.js';
import { POOLED_EXTRA, padded, type Sizes } from './parameters.js';

/**
 * The activations and inputs of one batch. It grows to the largest batch seen and is used again and again; the
 * addresses change when it grows.
 */
export class Workspace {
  historyItems: Address = 0;
  historyFeedback: Address = 0;
  mask: Address = 0;
  pooled: Address = 0;
  hidden: Address = 0;
  logits: Address = 0;
  value: Address = 0;
  lse: Address = 0;
  entropy: Address = 0;
  /** Uniform numbers to sample with, or the policy weights of a training step. */
  rowWeight: Address = 0;
  /** Items drawn, or the actions of a training step. */
  rowItem: Address = 0;
  dValue: Address = 0;
  dHidden: Address = 0;
  dPooled: Address = 0;
  readonly #arena: Arena;
  readonly #sizes: Sizes;
  readonly #historyLength: number;
  readonly #mark: Address;
  #capacity = 0;

  constructor(arena: Arena, sizes: Sizes, historyLength: number) {
    this.#arena = arena;
    this.#sizes = sizes;
    this.#historyLength = historyLength;
    this.#mark = arena.mark;
  }

  /** Makes room for a batch. */
  #reserve(rows: number): void {
    if (rows <= this.#capacity) return;
    this.#capacity = rows;
    const arena = this.#arena;
    arena.release(this.#mark);
    const { items, embedding, hidden } = this.#sizes;
    const floats = (width: number): Address => arena.allocate(4 * rows * width);
    this.historyItems = floats(this.#historyLength);
    this.historyFeedback = floats(this.#historyLength);
    this.mask = arena.allocate(rows * padded(items));
    this.pooled = floats(embedding + POOLED_EXTRA);
    this.hidden = floats(hidden);
    this.logits = floats(padded(items));
    this.value = floats(1);
    this.lse = floats(1);
    this.entropy = floats(1);
    this.rowWeight = floats(1);
    this.rowItem = floats(1);
    this.dValue = floats(1);
    this.dHidden = floats(hidden);
    this.dPooled = floats(embedding + POOLED_EXTRA);
    // The bytes beyond the last item of each row say "forbidden", now and for as long as the rows keep their width.
    arena.bytes(this.mask, rows * padded(items)).fill(0);
  }

  /** Throws unless the states are of this catalogue. */
  requireFit({ items }: States): void {
    if (items !== this.#sizes.items) throw new ShapeError('items of the states', items, this.#sizes.items);
  }

  /** Makes room for histories and copies them in. */
  loadHistories({ sessions, historyLength, historyItems, historyFeedback }: Histories): void {
    if (historyLength !== this.#historyLength) {
      throw new ShapeError('historyLength of the states', historyLength, this.#historyLength);
    }
    const length = sessions * historyLength;
    // The kernels read and write the embedding of whatever item a history names.
    const { items } = this.#sizes;
    for (let place = 0; place < length; place++) {
      if (historyItems[place] < items) continue;
      throw new InvalidOptionError(`historyItems[${place}]`, historyItems[place], `an item below ${items}, or padding`);
    }
    this.#reserve(sessions);
    this.#arena.integers(this.historyItems, length).set(historyItems.subarray(0, length));
    this.#arena.floats(this.historyFeedback, length).set(historyFeedback.subarray(0, length));
  }

  /** Copies masks in, row by row: the kernels' rows are padded. */
  loadMask({ sessions, items, mask }: States): void {
    const stride = padded(items);
    const rows = this.#arena.bytes(this.mask, sessions * stride);
    if (stride === items) rows.set(mask.subarray(0, sessions * items));
    else for (let row = 0; row < sessions; row++) rows.set(mask.subarray(row * items, (row + 1) * items), row * stride);
  }

  /** Throws unless the kernel found a softmax for every row: where it did, `lse` is at least 0. */
  requireSoftmax({ sessions, items, mask }: States): void {
    const row = this.#arena.floats(this.lse, sessions).findIndex((value) => !(value >= 0));
    if (row === -1) return;
    if (!mask.subarray(row * items, (row + 1) * items).includes(1)) throw new NothingAllowedError(row);
    throw new DivergenceError(
      `The scores of session ${row} are not finite: its feedback or the weights are too large.`,
    );
  }

  /** `[rows]`: `log pi(a|s)` after a softmax; minus infinity for what is no item. */
  logProbability(chosen: Int32Array, rows: number): Float32Array {
    const { items } = this.#sizes;
    const columns = padded(items);
    const logits = this.#arena.floats(this.logits, rows * columns);
    const lse = this.#arena.floats(this.lse, rows);
    const result = new Float32Array(rows);
    for (let row = 0; row < rows; row++) {
      const item = chosen[row];
      const known = item >= 0 && item < items;
      result[row] = known ? logits[row * columns + item] - lse[row] : Number.NEGATIVE_INFINITY;
    }
    return result;
  }
}
