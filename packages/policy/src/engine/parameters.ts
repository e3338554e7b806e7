import type { Random } from '@ialp/env';
import { WeightsError } from '../errors.js';
import type { Weights } from '../network.js';
import type { Arena } from './arena.js';
import type { Address } from './kernels.js';

/** One tensor of the network: `rows` of `columns`, stored with `stride >= columns` floats a row. */
interface Slot {
  readonly rows: number;
  readonly columns: number;
  readonly stride: number;
  /** Floats before it in each of the four parts. */
  readonly offset: number;
}

/** Sizes of the mean-pooling actor-critic. */
export interface Sizes {
  readonly items: number;
  /** Length of an item embedding; a multiple of 4. */
  readonly embedding: number;
  /** Hidden units; a multiple of 4. */
  readonly hidden: number;
}

/** Pooled histories carry four numbers beside the embedding: fill, mean feedback, and two zeros. */
export const POOLED_EXTRA = 4;

const NAMES = ['liked', 'passed', 'hidden', 'hiddenBias', 'actor', 'actorBias', 'critic', 'criticBias'] as const;
/** Names of the tensors, in their order in memory. */
export type ParameterName = (typeof NAMES)[number];

/** Rounds up to a whole number of SIMD vectors. */
export function padded(columns: number): number {
  return Math.ceil(columns / 4) * 4;
}

/**
 * The parameters of one network with their gradients and Adam's two moments: four runs of memory of the same layout,
 * so that clipping and the optimiser see one long vector. Padding stays 0: its gradient is.
 */
export class Parameters {
  /** Floats in one part. */
  readonly count: number;
  readonly values: Address;
  readonly gradients: Address;
  readonly firstMoment: Address;
  readonly secondMoment: Address;
  readonly #arena: Arena;
  readonly #slots: Record<ParameterName, Slot>;

  constructor(arena: Arena, { items, embedding, hidden }: Sizes) {
    const shapes: Record<ParameterName, [rows: number, columns: number]> = {
      liked: [items, embedding],
      passed: [items, embedding],
      hidden: [embedding + POOLED_EXTRA, hidden],
      hiddenBias: [1, hidden],
      actor: [hidden, items],
      actorBias: [1, items],
      critic: [1, hidden],
      criticBias: [1, 1],
    };
    let offset = 0;
    const slots = {} as Record<ParameterName, Slot>;
    for (const name of NAMES) {
      const [rows, columns] = shapes[name];
      const stride = padded(columns);
      slots[name] = { rows, columns, stride, offset };
      offset += rows * stride;
    }
    this.#arena = arena;
    this.#slots = slots;
    this.count = offset;
    this.values = arena.allocate(4 * offset);
    this.gradients = arena.allocate(4 * offset);
    this.firstMoment = arena.allocate(4 * offset);
    this.secondMoment = arena.allocate(4 * offset);
    for (const part of [this.values, this.gradients, this.firstMoment, this.secondMoment]) {
      arena.floats(part, offset).fill(0);
    }
  }

  /** Address of a tensor's values. */
  value(name: ParameterName): Address {
    return this.values + 4 * this.#slots[name].offset;
  }

  /** Address of a tensor's gradient. */
  gradient(name: ParameterName): Address {
    return this.gradients + 4 * this.#slots[name].offset;
  }

  /** Draws a tensor from a normal distribution of mean 0. */
  fillNormal(name: ParameterName, deviation: number, random: Random): void {
    this.#eachRow(name, (row) => {
      for (let column = 0; column < row.length; column++) row[column] = deviation * random.normal();
    });
  }

  /** Multiplies a tensor by a factor. */
  scale(name: ParameterName, factor: number): void {
    this.#eachRow(name, (row) => {
      for (let column = 0; column < row.length; column++) row[column] *= factor;
    });
  }

  /** Copies all tensors out, without padding. */
  read(): Weights {
    return Object.fromEntries(
      NAMES.map((name) => {
        const { rows, columns } = this.#slots[name];
        const data = new Float32Array(rows * columns);
        this.#eachRow(name, (row, index) => data.set(row, index * columns));
        return [name, { shape: [rows, columns], data }];
      }),
    );
  }

  /** @throws {WeightsError} unless every tensor is there, of its shape, and finite, and none besides. */
  write(weights: Weights): void {
    const stranger = Object.keys(weights).find((name) => !(NAMES as readonly string[]).includes(name));
    if (stranger !== undefined) {
      throw new WeightsError(`weights.${stranger}: expected only ${NAMES.join(', ')}; found one more.`);
    }
    for (const name of NAMES) this.#requireFit(name, weights);
    for (const name of NAMES) {
      const { columns } = this.#slots[name];
      this.#eachRow(name, (row, index) => row.set(weights[name].data.subarray(index * columns, (index + 1) * columns)));
    }
  }

  #requireFit(name: ParameterName, weights: Weights): void {
    const tensor = weights[name];
    if (tensor === undefined) {
      throw new WeightsError(
        `weights.${name}: expected a tensor; found ${Object.keys(weights).join(', ') || 'nothing'}.`,
      );
    }
    const { rows, columns } = this.#slots[name];
    if (tensor.shape.length !== 2 || tensor.shape[0] !== rows || tensor.shape[1] !== columns) {
      throw new WeightsError(
        `weights.${name}: expected shape [${rows}, ${columns}]; found [${tensor.shape.join(', ')}]. ` +
          'Weights fit only a network of the same catalogue and sizes.',
      );
    }
    if (tensor.data.length !== rows * columns) {
      throw new WeightsError(`weights.${name}: expected ${rows * columns} numbers; found ${tensor.data.length}.`);
    }
    const wrong = tensor.data.findIndex((value) => !Number.isFinite(value));
    if (wrong !== -1)
      throw new WeightsError(`weights.${name}[${wrong}]: expected a number; found ${tensor.data[wrong]}.`);
  }

  #eachRow(name: ParameterName, visit: (row: Float32Array, index: number) => void): void {
    const { rows, columns, stride, offset } = this.#slots[name];
    const all = this.#arena.floats(this.values + 4 * offset, rows * stride);
    for (let row = 0; row < rows; row++) visit(all.subarray(row * stride, row * stride + columns), row);
  }
}
