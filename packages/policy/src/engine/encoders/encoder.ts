import type { Random } from '@ialp/core';
import type { Histories } from '../../network.js';
import type { Address, Arena } from '../arena.js';
import type { Kernels } from '../kernels.js';
import type { ParameterSpec, Parameters } from '../parameters.js';
import type { Share } from '../threads/thread-pool.js';

/** Sizes that every encoder has. */
export interface EncoderSizes {
  readonly items: number;
  readonly historyLength: number;
  /** Width of a token. */
  readonly tokenWidth: number;
  /** Trained columns of an item table; the remaining ones are given and frozen. */
  readonly trainedWidth: number;
  /** Width of a state. */
  readonly hidden: number;
  /** Whether positive and negative feedback share one item table. */
  readonly tiedItems: boolean;
  /** Whether the gradients of the item tables have rows for the items of the batch alone. */
  readonly compactGradients: boolean;
}

/** The interactions of a batch, in an encoder's order. */
export interface HistoryTokens {
  /** Address of `[count]` items. */
  readonly item: Address;
  /** Address of `[count]`: the row of each in the gradients of the item tables; the same as `item` if these have a row for every item. */
  readonly gradientRow: Address;
  readonly count: number;
}

/**
 * Maps histories to states, `[rows, hidden]`. A batch goes through `load`, `forward`, `states`, and in training `backward` and
 * `gradients`. Each is called for every thread, and all threads finish one before the next begins.
 */
export interface Encoder {
  readonly parameters: readonly ParameterSpec[];
  /** The interactions of the last loaded batch. */
  readonly tokens: HistoryTokens;
  /** Draws the initial weights, except those of the item tables. */
  initialize(parameters: Parameters, random: Random): void;
  /** Allocates buffers for batches of up to `rows` states. */
  reserve(arena: Arena, rows: number): void;
  /** Loads a batch. */
  load(arena: Arena, histories: Histories): void;
  /** Computes what `states` needs from the tokens. */
  forward(kernels: Kernels, parameters: Parameters, share: Share): void;
  /** Fills the states of rows `from` up to `to`. */
  states(kernels: Kernels, parameters: Parameters, state: Address, from: number, to: number): void;
  /** Called once in each training step, before `backward`: packs weights for it. */
  prepare(kernels: Kernels, parameters: Parameters, share: Share): void;
  /** Gradients of the activations, down to the tokens, from those of all states. */
  backward(kernels: Kernels, parameters: Parameters, share: Share, state: Address, dState: Address): void;
  /** Adds to the gradients of the weights, the item tables included. */
  gradients(kernels: Kernels, parameters: Parameters, share: Share, dState: Address): void;
}

/** Rows of a block, the unit of a thread's work. */
export const BLOCK = 32;

/** Calls `visit` for each block of rows that is this thread's. */
export function eachBlock(share: Share, rows: number, visit: (from: number, to: number) => void): void {
  for (let block = 0; block * BLOCK < rows; block++) {
    if (share.takes(block)) visit(block * BLOCK, Math.min(rows, (block + 1) * BLOCK));
  }
}

/** `gradient += A^T B` for `steps` rows of A and B, this thread's rows of it. */
export function addGradient(
  kernels: Kernels,
  share: Share,
  a: Address,
  aWidth: number,
  b: Address,
  bWidth: number,
  gradient: Address,
  steps: number,
): void {
  const [first, last] = share.range(aWidth, 4);
  kernels.multiplyTransposed(
    a + 4 * first,
    4 * aWidth,
    b,
    4 * bWidth,
    32,
    gradient + 4 * first * bWidth,
    4 * bWidth,
    last - first,
    steps,
    bWidth,
  );
}

/**
 * `out = start + A M` for rows of A; M is `[aWidth, width]`, row-major. `start` is one row, such as a bias or zeros, or
 * `out` itself, to add to it.
 */
export function product(
  kernels: Kernels,
  a: Address,
  aWidth: number,
  matrix: Address,
  start: Address,
  out: Address,
  width: number,
  rows: number,
): void {
  const startRow = start === out ? 4 * width : 0;
  kernels.multiply(a, 4 * aWidth, matrix, 4 * width, 32, start, startRow, out, 4 * width, rows, aWidth, width);
}

/** `out = start + A M^T` for rows of A, where M^T was packed by `packTransposed`; M is `[width, aWidth]`. */
export function productTransposed(
  kernels: Kernels,
  a: Address,
  aWidth: number,
  packed: Address,
  start: Address,
  out: Address,
  width: number,
  rows: number,
): void {
  const startRow = start === out ? 4 * width : 0;
  kernels.multiply(a, 4 * aWidth, packed, 32, 32 * aWidth, start, startRow, out, 4 * width, rows, aWidth, width);
}

/** Floats that `packTransposed` needs for a `[rows, columns]` matrix. */
export function packedLength(rows: number, columns: number): number {
  return Math.ceil(rows / 8) * 8 * columns;
}
