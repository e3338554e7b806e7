import { checkNumber, checkOptionNames, InvalidOptionError } from '@ialp/core';
import { checkOptions } from '../checks/options.js';
import { WeightsError } from '../errors.js';
import type { ItemTensor, Tensor, Weights } from '../network.js';
import type { Address, Arena } from './arena.js';
import type { GradientRows } from './frozen-columns.js';
import type { Kernels } from './kernels.js';
import { checkFinite, type Parameters, padded, type Slot } from './parameters.js';
import type { Share } from './threads/thread-pool.js';
import type { TouchedItems } from './touched-items.js';

/**
 * The optimiser of the tensors with a row for each item: row-wise Adagrad (Naumov et al. 2019, arXiv 1906.00091; `EXACT_ROWWISE_ADAGRAD` of
 * FBGEMM). It stores one number for each row, the sum of the mean squares of its gradients: `sum[r] += mean(g_r^2)`,
 * `w_r -= learningRateFactor * learningRate * g_r / (sqrt(sum[r]) + epsilon)`.
 */
export interface ItemOptimizer {
  readonly name: 'rowwise-adagrad';
  /** Default: 1e-8. */
  readonly epsilon?: number;
  /** Step size of the items relative to that of all other weights, which a schedule changes together. Default: 1. */
  readonly learningRateFactor?: number;
}

const OPTION_NAMES: readonly (keyof ItemOptimizer)[] = ['name', 'epsilon', 'learningRateFactor'];

/** @throws {InvalidOptionError} */
export function checkItemOptimizer(options: ItemOptimizer): Required<ItemOptimizer> {
  checkOptions(options, "{ name: 'rowwise-adagrad' }", 'itemOptimizer');
  checkOptionNames(options, OPTION_NAMES, { option: 'itemOptimizer' });
  const { name, epsilon = 1e-8, learningRateFactor = 1 } = options;
  if (name !== 'rowwise-adagrad') throw new InvalidOptionError('itemOptimizer.name', name, "'rowwise-adagrad'");
  checkNumber('itemOptimizer.epsilon', epsilon, 0);
  checkNumber('itemOptimizer.learningRateFactor', learningRateFactor, 0);
  return { name, epsilon, learningRateFactor };
}

/** Item tensors that a batch touches in the same rows. */
export interface ItemGroup {
  readonly touched: TouchedItems;
  readonly slots: readonly Slot[];
}

/** A contiguous run of gradients. */
export interface GradientRun {
  readonly address: Address;
  /** Floats, a multiple of 4. */
  readonly count: number;
}

/**
 * Row-wise Adagrad of the item tensors. Their gradients are blocks with a row for each touched item, and their state is a number for each item,
 * so that neither a step nor the memory for training depends on the size of the tables.
 */
export class RowwiseAdagrad {
  readonly #arena: Arena;
  readonly #parameters: Parameters;
  readonly #epsilon: number;
  readonly #learningRateFactor: number;
  readonly #groups: readonly ItemGroup[];
  readonly #sums = new Map<string, Address>();

  /** @param groups all item tensors, each once. */
  constructor(
    arena: Arena,
    parameters: Parameters,
    { epsilon, learningRateFactor }: Required<ItemOptimizer>,
    groups: readonly ItemGroup[],
  ) {
    this.#arena = arena;
    this.#parameters = parameters;
    this.#epsilon = epsilon;
    this.#learningRateFactor = learningRateFactor;
    this.#groups = groups;
  }

  get #slots(): Slot[] {
    return this.#groups.flatMap(({ slots }) => slots);
  }

  /** Allocates the sums, all 0. Call it once, before the first training step. */
  allocate(): void {
    for (const slot of this.#slots) this.#sums.set(slot.name, this.#arena.allocateZeros(itemsOf(slot)));
  }

  /** Allocates the gradients of batches that touch up to some number of items of each group. */
  reserve(counts: readonly number[]): void {
    for (const [k, { touched, slots }] of this.#groups.entries()) {
      const rows = touched.reserve(counts[k]);
      for (const slot of slots) {
        this.#parameters.itemGradients.set(slot.name, this.#arena.allocateFloats(rows * widthOf(slot)));
      }
    }
  }

  /** The gradients of the touched rows. */
  get gradients(): GradientRun[] {
    return this.#groups.flatMap(({ touched, slots }) =>
      slots.map((slot) => ({
        address: this.#parameters.gradient(slot.name),
        count: padded(touched.count) * widthOf(slot),
      })),
    );
  }

  /** Discards the gradients of frozen columns. @param clear does so in some rows of a tensor. */
  clearFrozen(clear: (slot: Slot, rows: GradientRows) => void): void {
    for (const { touched, slots } of this.#groups) for (const slot of slots) clear(slot, { count: touched.count });
  }

  /** Changes the touched rows by their gradients times `scale`. @param learningRate of all other weights. */
  update(kernels: Kernels, share: Share, learningRate: number, scale: number): void {
    const rate = this.#learningRateFactor * learningRate;
    for (const { touched, slots } of this.#groups) {
      const [first, last] = share.range(touched.count, 1);
      const [index, count] = [touched.index + 4 * first, last - first];
      for (const slot of slots) {
        const { name, stride, itemAxis } = slot;
        const [values, sums] = [this.#parameters.value(name), this.#sums.get(name) as Address];
        const gradients = this.#parameters.gradient(name) + 4 * first * widthOf(slot);
        if (itemAxis === 1) {
          kernels.adagrad(values, gradients, sums, index, count, scale, rate, this.#epsilon);
          continue;
        }
        const trained = slot.frozenFrom ?? stride;
        const rates = [scale, rate, this.#epsilon] as const;
        if (trained > 0) kernels.rowwiseAdagrad(values, gradients, sums, index, count, stride, trained, ...rates);
      }
    }
  }

  /** Sets the sums of some items to 0. */
  forget({ name }: ItemTensor, items: Int32Array): void {
    const sums = this.#sums.get(name);
    if (sums === undefined) return;
    const { allFloats } = this.#arena;
    for (const item of items) allFloats[sums / 4 + item] = 0;
  }

  /** A copy of the sums: `[items, 1]` of a table, `[1, items]` of a bias. */
  read(): Weights {
    return Object.fromEntries(
      this.#slots.map((slot): [string, Tensor] => {
        const sums = this.#sums.get(slot.name);
        const count = itemsOf(slot);
        const data = sums === undefined ? new Float32Array(count) : this.#arena.floats(sums, count).slice();
        return [slot.name, { shape: shapeOf(slot), data }];
      }),
    );
  }

  /** @throws {WeightsError} unless sums as `read` returns them are given, none of them negative. */
  check(sums: Weights): void {
    const unknown = Object.keys(sums).find((name) => !this.#slots.some((slot) => slot.name === name));
    if (unknown !== undefined) {
      const expected = this.#slots.map(({ name }) => name).join(', ');
      throw new WeightsError(`state.optimizer/sum/${unknown}: expected the sums of ${expected} alone; found another.`);
    }
    for (const slot of this.#slots) {
      const { shape, data } = sums[slot.name] ?? { shape: [], data: new Float32Array(0) };
      const [name, expected] = [`optimizer/sum/${slot.name}`, shapeOf(slot)];
      if (shape.join() !== expected.join() || data.length !== itemsOf(slot)) {
        throw new WeightsError(
          `state.${name}: expected shape [${expected.join(', ')}]; found ${shape.length > 0 ? `[${shape.join(', ')}]` : 'none'}.`,
        );
      }
      checkFinite(name, data);
      const wrong = data.findIndex((sum) => sum < 0);
      if (wrong === -1) continue;
      throw new WeightsError(`state.${name}[${wrong}]: expected a sum of squares, 0 or more; found ${data[wrong]}.`);
    }
  }

  /** Replaces the sums by checked ones. */
  write(sums: Weights): void {
    for (const slot of this.#slots) {
      this.#arena.floats(this.#sums.get(slot.name) as Address, itemsOf(slot)).set(sums[slot.name].data);
    }
  }
}

/** Items of a tensor. */
function itemsOf({ itemAxis, rows, columns }: Slot): number {
  return itemAxis === 1 ? columns : rows;
}

/** Floats of an item's gradient. */
function widthOf({ itemAxis, stride }: Slot): number {
  return itemAxis === 1 ? 1 : stride;
}

/** Shape of the sums of a tensor. */
function shapeOf(slot: Slot): number[] {
  return slot.itemAxis === 1 ? [1, itemsOf(slot)] : [itemsOf(slot), 1];
}
