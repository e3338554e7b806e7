import { InvalidOptionError, type Random } from '@ialp/core';
import { ShapeError } from '../../errors.js';
import type { Histories } from '../../network.js';
import type { Address, Arena } from '../arena.js';
import type { Kernels } from '../kernels.js';
import { type ParameterSpec, type Parameters, padded } from '../parameters.js';
import type { Share } from '../threads/thread-pool.js';
import { addGradient, product } from './encoder.js';

/** Adds user features to the states: `state += features U`. Without features it does nothing. */
export class UserFeatures {
  readonly parameters: readonly ParameterSpec[];
  readonly #width: number;
  readonly #hidden: number;
  /** `[rows, padded(width)]` */
  #features: Address = 0;

  constructor(width: number, hidden: number) {
    this.#width = width;
    this.#hidden = hidden;
    this.parameters = width === 0 ? [] : [{ name: 'user', rows: width, columns: hidden }];
  }

  initialize(parameters: Parameters, random: Random): void {
    if (this.#width > 0) parameters.fillNormal('user', 1 / Math.sqrt(this.#width), random);
  }

  reserve(arena: Arena, rows: number): void {
    const length = rows * padded(this.#width);
    this.#features = arena.allocateFloats(length);
    arena.floats(this.#features, length).fill(0);
  }

  load(arena: Arena, { rows: count, userFeatures }: Histories): void {
    const width = this.#width;
    if (width === 0) return;
    if (userFeatures === undefined) {
      throw new InvalidOptionError('userFeatures', userFeatures, `${width} user features of each state`);
    }
    if (userFeatures.length !== count * width) {
      throw new ShapeError('userFeatures of the states', userFeatures.length, count * width);
    }
    const stride = padded(width);
    const rows = arena.floats(this.#features, count * stride);
    for (let row = 0; row < count; row++) {
      rows.set(userFeatures.subarray(row * width, (row + 1) * width), row * stride);
    }
  }

  /** Adds to the states of rows `from` up to `to`. */
  add(kernels: Kernels, parameters: Parameters, state: Address, from: number, to: number): void {
    if (this.#width === 0) return;
    const [stride, hidden] = [padded(this.#width), this.#hidden];
    const [features, out] = [this.#features + 4 * from * stride, state + 4 * from * hidden];
    product(kernels, features, stride, parameters.value('user'), out, out, hidden, to - from);
  }

  /** Adds to the gradient of U, this thread's rows of it. */
  gradients(kernels: Kernels, parameters: Parameters, share: Share, dState: Address, rows: number): void {
    if (this.#width === 0) return;
    const gradient = parameters.gradient('user');
    addGradient(kernels, share, this.#features, padded(this.#width), dState, this.#hidden, gradient, rows);
  }
}
