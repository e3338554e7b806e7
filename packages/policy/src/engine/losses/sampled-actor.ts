import { checkInteger, excludedIn } from '@ialp/core';
import { checkRandom } from '../../checks/arguments.js';
import { DivergenceError } from '../../errors.js';
import type { SampledSoftmax, States } from '../../network.js';
import type { Address, Arena } from '../arena.js';
import { packedLength } from '../encoders/encoder.js';
import type { Kernels } from '../kernels.js';
import { type Parameters, padded } from '../parameters.js';
import { sameBytes } from '../same-bits.js';
import type { ItemScorer } from '../scoring/item-scorer.js';
import type { Share } from '../threads/thread-pool.js';
import type { TouchedItems } from '../touched-items.js';
import { type ActorLoss, ActorRows, SCRATCH_BYTES } from './actor-loss.js';

/** Columns after the sampled items: the action's, and three for padding. */
const EXTRA = 4;

/**
 * Loss of the actor over the actions and `k` of the `N` available items, sampled uniformly, with replacement, for the whole batch.
 *
 * In each state the sampled items that are allowed and not the action represent all others: the sum of their `exp(score)`, times
 * `N / k`, is an unbiased estimate of the sum over the catalogue without the action (Bengio and Senécal 2008; the correction
 * `log(N / k)` is added to their scores, as in Jean et al. 2015). `log pi` and the entropy are computed from the estimate; their
 * error decreases as `1 / sqrt(k)`.
 */
export class SampledActorLoss implements ActorLoss {
  readonly #arena: Arena;
  readonly #parameters: Parameters;
  readonly #scorer: ItemScorer;
  readonly #compactGradients: boolean;
  readonly #keep = new ActorRows();
  /** The availability of the last batch, and the items that it allows. */
  #available: Uint8Array | undefined;
  #pool: Int32Array = new Int32Array(0);
  #count = 0;
  #rows = 0;
  #offset = 0;
  #mask: Address = 0;
  #logits: Address = 0;
  /** `[rows]`: item indices of the actions. */
  #item: Address = 0;
  #sample: Address = 0;
  /** The rows of the actions and of the sampled items in the gradients of the catalogue: the items themselves unless these are compact. */
  #itemRow: Address = 0;
  #sampleRow: Address = 0;
  /** `[count, hidden]`: weights of the sampled items, plain and packed, and their gradient. */
  #table: Address = 0;
  #packed: Address = 0;
  #dTable: Address = 0;
  #bias: Address = 0;
  #dBias: Address = 0;

  constructor(arena: Arena, parameters: Parameters, scorer: ItemScorer, compactGradients: boolean) {
    this.#arena = arena;
    this.#parameters = parameters;
    this.#scorer = scorer;
    this.#compactGradients = compactGradients;
  }

  get #columns(): number {
    return this.#count + EXTRA;
  }

  reserve(rows: number, count: number, threads: number): void {
    const arena = this.#arena;
    const { hidden } = this.#scorer;
    const columns = padded(count) + EXTRA;
    this.#keep.reserve(arena, rows, threads);
    this.#mask = arena.allocate(rows * columns);
    this.#logits = arena.allocateFloats(rows * columns);
    this.#item = arena.allocateFloats(rows);
    this.#sample = arena.allocateFloats(padded(count));
    this.#itemRow = this.#compactGradients ? arena.allocateFloats(rows) : this.#item;
    this.#sampleRow = this.#compactGradients ? arena.allocateFloats(padded(count)) : this.#sample;
    this.#table = arena.allocateFloats(padded(count) * hidden);
    this.#dTable = arena.allocateFloats(padded(count) * hidden);
    this.#packed = arena.allocateFloats(packedLength(padded(count), hidden));
    this.#bias = arena.allocateFloats(columns);
    this.#dBias = arena.allocateFloats(columns);
  }

  /**
   * Samples the items and stores which of them each state allows.
   * @returns the items whose weights get a gradient, each once, ascending.
   */
  load(states: States, actions: Int32Array, { items: count, random }: SampledSoftmax): Int32Array {
    const { rows, items, available } = states;
    checkInteger('sampledSoftmax.items', count, 1);
    checkRandom(random, 'sampledSoftmax.random');
    this.#count = padded(count);
    this.#rows = rows;
    // Each batch may have an array of its own with the same items.
    if (this.#available === undefined || !sameBytes(available, this.#available)) {
      this.#available = available.slice();
      this.#pool = Int32Array.from(available.keys()).filter((item) => available[item] === 1);
    }
    const pool = this.#pool;
    this.#offset = Math.log(pool.length / this.#count);
    const sample = this.#arena.integers(this.#sample, this.#count);
    for (let column = 0; column < this.#count; column++) sample[column] = pool[random.integer(pool.length)];
    this.#loadMask(states, actions, sample);
    this.#arena.integers(this.#item, rows).set(actions.subarray(0, rows));
    this.#arena.integers(this.#keep.action, rows).fill(this.#count);
    const bias = this.#arena.floats(this.#bias, this.#columns);
    const ofItems = this.#arena.floats(this.#parameters.value(this.#scorer.bias), items);
    bias.fill(0);
    for (let column = 0; column < this.#count; column++) bias[column] = ofItems[sample[column]] + this.#offset;
    return distinct(sample, actions.subarray(0, rows));
  }

  /** Writes which of the sampled items each state allows; its action has a column of its own. */
  #loadMask({ rows, available, exclusions }: States, actions: Int32Array, sample: Int32Array): void {
    const columns = this.#columns;
    const allowed = this.#arena.bytes(this.#mask, rows * columns);
    const columnsOf = new Map<number, number[]>();
    sample.forEach((item, column) => {
      const known = columnsOf.get(item);
      if (known === undefined) columnsOf.set(item, [column]);
      else known.push(column);
    });
    const forbid = (row: number, item: number): void => {
      for (const column of columnsOf.get(item) ?? []) allowed[row * columns + column] = 0;
    };
    for (let row = 0; row < rows; row++) {
      for (let column = 0; column < this.#count; column++) allowed[row * columns + column] = available[sample[column]];
      allowed.fill(0, row * columns + this.#count, (row + 1) * columns);
      allowed[row * columns + this.#count] = 1;
      forbid(row, actions[row]);
      for (const item of excludedIn(exclusions, row)) forbid(row, item);
    }
  }

  /** Touches the items that get a gradient, in place of those that `load` returns, for compact gradients. */
  touch(touched: TouchedItems): void {
    touched.place(this.#sample, this.#sampleRow, this.#count);
    touched.place(this.#item, this.#itemRow, this.#rows);
  }

  /** Gathers the weights of the sampled items. Called for each thread, before `forward`. */
  gather(kernels: Kernels, share: Share): void {
    if (!share.takes(0)) return;
    const { hidden, table } = this.#scorer;
    kernels.gatherRows(this.#parameters.value(table), this.#sample, this.#table, this.#count, hidden);
    kernels.packTransposed(this.#table, this.#count, hidden, this.#packed);
  }

  forward(kernels: Kernels, state: Address, from: number, to: number): void {
    const { hidden, table, bias } = this.#scorer;
    const { peak, lse, entropy } = this.#keep;
    const [columns, rows, at] = [this.#columns, to - from, 4 * from];
    const width = 4 * columns;
    const [logits, ofState] = [this.#logits + from * width, state + at * hidden];
    const [packed, panel, count] = [this.#packed, 32 * hidden, this.#count];
    kernels.multiply(ofState, 4 * hidden, packed, 32, panel, this.#bias, 0, logits, width, rows, hidden, count);
    const [weights, biases] = [this.#parameters.value(table), this.#parameters.value(bias)];
    const own = logits + 4 * this.#count;
    kernels.scoreItems(ofState, weights, biases, this.#item + at, own, width, rows, hidden);
    const mask = this.#mask + from * columns;
    kernels.softmax(logits, mask, columns, peak + at, lse + at, entropy + at, rows, columns);
  }

  logProbability(out: Float32Array): void {
    const peak = this.#arena.floats(this.#keep.peak, this.#rows);
    const lse = this.#arena.floats(this.#keep.lse, this.#rows);
    const logits = this.#arena.floats(this.#logits, this.#rows * this.#columns);
    for (let row = 0; row < this.#rows; row++) {
      if (!(lse[row] >= 0)) {
        throw new DivergenceError(
          `The scores of row ${row} are not finite: its feedback or the weights are too large.`,
        );
      }
      out[row] = logits[row * this.#columns + this.#count] - peak[row] - lse[row];
    }
  }

  /** A sampled item represents `N / k` items: the catalogue's entropy is that of the columns plus `log(N / k)` for each. */
  entropy(out: Float32Array): void {
    const entropy = this.#arena.floats(this.#keep.entropy, this.#rows);
    const peak = this.#arena.floats(this.#keep.peak, this.#rows);
    const lse = this.#arena.floats(this.#keep.lse, this.#rows);
    const logits = this.#arena.floats(this.#logits, this.#rows * this.#columns);
    for (let row = 0; row < this.#rows; row++) {
      const own = Math.exp(logits[row * this.#columns + this.#count] - peak[row] - lse[row]);
      entropy[row] += this.#offset * (1 - own);
      out[row] = entropy[row];
    }
  }

  setWeights(policyWeight: Float32Array, rows: number): void {
    const weight = this.#arena.floats(this.#keep.policyWeight, rows);
    for (let row = 0; row < rows; row++) weight[row] = policyWeight[row] / rows;
  }

  backward(kernels: Kernels, dState: Address, entropyWeight: number, from: number, to: number): void {
    const { hidden, table } = this.#scorer;
    const { peak, lse, entropy, action, policyWeight } = this.#keep;
    const [columns, rows, at] = [this.#columns, to - from, 4 * from];
    const width = 4 * columns;
    const [logits, out] = [this.#logits + from * width, dState + at * hidden];
    const [ofAction, ofWeight] = [action + at, policyWeight + at];
    kernels.softmaxBackward(
      logits,
      peak + at,
      lse + at,
      entropy + at,
      ofAction,
      ofWeight,
      entropyWeight,
      this.#offset,
      rows,
      0,
      columns,
    );
    const row = 4 * hidden;
    kernels.multiply(logits, width, this.#table, row, 32, out, row, out, row, rows, this.#count, hidden);
    const own = logits + 4 * this.#count;
    kernels.scoreItemsBackward(this.#parameters.value(table), this.#item + at, own, width, out, rows, hidden);
  }

  gradients(kernels: Kernels, state: Address, share: Share): void {
    const { hidden } = this.#scorer;
    const [columns, rows] = [this.#columns, this.#rows];
    const [first, last] = share.range(this.#count, 16);
    const scratch = this.#keep.scratch + share.thread * SCRATCH_BYTES;
    kernels.clear(this.#dTable + 4 * first * hidden, (last - first) * hidden);
    kernels.clear(this.#dBias + 4 * first, last - first);
    const [table, bias] = [this.#dTable, this.#dBias];
    kernels.itemGradients(this.#logits, 4 * columns, state, scratch, table, bias, rows, first, last, hidden);
  }

  /** Adds the gradients of the sampled items and the actions to those of the catalogue, after all threads have finished. */
  scatter(kernels: Kernels, state: Address): void {
    const { hidden, table, bias } = this.#scorer;
    const [dTable, dBias] = [this.#parameters.gradient(table), this.#parameters.gradient(bias)];
    kernels.addToRows(this.#dTable, this.#sampleRow, dTable, this.#count, hidden);
    const own = this.#logits + 4 * this.#count;
    const width = 4 * this.#columns;
    kernels.scoreItemsGradients(state, this.#itemRow, own, width, dTable, dBias, this.#rows, hidden);
    const rows = this.#arena.integers(this.#sampleRow, this.#count);
    const ofSample = this.#arena.floats(this.#dBias, this.#count);
    const { allFloats } = this.#arena;
    for (let column = 0; column < this.#count; column++) allFloats[dBias / 4 + rows[column]] += ofSample[column];
  }
}

/** The distinct numbers of some arrays, ascending. */
export function distinct(...arrays: readonly Int32Array[]): Int32Array {
  const all = new Int32Array(arrays.reduce((sum, { length }) => sum + length, 0));
  let at = 0;
  for (const array of arrays) {
    all.set(array, at);
    at += array.length;
  }
  all.sort();
  return all.filter((value, k) => k === 0 || value !== all[k - 1]);
}
