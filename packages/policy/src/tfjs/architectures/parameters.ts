import type { Random } from '@ialp/core';
import type * as tf from '@tensorflow/tfjs';
import type { TensorFlowNamespace } from '../tensorflow.js';

/** Makes the variables of an architecture, in the order of the calls. */
export class ParameterMaker {
  readonly variables: Record<string, tf.Variable> = {};
  readonly #tf: TensorFlowNamespace;
  readonly #random: Random;

  constructor(tf: TensorFlowNamespace, random: Random) {
    this.#tf = tf;
    this.#random = random;
  }

  /** A variable with values from a normal distribution of mean 0. */
  normal(name: string, rows: number, columns: number, deviation: number): tf.Variable {
    return this.of(name, rows, columns, () => deviation * this.#random.normal());
  }

  /** A variable with one value in all elements. */
  constant(name: string, columns: number, value: number): tf.Variable {
    return this.of(name, 1, columns, () => value);
  }

  /** A variable `[rows, columns]`, filled row by row. */
  of(name: string, rows: number, columns: number, fill: (row: number, column: number) => number): tf.Variable {
    const data = Float32Array.from({ length: rows * columns }, (_, k) => fill(Math.floor(k / columns), k % columns));
    const variable = this.#tf.variable(this.#tf.tensor2d(data, [rows, columns]));
    this.variables[name] = variable;
    return variable;
  }
}
