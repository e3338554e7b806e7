import type { Histories } from '../../network.js';
import type { Address, Arena } from '../arena.js';
import type { EncoderSizes } from './encoder.js';
import { checkHistories } from './histories.js';

/**
 * The interactions of a batch without padding, step by step: first the oldest interaction of every state, then the
 * second, and so on. States are sorted by how many they have, longest first, so that those which have a `t`-th one are
 * the first `active[t]`, and those of one step lie side by side in the order of the step before.
 */
export class StepTokens {
  item: Address = 0;
  feedback: Address = 0;
  /** `[rows]`: the state of which the sorted row is. */
  order: Address = 0;
  /** `[rows]`: by state, the token of its newest interaction; -1 for an empty history. */
  newest: Address = 0;
  count = 0;
  rows = 0;
  /** By step, how many states have an interaction there. */
  readonly active: Int32Array;
  /** By step, the first of its tokens. */
  readonly offset: Int32Array;
  readonly #sizes: EncoderSizes;
  /** By number of interactions, where its states begin in the order. */
  readonly #place: Int32Array;
  #length = new Int32Array(0);

  constructor(sizes: EncoderSizes) {
    this.#sizes = sizes;
    this.active = new Int32Array(sizes.historyLength);
    this.offset = new Int32Array(sizes.historyLength);
    this.#place = new Int32Array(sizes.historyLength + 1);
  }

  reserve(arena: Arena, rows: number): void {
    this.item = arena.allocateFloats(rows * this.#sizes.historyLength);
    this.feedback = arena.allocateFloats(rows * this.#sizes.historyLength);
    this.order = arena.allocateFloats(rows);
    this.newest = arena.allocateFloats(rows);
    this.#length = new Int32Array(rows);
  }

  load(arena: Arena, histories: Histories): void {
    checkHistories(histories, this.#sizes);
    const { sessions, historyLength, historyItems, historyFeedback } = histories;
    this.rows = sessions;
    this.#sort(historyItems, sessions, historyLength);
    const order = arena.integers(this.order, sessions);
    const newest = arena.integers(this.newest, sessions);
    const item = arena.integers(this.item, sessions * historyLength);
    const feedback = arena.floats(this.feedback, sessions * historyLength);
    for (let row = 0; row < sessions; row++) order[this.#place[this.#length[row]]++] = row;
    for (let sorted = 0; sorted < sessions; sorted++) {
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

  /** Counts the interactions of each state, and works out where each length and each step begins. */
  #sort(historyItems: Int32Array, sessions: number, historyLength: number): void {
    const [length, active, place] = [this.#length, this.active, this.#place];
    active.fill(0);
    for (let row = 0; row < sessions; row++) {
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
    // Longer ones come first: before those of length n are all that have an n + 1st.
    for (let n = 0; n <= historyLength; n++) place[n] = n < historyLength ? active[n] : 0;
  }
}
