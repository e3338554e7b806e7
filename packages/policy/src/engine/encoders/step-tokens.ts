import type { Histories } from '../../network.js';
import type { Address, Arena } from '../arena.js';
import type { EncoderSizes, HistoryTokens } from './encoder.js';
import { checkHistories } from './histories.js';

/**
 * The interactions of a batch without padding, step by step: first the oldest interaction of every state, then the second, and so on.
 * States are sorted by length, longest first, so that the states with a step `t` are the first `active[t]`, and the interactions of a
 * step are contiguous and in the same order as in the previous step.
 */
export class StepTokens implements HistoryTokens {
  item: Address = 0;
  gradientRow: Address = 0;
  feedback: Address = 0;
  /** `[rows]`: the state of each sorted row. */
  order: Address = 0;
  /** `[rows]`: for each state, the token of its newest interaction; -1 for an empty history. */
  newest: Address = 0;
  count = 0;
  rows = 0;
  /** For each step, the number of states that have it. */
  readonly active: Int32Array;
  /** For each step, its first token. */
  readonly offset: Int32Array;
  readonly #sizes: EncoderSizes;
  /** For each length, the sorted row of its first state. */
  readonly #place: Int32Array;
  #length = new Int32Array(0);

  constructor(sizes: EncoderSizes) {
    this.#sizes = sizes;
    this.active = new Int32Array(sizes.historyLength);
    this.offset = new Int32Array(sizes.historyLength);
    this.#place = new Int32Array(sizes.historyLength + 1);
  }

  reserve(arena: Arena, rows: number): void {
    const { historyLength, compactGradients } = this.#sizes;
    this.item = arena.allocateFloats(rows * historyLength);
    this.gradientRow = compactGradients ? arena.allocateFloats(rows * historyLength) : this.item;
    this.feedback = arena.allocateFloats(rows * historyLength);
    this.order = arena.allocateFloats(rows);
    this.newest = arena.allocateFloats(rows);
    this.#length = new Int32Array(rows);
  }

  load(arena: Arena, histories: Histories): void {
    checkHistories(histories, this.#sizes);
    const { rows, historyLength, historyItems, historyFeedback } = histories;
    this.rows = rows;
    this.#sort(historyItems, rows, historyLength);
    const order = arena.integers(this.order, rows);
    const newest = arena.integers(this.newest, rows);
    const item = arena.integers(this.item, rows * historyLength);
    const feedback = arena.floats(this.feedback, rows * historyLength);
    for (let row = 0; row < rows; row++) order[this.#place[this.#length[row]]++] = row;
    for (let sorted = 0; sorted < rows; sorted++) {
      const row = order[sorted];
      let step = 0;
      for (let at = row * historyLength; at < (row + 1) * historyLength; at++) {
        if (historyItems[at] < 0) continue;
        const token = this.offset[step++] + sorted;
        item[token] = historyItems[at];
        feedback[token] = historyFeedback[at];
      }
      newest[row] = step === 0 ? -1 : this.offset[step - 1] + sorted;
    }
  }

  /** Counts the interactions of each state, and computes where each length and each step begins. */
  #sort(historyItems: Int32Array, rows: number, historyLength: number): void {
    const [length, active, place] = [this.#length, this.active, this.#place];
    active.fill(0);
    for (let row = 0; row < rows; row++) {
      let count = 0;
      for (let at = row * historyLength; at < (row + 1) * historyLength; at++) if (historyItems[at] >= 0) count++;
      length[row] = count;
      for (let step = 0; step < count; step++) active[step]++;
    }
    this.count = 0;
    for (let step = 0; step < historyLength; step++) {
      this.offset[step] = this.count;
      this.count += active[step];
    }
    // Longer histories come first: before those of length n are all with a step n + 1.
    for (let n = 0; n <= historyLength; n++) place[n] = n < historyLength ? active[n] : 0;
  }
}
