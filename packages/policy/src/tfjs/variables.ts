import type * as tf from '@tensorflow/tfjs';
import { checkTensors } from '../checks/training.js';
import { WeightsError } from '../errors.js';
import type { Tensor, Weights } from '../network.js';
import type { TensorFlowNamespace } from './tensorflow.js';

/** The weights of a model by name, read and written as plain data. */
export type Variables = Readonly<Record<string, tf.Variable>>;

/** A copy of the weights. */
export function readWeights(variables: Variables): Weights {
  return Object.fromEntries(
    Object.entries(variables).map(([name, variable]) => [
      name,
      // The plain backend returns the array that it computes with.
      { shape: variable.shape.slice(), data: Float32Array.from(variable.dataSync()) },
    ]),
  );
}

/** Replaces the values of a weight tensor. The array then belongs to the variable. */
export function assign(tf: TensorFlowNamespace, variable: tf.Variable, data: Float32Array): void {
  const tensor = tf.tensor(data, variable.shape);
  variable.assign(tensor);
  tensor.dispose();
}

/** Sets all weights. @throws {WeightsError} as `checkWeights`; nothing is then changed. */
export function writeWeights(tf: TensorFlowNamespace, variables: Variables, weights: Weights): void {
  checkWeights(variables, weights);
  for (const [name, variable] of Object.entries(variables)) assign(tf, variable, Float32Array.from(weights[name].data));
}

/** @throws {WeightsError} unless exactly the model's tensors are given, each of the right shape and finite. */
export function checkWeights(variables: Variables, weights: Weights): void {
  checkTensors(weights);
  const names = Object.keys(variables);
  const stranger = Object.keys(weights).find((name) => !names.includes(name));
  if (stranger !== undefined) {
    throw new WeightsError(`weights.${stranger}: expected only ${names.join(', ')}; found one more.`);
  }
  for (const [name, { shape }] of Object.entries(variables)) checkFit(name, shape, weights);
}

function checkFit(name: string, expected: readonly number[], weights: Weights): void {
  const tensor: Tensor | undefined = weights[name];
  if (tensor === undefined) {
    throw new WeightsError(
      `weights.${name}: expected a tensor; found ${Object.keys(weights).join(', ') || 'nothing'}.`,
    );
  }
  const { shape, data } = tensor;
  if (shape.length !== expected.length || shape.some((length, axis) => length !== expected[axis])) {
    throw new WeightsError(
      `weights.${name}: expected shape [${expected.join(', ')}]; found [${shape.join(', ')}]. ` +
        'Weights fit only a network of the same catalogue and sizes.',
    );
  }
  const size = expected.reduce((product, length) => product * length, 1);
  if (data.length !== size) {
    throw new WeightsError(`weights.${name}: expected ${size} numbers; found ${data.length}.`);
  }
  const wrong = data.findIndex((value) => !Number.isFinite(value));
  if (wrong !== -1) throw new WeightsError(`weights.${name}[${wrong}]: expected a number; found ${data[wrong]}.`);
}
