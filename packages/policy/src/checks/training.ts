import { checkNumber, InvalidOptionError, isAllowed } from '@ialp/core';
import { MissingHeadError, ShapeError, WeightsError } from '../errors.js';
import type { Head, States, Targets, TrainingSettings, Weights } from '../network.js';
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

/**
 * Throws unless actions are an Int32Array of items that their states allow, distinct in each slate. Another index would be written outside its row of the
 * kernels' memory; a forbidden item must not be learned.
 * @throws {InvalidOptionError}
 */
export function checkActions(actions: Int32Array, states: States, slateSize = 1): void {
  if (tagOf(actions) !== 'Int32Array') {
    throw new InvalidOptionError('actions', foundOf(actions), 'an Int32Array: Int32Array.from(actions) makes one');
  }
  const { rows, items } = states;
  for (let place = 0; place < rows * slateSize; place++) {
    const item = actions[place];
    const row = Math.floor(place / slateSize);
    if (!(item >= 0 && item < items)) {
      throw new InvalidOptionError(`actions[${place}]`, item, `an item from 0 to ${items - 1}`);
    }
    if (!isAllowed(states, row, item)) {
      throw new InvalidOptionError(`actions[${place}]`, item, 'an item that is available and not excluded');
    }
    if (slateSize > 1 && actions.subarray(row * slateSize, place).includes(item)) {
      throw new InvalidOptionError(`actions[${place}]`, item, 'an item that is not above in its slate');
    }
  }
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

const TARGETS = { policyWeight: 'actor', valueTarget: 'value', qTarget: 'q' } as const;

/**
 * Throws unless targets are for heads that the network has, with a number for each row.
 * @throws {MissingHeadError} {@link ShapeError} {@link InvalidOptionError}
 */
export function checkTargets(targets: Targets, heads: readonly Head[], rows: number, slateSize: number): void {
  checkTargetsObject(targets);
  for (const name of ['policyWeight', 'valueTarget', 'qTarget'] as const) {
    const target = targets[name];
    if (target === undefined) continue;
    if (!heads.includes(TARGETS[name])) throw new MissingHeadError(TARGETS[name], `targets.${name}`);
    const count = name === 'policyWeight' ? rows * slateSize : rows;
    if (target.length < count) throw new ShapeError(`targets.${name}`, target.length, count);
  }
  if (slateSize > 1 && targets.qTarget !== undefined) {
    throw new InvalidOptionError('targets.qTarget', targets.qTarget, 'none: slates have no action values here');
  }
}
