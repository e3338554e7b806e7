import { checkNumber, checkOptionNames, InvalidOptionError } from '@ialp/core';
import { checkOptions } from '../checks/options.js';
import { DivergenceError } from '../errors.js';
import type { Address, Arena } from './arena.js';
import { clearFrozenColumns, type GradientRows } from './frozen-columns.js';
import type { Kernels } from './kernels.js';
import type { Parameters, Slot } from './parameters.js';
import type { GradientRun, RowwiseAdagrad } from './rowwise-adagrad.js';
import type { Share, ThreadPool } from './threads/thread-pool.js';

/**
 * The optimiser: Adam (Kingma and Ba 2015) by default, with `beta1` 0.9, `beta2` 0.999 and `epsilon`
 * 1e-8; or stochastic gradient descent, by default without momentum.
 */
export type Optimizer =
  | { readonly name: 'adam'; readonly beta1?: number; readonly beta2?: number; readonly epsilon?: number }
  | { readonly name: 'sgd'; readonly momentum?: number };

/** Rows of a table with a gradient, each once. */
export interface TouchedRows {
  readonly slot: Slot;
  readonly rows: Int32Array;
}

/** Floats in one partial sum of the norm, which makes it the same for any number of threads. */
const CHUNK = 16384;
const LARGEST_BELOW_1 = 1 - 2 ** -24;

/** Clips gradients and makes optimiser steps, on all parameters or on those that a batch has touched. */
export class OptimizerSteps {
  readonly #arena: Arena;
  readonly #threadPool: ThreadPool;
  readonly #parameters: Parameters;
  readonly #kind: Optimizer;
  readonly #items: RowwiseAdagrad | undefined;
  #steps = 0;
  #partial: Address = 0;
  #index: Address = 0;
  #indexLength = 0;
  /** Whether gradients of the item tables may not be 0; they are allocated as 0. */
  #tablesDirty = false;

  /**
   * @param items the optimiser of the item tensors, if they have their own: steps are then sparse for them.
   * @throws {InvalidOptionError}
   */
  constructor(arena: Arena, threadPool: ThreadPool, parameters: Parameters, kind: Optimizer, items?: RowwiseAdagrad) {
    checkOptimizer(kind);
    this.#items = items;
    this.#arena = arena;
    this.#threadPool = threadPool;
    this.#parameters = parameters;
    this.#kind = kind;
  }

  get name(): Optimizer['name'] {
    return this.#kind.name;
  }

  /** Optimiser steps so far. */
  get steps(): number {
    return this.#steps;
  }

  set steps(steps: number) {
    this.#steps = steps;
  }

  /** Allocates for batches that touch up to `rows` rows of all tables together. */
  reserve(rows: number): void {
    this.#indexLength = rows;
    this.#index = this.#arena.allocateFloats(rows);
    const { count, slots } = this.#parameters;
    this.#partial = this.#arena.allocateFloats(Math.ceil(count / CHUNK) + 2 * slots.length);
  }

  /** Sets gradients to 0: all, or for a sparse step only those that may not be 0. */
  clear(kernels: Kernels, share: Share, sparse: boolean): void {
    const { gradients, count, perItemCount } = this.#parameters;
    const from = this.#items !== undefined || (sparse && !this.#tablesDirty) ? perItemCount : 0;
    const clear = (run: GradientRun): void => {
      const [first, last] = share.range(run.count, 1024);
      kernels.clear(run.address + 4 * first, last - first);
    };
    clear({ address: gradients + 4 * from, count: count - from });
    this.#items?.gradients.forEach(clear);
  }

  /**
   * Clips the gradient to `maxNorm` and makes a step.
   * @param touched rows of the item tables with a gradient, unless the items have their own optimiser. Default: all rows.
   * @returns the norm before clipping. @throws {DivergenceError} if it is not finite; weights are then unchanged.
   */
  step(learningRate: number, maxNorm: number, touched?: readonly TouchedRows[]): number {
    const { perItemCount } = this.#parameters;
    const from = touched === undefined && this.#items === undefined ? 0 : perItemCount;
    const lists = touched === undefined ? [] : this.#place(touched);
    this.#tablesDirty = true;
    this.#clearFrozen(from, lists);
    const norm = this.#norm(from, lists);
    if (!Number.isFinite(norm)) {
      throw new DivergenceError(`The gradient's norm is ${norm}; the weights are unchanged.`);
    }
    this.#steps++;
    const scale = norm > maxNorm ? maxNorm / norm : 1;
    this.#update(from, lists, learningRate, scale);
    if (touched !== undefined) {
      this.#threadPool.run((kernels, share) => {
        for (const { slot, index, count } of lists) {
          const [first, last] = share.range(count, 1);
          const gradient = this.#parameters.gradients + 4 * slot.offset;
          kernels.clearRows(gradient, index + 4 * first, last - first, slot.stride);
        }
      });
      this.#tablesDirty = false;
    }
    return norm;
  }

  #place(touched: readonly TouchedRows[]): { slot: Slot; index: Address; count: number }[] {
    const all = this.#arena.integers(this.#index, this.#indexLength);
    let at = 0;
    return touched.map(({ slot, rows }) => {
      all.set(rows, at);
      at += rows.length;
      return { slot, index: this.#index + 4 * (at - rows.length), count: rows.length };
    });
  }

  /** Discards the gradients of frozen columns. */
  #clearFrozen(from: number, lists: readonly { slot: Slot; index: Address; count: number }[]): void {
    const parameters = this.#parameters;
    const clear = (slot: Slot, rows: GradientRows): void =>
      clearFrozenColumns(this.#threadPool, parameters, slot, rows);
    this.#items?.clearFrozen(clear);
    for (const { slot, ...rows } of lists) clear(slot, rows);
    if (from === 0) for (const slot of parameters.momentSlots) clear(slot, { count: slot.rows });
  }

  #norm(from: number, lists: readonly { slot: Slot; index: Address; count: number }[]): number {
    const { gradients, count } = this.#parameters;
    const runs = [{ address: gradients + 4 * from, count: count - from }, ...(this.#items?.gradients ?? [])];
    const chunks = runs.reduce((sum, run) => sum + Math.ceil(run.count / CHUNK), 0);
    this.#threadPool.run((kernels, share) => {
      let chunk = 0;
      for (const run of runs) {
        for (let first = 0; first < run.count; first += CHUNK, chunk++) {
          if (!share.takes(chunk)) continue;
          const [address, length] = [run.address + 4 * first, Math.min(CHUNK, run.count - first)];
          kernels.sumSquares(address, length, this.#partial + 4 * chunk);
        }
      }
      lists.forEach(({ slot, index, count: rows }, list) => {
        if (!share.takes(list)) return;
        const out = this.#partial + 4 * (chunks + list);
        kernels.sumSquaresOfRows(gradients + 4 * slot.offset, index, rows, slot.stride, out);
      });
    });
    return Math.sqrt(this.#arena.floats(this.#partial, chunks + lists.length).reduce((sum, part) => sum + part, 0));
  }

  #update(
    from: number,
    lists: readonly { slot: Slot; index: Address; count: number }[],
    learningRate: number,
    scale: number,
  ): void {
    const { values, gradients, firstMoment, secondMoment, count } = this.#parameters;
    const kind = this.#kind;
    const parts = (floats: number): [Address, Address, Address, Address] => {
      const bytes = 4 * floats;
      return [values + bytes, gradients + bytes, firstMoment + bytes, secondMoment + bytes];
    };
    if (kind.name === 'sgd') {
      const { momentum = 0 } = kind;
      this.#threadPool.run((kernels, share) => {
        const [first, last] = share.range(count - from, 1024);
        const [value, gradient, velocity] = parts(from + first);
        kernels.sgd(value, gradient, velocity, last - first, scale, learningRate, momentum);
        this.#items?.update(kernels, share, learningRate, scale);
        for (const { slot, index, count: rows } of lists) {
          const [begin, end] = share.range(rows, 1);
          const [table, slope, moment] = parts(slot.offset);
          const [listed, listedCount] = [index + 4 * begin, end - begin];
          kernels.sgdRows(table, slope, moment, listed, listedCount, slot.stride, scale, learningRate, momentum);
        }
      });
      return;
    }
    const { beta1 = 0.9, beta2 = 0.999, epsilon: e = 1e-8 } = kind;
    const correction = Math.sqrt(1 - beta2 ** this.#steps);
    const rate = (learningRate * correction) / (1 - beta1 ** this.#steps);
    const epsilon = e * correction;
    this.#threadPool.run((kernels, share) => {
      const [first, last] = share.range(count - from, 1024);
      kernels.adam(...parts(from + first), last - first, scale, rate, beta1, beta2, epsilon);
      this.#items?.update(kernels, share, learningRate, scale);
      for (const { slot, index, count: rows } of lists) {
        const [begin, end] = share.range(rows, 1);
        const [listed, listedCount] = [index + 4 * begin, end - begin];
        kernels.adamRows(...parts(slot.offset), listed, listedCount, slot.stride, scale, rate, beta1, beta2, epsilon);
      }
    });
  }
}

const OPTION_NAMES = { adam: ['name', 'beta1', 'beta2', 'epsilon'], sgd: ['name', 'momentum'] } as const;

function checkOptimizer(kind: Optimizer): void {
  checkOptions(kind, "{ name: 'adam' }", 'optimizer');
  if (Object.hasOwn(OPTION_NAMES, kind.name)) checkOptionNames(kind, OPTION_NAMES[kind.name], { option: 'optimizer' });
  if (kind.name === 'sgd') {
    checkNumber('optimizer.momentum', kind.momentum ?? 0, 0, LARGEST_BELOW_1);
  } else if (kind.name === 'adam') {
    checkNumber('optimizer.beta1', kind.beta1 ?? 0, 0, LARGEST_BELOW_1);
    checkNumber('optimizer.beta2', kind.beta2 ?? 0, 0, LARGEST_BELOW_1);
    checkNumber('optimizer.epsilon', kind.epsilon ?? 0, 0);
  } else {
    throw new InvalidOptionError('optimizer.name', (kind as { name: unknown }).name, "'adam' or 'sgd'");
  }
}
