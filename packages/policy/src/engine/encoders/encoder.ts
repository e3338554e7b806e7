import type { Random } from '@ialp/core';
import type { Histories } from '../../network.js';
import type { Address, Arena } from '../arena.js';
import type { Kernels } from '../kernels.js';
import type { ParameterSpec, Parameters } from '../parameters.js';
import type { Share } from '../threads/team.js';

/** Sizes that every encoder has. */
export interface EncoderSizes {
  readonly items: number;
  readonly historyLength: number;
  /** Length of a token. */
  readonly tokenWidth: number;
  /** Columns of the item tables that are trained; those behind them are given and frozen. */
  readonly trainedWidth: number;
  /** Length of a state. */
  readonly hidden: number;
}

/**
 * What turns histories into states, `[rows, hidden]`. One batch goes through it at a time: `load`, `forward`, `states`,
 * and, in training, `backward` and `gradients`. Each is called for every thread, and all threads are through with one
 * before the next begins.
 */
export interface Encoder {
  readonly parameters: readonly ParameterSpec[];
  /** Draws the first weights, all but those of the item tables. */
  initialize(parameters: Parameters, random: Random): void;
  /** Allocates for batches of up to `rows` states, from wherever the arena stands. */
  reserve(arena: Arena, rows: number): void;
  /** Takes a batch in. */
  load(arena: Arena, histories: Histories): void;
  /** From tokens to whatever `states` needs. */
  forward(kernels: Kernels, parameters: Parameters, share: Share): void;
  /** Fills the states of rows `from` up to `to`. */
  states(kernels: Kernels, parameters: Parameters, state: Address, from: number, to: number): void;
  /** Called once a training step, before `backward`: weights in the layout that it reads. */
  prepare(kernels: Kernels, parameters: Parameters, share: Share): void;
  /** Gradients of the activations, down to the tokens, from those of all states. */
  backward(kernels: Kernels, parameters: Parameters, share: Share, state: Address, dState: Address): void;
  /** Adds to the gradients of the weights, the item tables included. */
  gradients(kernels: Kernels, parameters: Parameters, share: Share, dState: Address): void;
}

/** Rows that a thread takes at a time. */
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

/** Floats that `packTransposed` takes for a matrix of `rows` rows of `columns`. */
export function packedLength(rows: number, columns: number): number {
  return Math.ceil(rows / 8) * 8 * columns;
}
