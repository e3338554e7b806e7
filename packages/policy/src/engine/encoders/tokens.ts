import type { Histories } from '../../network.js';
import type { Address, Arena } from '../arena.js';
import { TIED_TABLE } from '../item-projection.js';
import type { Kernels } from '../kernels.js';
import type { Parameters } from '../parameters.js';
import type { Share } from '../threads/thread-pool.js';
import { type EncoderSizes, eachBlock, type HistoryTokens } from './encoder.js';
import { checkHistories } from './histories.js';

/**
 * The interactions of a batch without padding, state by state and oldest first: those of state `b` are rows `start[b]`
 * up to `start[b + 1]`.
 */
export class Tokens implements HistoryTokens {
  item: Address = 0;
  gradientRow: Address = 0;
  feedback: Address = 0;
  start: Address = 0;
  /** `[tokens, tokenWidth]` */
  token: Address = 0;
  /** Its gradient. */
  dToken: Address = 0;
  /** `[tokens]`: position in the window; 0 is the oldest. */
  place: Address = 0;
  /** `[rows]`: the row of the state's newest token, -1 for an empty history. */
  newest: Address = 0;
  count = 0;
  rows = 0;
  readonly #sizes: EncoderSizes;
  #starts = new Int32Array(0);

  constructor(sizes: EncoderSizes) {
    this.#sizes = sizes;
  }

  reserve(arena: Arena, rows: number): void {
    const { historyLength, tokenWidth, compactGradients } = this.#sizes;
    const tokens = rows * historyLength;
    this.item = arena.allocateFloats(tokens);
    this.gradientRow = compactGradients ? arena.allocateFloats(tokens) : this.item;
    this.feedback = arena.allocateFloats(tokens);
    this.place = arena.allocateFloats(tokens);
    this.start = arena.allocateFloats(rows + 1);
    this.newest = arena.allocateFloats(rows);
    this.token = arena.allocateFloats(tokens * tokenWidth);
    this.dToken = arena.allocateFloats(tokens * tokenWidth);
    this.#starts = new Int32Array(rows + 1);
  }

  load(arena: Arena, histories: Histories): void {
    checkHistories(histories, this.#sizes);
    const { rows, historyLength, historyItems, historyFeedback } = histories;
    const item = arena.integers(this.item, rows * historyLength);
    const feedback = arena.floats(this.feedback, rows * historyLength);
    const place = arena.integers(this.place, rows * historyLength);
    const newest = arena.integers(this.newest, rows);
    let count = 0;
    for (let row = 0; row < rows; row++) {
      this.#starts[row] = count;
      for (let k = 0; k < historyLength; k++) {
        const at = row * historyLength + k;
        if (historyItems[at] < 0) continue;
        item[count] = historyItems[at];
        feedback[count] = historyFeedback[at];
        place[count] = k;
        count++;
      }
      newest[row] = count > this.#starts[row] ? count - 1 : -1;
    }
    this.#starts[rows] = count;
    arena.integers(this.start, rows + 1).set(this.#starts.subarray(0, rows + 1));
    this.count = count;
    this.rows = rows;
  }

  /** Calls `visit` for this thread's blocks of states, with their tokens. */
  eachBlock(share: Share, visit: (from: number, to: number, first: number, count: number) => void): void {
    eachBlock(share, this.rows, (from, to) => {
      visit(from, to, this.#starts[from], this.#starts[to] - this.#starts[from]);
    });
  }

  /** Looks up tokens `first` to `first + count - 1`. */
  gather(kernels: Kernels, parameters: Parameters, first: number, count: number): void {
    const { tokenWidth } = this.#sizes;
    const [item, feedback] = [this.item + 4 * first, this.feedback + 4 * first];
    gatherTokens(kernels, parameters, this.#sizes, item, feedback, count, this.token + 4 * first * tokenWidth);
  }

  /** Adds to the gradients of the item tables, this thread's columns of them. */
  scatter(kernels: Kernels, parameters: Parameters, share: Share): void {
    scatterTokens(kernels, parameters, share, this.#sizes, this.gradientRow, this.feedback, this.dToken, this.count);
  }
}

/** Looks up `count` tokens. */
export function gatherTokens(
  kernels: Kernels,
  parameters: Parameters,
  { tokenWidth, tiedItems }: EncoderSizes,
  item: Address,
  feedback: Address,
  count: number,
  token: Address,
): void {
  if (tiedItems) {
    // The table's row twice.
    kernels.gatherTiedTokens(item, feedback, count, parameters.value(TIED_TABLE), tokenWidth / 2, token);
    return;
  }
  const [positive, negative] = [parameters.value('positive'), parameters.value('negative')];
  kernels.gatherTokens(item, feedback, count, positive, negative, tokenWidth, token);
}

/** Adds the gradients of the tokens to those of the item tables, in this thread's columns. */
export function scatterTokens(
  kernels: Kernels,
  parameters: Parameters,
  share: Share,
  { tokenWidth, trainedWidth, tiedItems }: EncoderSizes,
  gradientRow: Address,
  feedback: Address,
  dToken: Address,
  count: number,
): void {
  const [first, last] = share.range(trainedWidth, 4);
  if (first === last) return;
  if (tiedItems) {
    const gradient = parameters.gradient(TIED_TABLE);
    kernels.scatterTiedTokens(gradientRow, feedback, count, gradient, tokenWidth / 2, dToken, first, last);
    return;
  }
  const [positive, negative] = [parameters.gradient('positive'), parameters.gradient('negative')];
  kernels.scatterTokens(gradientRow, feedback, count, positive, negative, tokenWidth, dToken, first, last);
}
