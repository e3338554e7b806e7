import { checkNumber, InvalidOptionError } from '@ialp/core';
import type { Moment } from '../persistence/training-state.js';

/** Adam (Kingma and Ba 2015). */
export interface AdamOptions {
  readonly name: 'adam';
  /** Decay rate of the first moment. Default 0.9. */
  readonly beta1?: number;
  /** Decay rate of the second moment. Default 0.999. */
  readonly beta2?: number;
  /** Added to the root of the second moment, so that the denominator is not 0. Default 1e-8. */
  readonly epsilon?: number;
}

/** Stochastic gradient descent. */
export interface SgdOptions {
  readonly name: 'sgd';
  /** Momentum: `step = momentum * step + gradient`. Default 0. */
  readonly momentum?: number;
}

/** The optimiser of a network. Its step size is a setting of each training step. */
export type OptimizerOptions = AdamOptions | SgdOptions;

/** Computes new weights from gradients, tensor by tensor. */
export interface Optimizer {
  /** Begins a step, in which each tensor is updated once. */
  begin(learningRate: number): void;
  /** The new weights of a tensor, or the same array if they do not change. A missing gradient counts as 0. */
  update(name: string, weights: Float32Array, gradient: Float32Array | undefined, scale: number): Float32Array;
  /** Names of its moments. */
  readonly moments: readonly Moment[];
  /** Steps so far. */
  steps: number;
  /** The moments of a tensor, by name; undefined before its first update. */
  recall(name: string): Readonly<Record<string, Float32Array>> | undefined;
  /** Sets the moments of a tensor. The arrays are copied. */
  remember(name: string, moments: Readonly<Record<string, Float32Array>>): void;
}

/** First moments below this are set to 0: subnormal numbers, below 1e-38, would slow down every step. */
const NEGLIGIBLE = 1e-30;

/**
 * Makes an optimiser without moments.
 * @throws {InvalidOptionError}
 */
export function createOptimizer(options: OptimizerOptions): Optimizer {
  if (options.name === 'adam') return new Adam(options);
  if (options.name === 'sgd') return new Sgd(options);
  throw new InvalidOptionError('optimizer.name', (options as { name: unknown }).name, "'adam' or 'sgd'");
}

function checkRate(option: string, value: number): void {
  checkNumber(option, value, 0);
  if (value >= 1) throw new InvalidOptionError(option, value, 'a number below 1');
}

class Adam implements Optimizer {
  readonly #beta1: number;
  readonly #beta2: number;
  readonly #epsilon: number;
  readonly #moments = new Map<string, { readonly first: Float32Array; readonly second: Float32Array }>();
  readonly moments = ['first', 'second'] as const;
  steps = 0;
  #learningRate = 0;

  constructor({ beta1 = 0.9, beta2 = 0.999, epsilon = 1e-8 }: AdamOptions) {
    checkRate('optimizer.beta1', beta1);
    checkRate('optimizer.beta2', beta2);
    checkNumber('optimizer.epsilon', epsilon, 0);
    this.#beta1 = beta1;
    this.#beta2 = beta2;
    this.#epsilon = epsilon;
  }

  begin(learningRate: number): void {
    this.steps++;
    this.#learningRate = learningRate;
  }

  update(name: string, weights: Float32Array, gradient: Float32Array | undefined, scale: number): Float32Array {
    let moments = this.#moments.get(name);
    if (moments === undefined) {
      if (gradient === undefined) return weights;
      moments = { first: new Float32Array(weights.length), second: new Float32Array(weights.length) };
      this.#moments.set(name, moments);
    }
    const { first, second } = moments;
    const [beta1, beta2, epsilon] = [this.#beta1, this.#beta2, this.#epsilon];
    const rate = this.#learningRate / (1 - beta1 ** this.steps);
    const correction = 1 - beta2 ** this.steps;
    const result = new Float32Array(weights.length);
    for (let k = 0; k < weights.length; k++) {
      const g = gradient === undefined ? 0 : scale * gradient[k];
      const m = beta1 * first[k] + (1 - beta1) * g;
      const v = beta2 * second[k] + (1 - beta2) * g * g;
      first[k] = m < NEGLIGIBLE && m > -NEGLIGIBLE ? 0 : m;
      second[k] = v;
      // With epsilon 0, a weight without a gradient so far would become 0/0.
      result[k] = m === 0 ? weights[k] : weights[k] - (rate * m) / (Math.sqrt(v / correction) + epsilon);
    }
    return result;
  }

  recall(name: string): Readonly<Record<string, Float32Array>> | undefined {
    return this.#moments.get(name);
  }

  remember(name: string, { first, second }: Readonly<Record<string, Float32Array>>): void {
    this.#moments.set(name, { first: first.slice(), second: second.slice() });
  }
}

class Sgd implements Optimizer {
  readonly moments = ['velocity'] as const;
  steps = 0;
  readonly #momentum: number;
  readonly #velocity = new Map<string, Float32Array>();
  #learningRate = 0;

  constructor({ momentum = 0 }: SgdOptions) {
    checkRate('optimizer.momentum', momentum);
    this.#momentum = momentum;
  }

  begin(learningRate: number): void {
    this.steps++;
    this.#learningRate = learningRate;
  }

  update(name: string, weights: Float32Array, gradient: Float32Array | undefined, scale: number): Float32Array {
    const before = this.#velocity.get(name);
    if (gradient === undefined && before === undefined) return weights;
    const step = before ?? new Float32Array(weights.length);
    if (this.#momentum > 0) this.#velocity.set(name, step);
    const result = new Float32Array(weights.length);
    for (let k = 0; k < weights.length; k++) {
      step[k] = this.#momentum * step[k] + (gradient === undefined ? 0 : scale * gradient[k]);
      result[k] = weights[k] - this.#learningRate * step[k];
    }
    return result;
  }

  recall(name: string): Readonly<Record<string, Float32Array>> | undefined {
    const velocity = this.#velocity.get(name);
    return velocity && { velocity };
  }

  remember(name: string, { velocity }: Readonly<Record<string, Float32Array>>): void {
    if (this.#momentum > 0) this.#velocity.set(name, velocity.slice());
  }
}
