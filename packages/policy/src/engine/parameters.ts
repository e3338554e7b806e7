import type { Random } from '@ialp/core';
import { indexOfNonFinite } from '@ialp/core/checkpoint';
import { checkTensors } from '../checks/training.js';
import { WeightsError } from '../errors.js';
import type { ItemTensor, Weights } from '../network.js';
import type { Address, Arena } from './arena.js';
import { sameBits } from './same-bits.js';

/** Name and shape of a network's tensor. */
export interface ParameterSpec {
  readonly name: string;
  readonly rows: number;
  readonly columns: number;
  /** Axis of the items, if it has a row for every item, of which a batch may train few. */
  readonly itemAxis?: 0 | 1;
  /** First frozen column: training does not change the columns from here on. Default: none. */
  readonly frozenFrom?: number;
  /** Whether its frozen columns get a gradient, which is discarded: those of an output layer do. Default false. */
  readonly isOutput?: boolean;
}

/** Memory layout of a tensor: rows of `stride >= columns` floats, padded with rows to a multiple of 4 unless a row is a number of each item. */
export interface Slot extends ParameterSpec {
  readonly stride: number;
  /** Offset in floats from the start of each part. */
  readonly offset: number;
  /** Size in floats, including padding. */
  readonly length: number;
}

/** Rounds up to a whole number of SIMD vectors. */
export function padded(count: number): number {
  return Math.ceil(count / 4) * 4;
}

/**
 * The parameters of a network and, for training, their gradients and the optimiser's two moments: four parts of memory with the same
 * layout, so that clipping and the optimiser process one long vector. Padding stays 0, because its gradient is 0. Tensors with a row
 * for every item come first: where they have an optimiser of their own, they have neither gradients nor moments in these parts.
 */
export class Parameters {
  /** Floats in one part. */
  readonly count: number;
  /** Floats of the tensors with a row for every item, which come first. */
  readonly perItemCount: number;
  readonly slots: readonly Slot[];
  values: Address;
  gradients: Address = 0;
  firstMoment: Address = 0;
  secondMoment: Address = 0;
  /** Tensors with gradients and moments in these parts. */
  readonly momentSlots: readonly Slot[];
  /** Gradients of the others, by name. */
  readonly itemGradients = new Map<string, Address>();
  readonly #arena: Arena;

  /** @param ownItemOptimizer whether the tensors with a row for every item have an optimiser of their own. Default false. */
  constructor(arena: Arena, specs: readonly ParameterSpec[], ownItemOptimizer = false) {
    let offset = 0;
    const place = (spec: ParameterSpec): Slot => {
      const stride = padded(spec.columns);
      const length = (spec.itemAxis === 1 ? 1 : padded(spec.rows)) * stride;
      offset += length;
      return { ...spec, stride, length, offset: offset - length };
    };
    const perItem = specs.filter((spec) => spec.itemAxis !== undefined).map(place);
    this.perItemCount = offset;
    const others = specs.filter((spec) => spec.itemAxis === undefined).map(place);
    this.slots = [...perItem, ...others];
    this.momentSlots = ownItemOptimizer ? others : this.slots;
    this.count = offset;
    this.#arena = arena;
    this.values = arena.allocateZeros(offset);
  }

  /** Allocates gradients and moments, all 0. Call it once, before the first training step. */
  allocateTraining(): void {
    const left = this.momentSlots === this.slots ? 0 : this.perItemCount;
    // As if they began with the tensors that are left out: the values are below them in memory and have the same length, so that no address is 0.
    const allocate = (): Address => this.#arena.allocateZeros(this.count - left) - 4 * left;
    this.gradients = allocate();
    this.firstMoment = allocate();
    this.secondMoment = allocate();
  }

  slot(name: string): Slot {
    const slot = this.slots.find((each) => each.name === name);
    if (slot === undefined) throw new WeightsError(`weights.${name}: this network has no such tensor.`);
    return slot;
  }

  /** Address of a tensor's values. */
  value(name: string): Address {
    return this.values + 4 * this.slot(name).offset;
  }

  /** Address of a tensor's gradient. */
  gradient(name: string): Address {
    return this.itemGradients.get(name) ?? this.gradients + 4 * this.slot(name).offset;
  }

  /** Fills a tensor from a normal distribution of mean 0, or only its columns from `from` up to `to`. */
  fillNormal(name: string, deviation: number, random: Random, from = 0, to = this.slot(name).columns): void {
    this.eachRow(name, (row) => {
      for (let column = from; column < to; column++) row[column] = deviation * random.normal();
    });
  }

  /** Fills a tensor with one number. */
  fill(name: string, value: number): void {
    this.eachRow(name, (row) => {
      row.fill(value);
    });
  }

  /** Multiplies a tensor by a factor. */
  scale(name: string, factor: number): void {
    this.eachRow(name, (row) => {
      for (let column = 0; column < row.length; column++) row[column] *= factor;
    });
  }

  /** Sets the moments of frozen columns to 0: those of a network that has trained them would still move them. */
  clearFrozenMoments(): void {
    for (const { name, columns, frozenFrom = columns } of this.momentSlots) {
      if (frozenFrom === columns) continue;
      for (const part of [this.firstMoment, this.secondMoment])
        this.eachRow(name, (row) => row.fill(0, frozenFrom), part);
    }
  }

  /** The tensors of a part. */
  #slotsOf(part: Address): readonly Slot[] {
    return part === this.values ? this.slots : this.momentSlots;
  }

  /** Copies all tensors of a part, without padding; by default the values. Zeros if the part is not allocated yet. */
  read(part: Address = this.values): Weights {
    return Object.fromEntries(
      this.#slotsOf(part).map(({ name, rows, columns }) => {
        const data = new Float32Array(rows * columns);
        if (part !== 0) this.#eachBlock(name, (block, start) => data.set(block, start), part);
        return [name, { shape: [rows, columns], data }];
      }),
    );
  }

  /** @throws {WeightsError} unless exactly the network's tensors are given, each of the right shape and finite. */
  checkFit(weights: Weights, slots = this.slots): void {
    this.checkShapes(weights, slots);
    for (const { name } of slots) checkFinite(name, weights[name].data);
  }

  /** @throws {WeightsError} unless exactly the network's tensors are given, each of the right shape. Cheap. */
  checkShapes(weights: Weights, slots = this.slots): void {
    checkTensors(weights);
    const unknown = Object.keys(weights).find((name) => !slots.some((slot) => slot.name === name));
    if (unknown !== undefined) {
      const names = slots.map(({ name }) => name).join(', ');
      throw new WeightsError(
        `weights.${unknown}: expected only the tensors of this network, ${names}; found one more. Create the network with the options of ` +
          'the one that the weights are of: encoder, blocks, heads, tiedItems, userFeatures.',
      );
    }
    for (const slot of slots) checkShape(slot, weights);
  }

  /**
   * Replaces a part, by default the values. A process that follows a learner takes the weights of a frozen network again with every policy: to
   * compare them takes less time than to check their numbers and to write them.
   * @returns whether any bit has changed.
   * @throws {WeightsError} as `checkFit`; nothing is then changed.
   */
  write(weights: Weights, part: Address = this.values): boolean {
    const slots = this.#slotsOf(part);
    this.checkShapes(weights, slots);
    const changed = slots.filter(({ name }) => !this.#holds(name, weights[name].data, part));
    for (const { name } of changed) checkFinite(name, weights[name].data);
    for (const { name } of changed) {
      const { data } = weights[name];
      this.#eachBlock(name, (block, start) => block.set(data.subarray(start, start + block.length)), part);
    }
    return changed.length > 0;
  }

  /** Whether a tensor of a part has these numbers already. */
  #holds(name: string, data: Float32Array, part: Address): boolean {
    let isSame = true;
    const compare = (block: Float32Array, start: number): void => {
      isSame &&= sameBits(block, data.subarray(start, start + block.length));
    };
    this.#eachBlock(name, compare, part);
    return isSame;
  }

  /** Replaces the rows of some items in a tensor, and sets the optimiser's moments of these rows to 0. */
  writeItems({ name, axis }: ItemTensor, items: Int32Array, data: Float32Array): void {
    const slot = this.slot(name);
    const { offset, stride, length, columns } = slot;
    const width = axis === 0 ? columns : 1;
    const hasMoments = this.gradients !== 0 && this.momentSlots.includes(slot);
    const parts = hasMoments ? [this.values, this.firstMoment, this.secondMoment] : [this.values];
    for (const part of parts) {
      const all = this.#arena.floats(part + 4 * offset, length);
      for (const [k, item] of items.entries()) {
        const start = axis === 0 ? item * stride : item;
        if (part === this.values) all.set(data.subarray(k * width, (k + 1) * width), start);
        else all.fill(0, start, start + width);
      }
    }
  }

  /**
   * Visits a tensor without padding in blocks as long as possible, each with the place of its first number: all at once where its rows are not
   * padded, which takes a tenth of the time with a large catalogue.
   */
  #eachBlock(name: string, visit: (block: Float32Array, start: number) => void, part: Address): void {
    const { rows, columns, stride, offset } = this.slot(name);
    if (columns === stride) visit(this.#arena.floats(part + 4 * offset, rows * columns), 0);
    else this.eachRow(name, (row, index) => visit(row, index * columns), part);
  }

  /** Visits a tensor's rows, without padding. */
  eachRow(name: string, visit: (row: Float32Array, index: number) => void, part: Address = this.values): void {
    const { rows, columns, stride, offset } = this.slot(name);
    const all = this.#arena.floats(part + 4 * offset, rows * stride);
    for (let row = 0; row < rows; row++) visit(all.subarray(row * stride, row * stride + columns), row);
  }
}

function checkShape({ name, rows, columns }: Slot, weights: Weights): void {
  const tensor = weights[name];
  if (tensor === undefined) {
    throw new WeightsError(
      `weights.${name}: expected a tensor; found ${Object.keys(weights).join(', ') || 'nothing'}.`,
    );
  }
  if (tensor.shape.length !== 2 || tensor.shape[0] !== rows || tensor.shape[1] !== columns) {
    throw new WeightsError(
      `weights.${name}: expected shape [${rows}, ${columns}]; found [${tensor.shape.join(', ')}]. ` +
        'Weights fit only a network of the same catalogue and sizes.',
    );
  }
  if (tensor.data.length !== rows * columns) {
    throw new WeightsError(`weights.${name}: expected ${rows * columns} numbers; found ${tensor.data.length}.`);
  }
}

/** @param start the place in the tensor of the first number. @throws {WeightsError} for a number that is not finite. */
export function checkFinite(name: string, data: Float32Array, start = 0): void {
  const wrong = indexOfNonFinite(data);
  if (wrong === -1) return;
  throw new WeightsError(`weights.${name}[${start + wrong}]: expected a number; found ${data[wrong]}.`);
}
