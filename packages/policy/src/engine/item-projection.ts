import type { Random } from '@ialp/core';
import type { Address, Arena } from './arena.js';
import { addGradient, packedLength, product, productTransposed } from './encoders/encoder.js';
import type { Kernels } from './kernels.js';
import type { Parameters } from './parameters.js';
import type { Share } from './threads/thread-pool.js';

/** Name of the table that the history and the actor share, with tied items. */
export const TIED_TABLE = 'item';
/** Name of the matrix that maps states to its width, `[hidden, embedding]`. */
export const PROJECTION = 'projection';
/** Initial standard deviation: small, so that the initial policy is nearly uniform, as rows of the table have unit length on average. */
const DEVIATION = 0.01;

/**
 * Projects states to the width of the tied table, whose rows are the actor's output vectors: `z = state P`, so that the logits are `table z + bias`
 * (Press and Wolf 2017).
 */
export class ItemProjection {
  /** `[rows, embedding]`: the projected states, and their gradient. */
  out: Address = 0;
  dOut: Address = 0;
  readonly #hidden: number;
  readonly #width: number;
  #packed: Address = 0;
  #zeros: Address = 0;

  constructor(hidden: number, width: number) {
    this.#hidden = hidden;
    this.#width = width;
  }

  initialize(parameters: Parameters, random: Random): void {
    parameters.fillNormal(PROJECTION, DEVIATION, random);
  }

  reserve(arena: Arena, rows: number): void {
    this.#zeros = arena.zeros;
    this.out = arena.allocateFloats(rows * this.#width);
    this.dOut = arena.allocateFloats(rows * this.#width);
    this.#packed = arena.allocateFloats(packedLength(this.#hidden, this.#width));
  }

  /** Projects the states of rows `from` up to `to`. */
  forward(kernels: Kernels, parameters: Parameters, state: Address, from: number, to: number): void {
    const [hidden, width, matrix] = [this.#hidden, this.#width, parameters.value(PROJECTION)];
    const [states, out] = [state + 4 * from * hidden, this.out + 4 * from * width];
    product(kernels, states, hidden, matrix, this.#zeros, out, width, to - from);
  }

  /** Sets the gradient of the projected rows `from` up to `to` to 0. */
  clear(kernels: Kernels, from: number, to: number): void {
    kernels.clear(this.dOut + 4 * from * this.#width, (to - from) * this.#width);
  }

  /** Called once in each training step, before `backward`. */
  prepare(kernels: Kernels, parameters: Parameters, share: Share): void {
    if (!share.takes(0)) return;
    kernels.packTransposed(parameters.value(PROJECTION), this.#hidden, this.#width, this.#packed);
  }

  /** Adds to the gradient of the states, for rows `from` up to `to`. */
  backward(kernels: Kernels, dState: Address, from: number, to: number): void {
    const [hidden, width] = [this.#hidden, this.#width];
    const [slope, out] = [this.dOut + 4 * from * width, dState + 4 * from * hidden];
    productTransposed(kernels, slope, width, this.#packed, out, out, hidden, to - from);
  }

  /** Adds to the gradient of the matrix. */
  gradients(kernels: Kernels, parameters: Parameters, share: Share, state: Address, rows: number): void {
    const gradient = parameters.gradient(PROJECTION);
    addGradient(kernels, share, state, this.#hidden, this.dOut, this.#width, gradient, rows);
  }
}
