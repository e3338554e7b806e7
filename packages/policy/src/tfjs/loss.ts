import { checkTargetsObject } from '../checks/training.js';
import { DivergenceError, MissingHeadError, ShapeError } from '../errors.js';
import type { ActionEvaluation, Targets, TrainingReport, TrainingSettings } from '../network.js';
import type { MaskedSoftmax } from './softmax.js';

/** Outputs of a model's heads for a batch; absent without the head. */
export interface Outputs {
  readonly softmax?: MaskedSoftmax;
  /** `[rows]` */
  readonly value?: Float32Array;
  /** `[rows, items]` */
  readonly q?: Float32Array;
}

/** Derivatives of the loss with respect to each head's output; absent for a head that is not part of the loss. */
export interface Slopes {
  readonly actor?: Float32Array;
  readonly value?: Float32Array;
  readonly q?: Float32Array;
}

/** The loss and its derivatives. */
export interface Loss {
  readonly report: Omit<TrainingReport, 'gradientNorm'>;
  readonly slopes: Slopes;
  /** Step size of the update. */
  readonly learningRate: number;
}

/** Evaluates the actions. */
export function evaluateActions({ softmax, value, q }: Outputs, actions: Int32Array): ActionEvaluation {
  const none = new Float32Array(0);
  const items = q === undefined ? 0 : q.length / actions.length;
  return {
    logProbability: softmax ? Float32Array.from(actions, (item, row) => softmax.logProbability(row, item)) : none,
    value: value?.slice() ?? none,
    entropy: softmax ? Float32Array.from(softmax.entropy) : none,
    q: q ? Float32Array.from(actions, (item, row) => q[row * items + item]) : none,
  };
}

/**
 * The loss of `Network`, and its derivatives.
 * @throws {MissingHeadError}
 * @throws {ShapeError} for targets without one number for each row.
 * @throws {DivergenceError} if the loss is not finite.
 */
export function lossOf(
  outputs: Outputs,
  seen: ActionEvaluation,
  actions: Int32Array,
  targets: Targets,
  settings: TrainingSettings,
): Loss {
  checkTargetsObject(targets);
  const rows = actions.length;
  const { softmax, value, q } = outputs;
  const { policyWeight, valueTarget, qTarget, entropyWeight = settings.entropyWeight } = targets;
  const { valueWeight, qWeight = 1 } = settings;
  checkTarget('policyWeight', policyWeight, 'actor', softmax !== undefined, rows);
  checkTarget('valueTarget', valueTarget, 'value', value !== undefined, rows);
  checkTarget('qTarget', qTarget, 'q', q !== undefined, rows);

  const critic = valueTarget && squaredError(seen.value, valueTarget, valueWeight);
  const actionValues = qTarget && squaredError(seen.q, qTarget, qWeight);
  const policyLoss = -(policyWeight?.reduce((sum, weight, row) => sum + weight * seen.logProbability[row], 0) ?? 0);
  const report = {
    policyLoss: policyWeight ? policyLoss / rows : 0,
    valueLoss: critic?.loss ?? 0,
    qLoss: actionValues?.loss ?? 0,
    entropy: softmax ? softmax.entropy.reduce((sum, entropy) => sum + entropy, 0) / rows : 0,
  };
  checkFinite(report);
  const trainsActor = softmax !== undefined && (policyWeight !== undefined || entropyWeight !== 0);
  return {
    report,
    learningRate: targets.learningRate ?? settings.learningRate,
    slopes: {
      ...(trainsActor && { actor: softmax.slopes(actions, policyWeight, entropyWeight) }),
      ...(critic && { value: critic.slopes }),
      ...(q && actionValues && { q: atActions(actionValues.slopes, actions, q.length) }),
    },
  };
}

function checkTarget(
  name: string,
  target: Float32Array | undefined,
  head: string,
  present: boolean,
  rows: number,
): void {
  if (target === undefined) return;
  if (!present) throw new MissingHeadError(head, name);
  if (target.length !== rows) throw new ShapeError(`length of ${name}`, target.length, rows);
}

/** `mean((target - found)^2)`, and the derivatives of `weight` times it. */
function squaredError(
  found: Float32Array,
  target: Float32Array,
  weight: number,
): { readonly loss: number; readonly slopes: Float32Array } {
  const rows = found.length;
  const slopes = new Float32Array(rows);
  let sum = 0;
  for (let row = 0; row < rows; row++) {
    const error = found[row] - target[row];
    sum += error * error;
    slopes[row] = (2 * weight * error) / rows;
  }
  return { loss: sum / rows, slopes };
}

/** `[rows, items]`: the numbers at the actions, 0 elsewhere. */
function atActions(numbers: Float32Array, actions: Int32Array, length: number): Float32Array {
  const result = new Float32Array(length);
  const items = length / actions.length;
  for (const [row, item] of actions.entries()) result[row * items + item] = numbers[row];
  return result;
}

function checkFinite(report: Loss['report']): void {
  if (Object.values(report).every(Number.isFinite)) return;
  const parts = Object.entries(report).map(([name, value]) => `${name} ${value}`);
  throw new DivergenceError(
    `The loss is not finite (${parts.join(', ')}); the weights are unchanged. ` +
      'Check that rewards are finite, or lower the learning rate.',
  );
}
