import { checkNumber, InvalidOptionError } from '@ialp/core';
import { WeightsError } from '../errors.js';
import type { Targets, TrainingSettings, Weights } from '../network.js';
import { foundOf, nameOf } from './arguments.js';
import { checkOptions } from './options.js';

/** Throws unless weights are an object of tensors in single precision. @throws {WeightsError} */
export function checkTensors(weights: Weights, what = 'weights'): void {
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

/** Throws unless the actions of a training step are an Int32Array. @throws {InvalidOptionError} */
export function checkActionArray(actions: Int32Array): void {
  if (tagOf(actions) === 'Int32Array') return;
  throw new InvalidOptionError('actions', foundOf(actions), 'an Int32Array: Int32Array.from(actions) makes one');
}

/** The kind of an array by its tag, which is the same in every JavaScript realm. */
function tagOf(value: unknown): string {
  return Object.prototype.toString.call(value).slice('[object '.length, -1);
}

/**
 * Throws unless the settings of a training step are finite numbers: NaN or a missing number would make the weights NaN.
 * @throws {InvalidOptionError} which names the setting.
 */
export function checkTrainingSettings(settings: TrainingSettings): void {
  const example = '{ learningRate: 0.001, valueWeight: 0.5, entropyWeight: 0.01, maxGradientNorm: 1 }';
  checkOptions(settings, example, 'settings');
  const { learningRate, valueWeight, entropyWeight, qWeight = 1, maxGradientNorm, sampledSoftmax } = settings;
  checkNumber('settings.learningRate', learningRate, 0);
  for (const [name, value] of Object.entries({ valueWeight, entropyWeight, qWeight })) {
    checkNumber(`settings.${name}`, value);
  }
  if (!(typeof maxGradientNorm === 'number' && maxGradientNorm >= 0))
    throw new InvalidOptionError('settings.maxGradientNorm', maxGradientNorm, 'a number of at least 0, or Infinity');
  if (sampledSoftmax !== undefined)
    checkOptions(sampledSoftmax, '{ items: 1000, random: createRandom(1) }', 'settings.sampledSoftmax');
}

/** Throws unless the targets of a training step are a function. @throws {InvalidOptionError} */
export function checkTargetsFunction(targets: unknown): void {
  if (typeof targets === 'function') return;
  throw new InvalidOptionError('targets', foundOf(targets), 'a function that gives targets');
}

/** Throws unless the function of a training step returned targets. @throws {InvalidOptionError} */
export function checkTargetsObject(targets: Targets): void {
  if (typeof targets !== 'object' || targets === null) {
    throw new InvalidOptionError('targets', foundOf(targets), 'an object with targets from the callback of trainStep');
  }
  const { learningRate, entropyWeight } = targets;
  if (learningRate !== undefined) checkNumber('targets.learningRate', learningRate, 0);
  if (entropyWeight !== undefined) checkNumber('targets.entropyWeight', entropyWeight);
  for (const name of ['policyWeight', 'valueTarget', 'qTarget'] as const) {
    if (targets[name] !== undefined && typeof targets[name]?.length !== 'number') {
      throw new InvalidOptionError(
        `targets.${name}`,
        foundOf(targets[name]),
        'a Float32Array with a number for each state',
      );
    }
  }
}
