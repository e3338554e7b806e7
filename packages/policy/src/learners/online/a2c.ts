import { CheckpointReader, checkInteger, checkNumber, checkShare } from '@ialp/core';
import { checkNetwork } from '../../checks/arguments.js';
import { checkExperience, checkFiniteRewards } from '../../checks/experience.js';
import { checkOptions } from '../../checks/options.js';
import type { Rollout } from '../../experience/rollout.js';
import type { Learner, LearningReport } from '../../learner.js';
import type { ActionEvaluation, Network, Targets } from '../../network.js';
import { networkCheckpoint, readWeights } from '../../persistence/network-checkpoint.js';
import { createNetworkPolicy } from '../../policies/network-policy.js';
import type { Policy } from '../../policy.js';
import { vTrace } from './v-trace.js';

/** Options of `createA2C`. */
export interface A2COptions {
  /** Actor and critic; they are trained in place. */
  readonly network: Network;
  /**
   * Steps of all sessions in one update (`n`). Default 2: about 128 rows with 64 sessions. With several hundred sessions
   * 1 learns faster; with a handful, updates are small and noisy, and a lower `learningRate` ends higher.
   */
  readonly rolloutLength?: number;
  /** Discount `gamma`. Default 0.8. */
  readonly discount?: number;
  /** `lambda` of the returns: 1 is n-step returns, less trusts the critic sooner. Default 0.95. */
  readonly lambda?: number;
  /** Adam's step size. Default 0.006. */
  readonly learningRate?: number;
  /** `c_v`, the critic's weight in the loss. Default 0.5. */
  readonly valueWeight?: number;
  /** `c_e`, the weight of the entropy bonus. Default 0.01. */
  readonly entropyWeight?: number;
  /** The gradient is cut to this norm; `Infinity` leaves it as it is. Default 1. */
  readonly maxGradientNorm?: number;
  /** `rho-bar` and `c-bar` of V-trace: importance weights are cut here; `Infinity` leaves them. Default 1. */
  readonly maxImportanceWeight?: number;
  /**
   * Whether the step shrinks where others act. What they gather tells less of this policy: of a rollout, the share
   * `o = mean(min(1, pi/mu))`, an estimate of how far the two policies overlap (1 minus their total variation). The
   * learning rate is then `sqrt(o)` of the given one, since Adam would make up for a weak gradient with its noise, and
   * the entropy bonus `o` of it, like the rest of the actor's loss. 1 where the policy that acts is the one that learns.
   * With `imitation` `c` the share is `o + c (1 - o)`, as more is learned from the same. Default true.
   */
  readonly scaleByOverlap?: boolean;
  /**
   * `c_i`, the weight of imitation. Importance weights leave next to nothing of what another policy showed and this one would
   * not; with imitation, those of its actions that came out better than expected are learned all the same, as in
   * self-imitation (Oh et al. 2018, arXiv 1806.05635): a row's advantage `rho A` becomes `rho A + c_i (1 - rho) max(A, 0)`. A
   * policy begins faster beside another one that is good, and grows more like it. None where it acts itself. Default 0.
   */
  readonly imitation?: number;
}

/**
 * Advantage actor-critic (Mnih et al. 2016), synchronous, over many sessions at once:
 *
 * `loss = -mean(log pi(a|s) stop(A)) + c_v mean((v - V(s))^2) - c_e mean(entropy(pi(.|s)))`.
 *
 * Advantages and the critic's targets come from V-trace. Where the policy that acted is the one that learns, all
 * importance weights are 1 and this is plain A2C; where it is another, or a mixture, the recorded propensities correct
 * for it.
 *
 * Its `learn` throws an `InvalidOptionError` for a rollout that is not full or holds a propensity that is no probability
 * above 0, and a `DivergenceError` where a reward, the loss or the gradient is not finite; network and optimiser are
 * then as they were.
 * @throws {InvalidOptionError}
 * @throws {MissingHeadError}
 */
export function createA2C(options: A2COptions): Learner & { readonly network: Network } {
  checkOptions(options, '{ network }');
  const {
    network,
    rolloutLength = 2,
    discount = 0.8,
    lambda = 0.95,
    learningRate = 0.006,
    valueWeight = 0.5,
    entropyWeight = 0.01,
    maxGradientNorm = 1,
    maxImportanceWeight = 1,
    scaleByOverlap = true,
    imitation = 0,
  } = options;
  checkNetwork(network, ['actor', 'value'], 'createA2C');
  checkInteger('rolloutLength', rolloutLength, 1);
  checkShare('discount', discount);
  checkShare('lambda', lambda);
  for (const [option, value] of Object.entries({ learningRate, valueWeight, entropyWeight, imitation })) {
    checkNumber(option, value, 0);
  }
  for (const [option, value] of Object.entries({ maxGradientNorm, maxImportanceWeight })) {
    if (value !== Number.POSITIVE_INFINITY) checkNumber(option, value, 0);
  }

  const policy: Policy = createNetworkPolicy(network);
  const trainingSettings = { learningRate, valueWeight, entropyWeight, maxGradientNorm };
  const traceSettings = { discount, lambda, maxRho: maxImportanceWeight, maxTrace: maxImportanceWeight };
  let ratio = new Float32Array(0);
  let nextValue = new Float32Array(0);
  let target = new Float32Array(0);
  let advantage = new Float32Array(0);
  let overlap = 1;

  function learn(rollout: Rollout): LearningReport {
    checkExperience(rollout);
    checkFiniteRewards(rollout);
    const rows = rollout.actions.length;
    if (target.length !== rows) {
      [ratio, nextValue, target, advantage] = Array.from({ length: 4 }, () => new Float32Array(rows));
    }
    nextValue.set(network.values(rollout.next));

    const targets = ({ logProbability, value }: ActionEvaluation): Targets => {
      for (let row = 0; row < rows; row++) ratio[row] = Math.exp(logProbability[row]) / rollout.propensity[row];
      vTrace({ ...experienceOf(rollout), ratio, value, nextValue }, traceSettings, { target, advantage });
      overlap = overlapOf(ratio);
      if (imitation > 0) addImitation(advantage, ratio, maxImportanceWeight, imitation);
      if (!scaleByOverlap) return { policyWeight: advantage, valueTarget: target };
      const share = overlap + Math.min(1, imitation) * (1 - overlap);
      return {
        policyWeight: advantage,
        valueTarget: target,
        learningRate: learningRate * Math.sqrt(share),
        entropyWeight: entropyWeight * share,
      };
    };
    const report = network.trainStep(rollout.states, rollout.actions, targets, trainingSettings);
    return { ...report, ...(scaleByOverlap && { overlap }) };
  }

  return {
    specificationVersion: 'v1',
    policy,
    network,
    rolloutLength,
    learn,
    checkpoint: () => ({ network: networkCheckpoint(network) }),
    restore: (checkpoint) => network.setTrainingState(readWeights(new CheckpointReader(checkpoint), 'network')),
  };
}

/** Ratios this near to 1 are 1: propensities were rounded when they were noted down. */
const ROUNDING = 1e-4;

function overlapOf(ratio: Float32Array): number {
  let sum = 0;
  for (const each of ratio) sum += each > 1 - ROUNDING ? 1 : each;
  return sum / ratio.length;
}

/** Adds to weighted advantages what the weights left of those that are positive. */
function addImitation(
  advantage: Float32Array,
  ratio: Float32Array,
  maxImportanceWeight: number,
  imitation: number,
): void {
  for (const [row, weighted] of advantage.entries()) {
    const isOwn = ratio[row] > 1 - ROUNDING;
    // A weight of 0 leaves nothing to tell the advantage by.
    if (isOwn || !(weighted > 0)) continue;
    const weight = Math.min(maxImportanceWeight, ratio[row]);
    advantage[row] += (imitation * (1 - weight) * weighted) / weight;
  }
}

function experienceOf({ steps, sessions, reward, terminated, truncated }: Rollout) {
  return { steps, sessions, reward, terminated, truncated };
}
