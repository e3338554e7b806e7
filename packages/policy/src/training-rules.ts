import { nameOf } from './argument-rules.js';
import { InvalidOptionError, WeightsError } from './errors.js';
import type { Targets, Weights } from './network.js';

/** Throws unless weights were passed: an object of tensors in single precision. @throws {WeightsError} */
export function requireTensors(weights: Weights, what = 'weights'): void {
  if (typeof weights !== 'object' || weights === null) {
    throw new WeightsError(`${what}: expected an object of tensors; found ${nameOf(weights)}.`);
  }
  for (const [name, tensor] of Object.entries(weights)) {
    if (!Array.isArray(tensor?.shape)) {
      throw new WeightsError(`${what}.${name}: expected a tensor, { shape, data }; found one without a shape.`);
    }
    if (tagOf(tensor.data) !== 'Float32Array') {
      throw new WeightsError(
        `${what}.${name}.data: expected a Float32Array; found ${nameOf(tensor.data)}. Float32Array.from(data) makes one.`,
      );
    }
  }
}

/** Throws unless the actions of a training step are in an Int32Array. @throws {InvalidOptionError} */
export function requireActionArray(actions: Int32Array): void {
  if (tagOf(actions) === 'Int32Array') return;
  throw new InvalidOptionError('actions', nameOf(actions), 'an Int32Array: Int32Array.from(actions) makes one');
}

/** The kind of an array by its tag, which is the same in every realm. */
function tagOf(value: unknown): string {
  return Object.prototype.toString.call(value).slice('[object '.length, -1);
}

/** Throws unless a training step's callback gave targets. @throws {InvalidOptionError} */
export function requireTargetsObject(targets: Targets): void {
  if (typeof targets !== 'object' || targets === null) {
    throw new InvalidOptionError('targets', nameOf(targets), 'an object with targets from the callback of trainStep');
  }
  for (const name of ['policyWeight', 'valueTarget', 'qTarget'] as const) {
    if (targets[name] !== undefined && typeof targets[name]?.length !== 'number') {
      throw new InvalidOptionError(
        `targets.${name}`,
        nameOf(targets[name]),
        'a Float32Array with a number for each state',
      );
    }
  }
}
