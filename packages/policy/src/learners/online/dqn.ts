import {
  CheckpointReader,
  checkInteger,
  checkNumber,
  checkShare,
  type Random,
  randomCheckpoint,
  readTensors,
  tensorsCheckpoint,
} from '@ialp/core';
import { checkNetwork, checkRandom } from '../../checks/arguments.js';
import { checkExperience, checkFiniteRewards } from '../../checks/experience.js';
import { checkOptions } from '../../checks/options.js';
import { ReplayBuffer } from '../../experience/replay-buffer.js';
import type { Rollout } from '../../experience/rollout.js';
import { featureWidth } from '../../experience/states.js';
import type { Transitions } from '../../experience/transitions.js';
import type { Learner, LearningReport } from '../../learner.js';
import type { ActionEvaluation, Network, Targets } from '../../network.js';
import { restoreNetworks } from '../../persistence/restore-networks.js';
import { createActionValuePolicy } from '../../policies/action-value-policy.js';
import { checkTrainingOptions } from '../training-options.js';

/** Options of `createDqn`. */
export interface DqnOptions {
  /** With the head `q`, and with `value` for `dueling`; it is trained in place. */
  readonly network: Network;
  /** Samples the batches. */
  readonly random: Random;
  /** Whether the online network chooses the next action and the target network values it. Default true. */
  readonly double?: boolean;
  /** Whether action values are a state's value plus an action's advantage. Default false. */
  readonly dueling?: boolean;
  /** Initial exploration rate: probability of a random allowed item. Default 1. */
  readonly epsilonStart?: number;
  /** Final exploration rate. Default 0.05. */
  readonly epsilonEnd?: number;
  /** Interactions over which the exploration rate decays linearly from `epsilonStart` to `epsilonEnd`. Default 10,000. */
  readonly epsilonDecaySteps?: number;
  /** Steps of all sessions in one rollout, after which it is trained. Default 1. */
  readonly rolloutLength?: number;
  /** Size of the replay buffer, in transitions. Default 50,000. */
  readonly bufferSize?: number;
  /** Interactions gathered before the first optimiser step. Default 1,000. */
  readonly learningStarts?: number;
  /** Transitions in one optimiser step. Default 256. */
  readonly batchSize?: number;
  /** Optimiser steps in each update. Default 1. */
  readonly gradientSteps?: number;
  /** Optimiser steps between copies of the weights to the target network. Default 100. */
  readonly targetUpdateInterval?: number;
  /** Discount `gamma`. Default 0.8. */
  readonly discount?: number;
  /** `delta` of the Huber loss, which is linear beyond it; `Infinity` gives the squared error. Default 1. */
  readonly huberDelta?: number;
  /** The optimiser's step size. Default 0.0005. */
  readonly learningRate?: number;
  /** Global L2 norm to which the gradient is clipped; `Infinity` disables clipping. Default 10. */
  readonly maxGradientNorm?: number;
}

/**
 * Deep Q learning (Mnih et al. 2015) from a replay buffer:
 *
 * `loss = mean(huber(r + gamma Q'(s', a*) - Q(s, a)))`, with the target network `Q'` and `a* = argmax Q(s', .)` over the items
 * allowed next, by the network itself (double Q learning, van Hasselt et al. 2016) or by `Q'`.
 *
 * Dueling (Wang et al. 2016): `Q(s, a) = V(s) + A(s, a)`, where the network's head `q` is the advantage `A`. The mean advantage
 * is not subtracted: a step changes one action's advantage, and so the mean over a catalogue of `N` items by a share of `1 / N`.
 *
 * It is off-policy and learns from any policy's experience.
 *
 * `learn` throws an `InvalidOptionError` for a rollout that is not full or holds a propensity that is not in (0, 1], and a
 * `DivergenceError` if a reward, the loss or the gradient is not finite; the rollout is then not stored.
 * @throws {InvalidOptionError}
 * @throws {MissingHeadError}
 */
export function createDqn(options: DqnOptions): Learner & { readonly network: Network } {
  checkOptions(options, '{ network, random }');
  const { network, random, double = true, dueling = false, rolloutLength = 1, bufferSize = 50_000 } = options;
  const { epsilonStart = 1, epsilonEnd = 0.05, epsilonDecaySteps = 10_000, learningStarts = 1000 } = options;
  const { batchSize = 256, gradientSteps = 1, targetUpdateInterval = 100, discount = 0.8, huberDelta = 1 } = options;
  const { learningRate = 0.0005, maxGradientNorm = 10 } = options;
  const counts = { rolloutLength, bufferSize, epsilonDecaySteps, batchSize, gradientSteps, targetUpdateInterval };
  for (const [option, value] of Object.entries(counts)) checkInteger(option, value, 1);
  checkInteger('learningStarts', learningStarts, 0);
  for (const [option, value] of Object.entries({ epsilonStart, epsilonEnd, discount })) checkShare(option, value);
  if (huberDelta !== Number.POSITIVE_INFINITY) checkNumber('huberDelta', huberDelta, 0);
  checkNetwork(network, dueling ? ['q', 'value'] : ['q'], 'createDqn');
  checkRandom(random);
  const training = {
    ...checkTrainingOptions({ learningRate, maxGradientNorm }),
    entropyWeight: 0,
    valueWeight: 1,
    qWeight: 1,
  };

  const target = network.copy();
  let buffer: ReplayBuffer | undefined;
  let interactions = 0;
  let optimizerSteps = 0;
  const epsilon = (): number =>
    epsilonEnd + (epsilonStart - epsilonEnd) * Math.max(0, 1 - interactions / epsilonDecaySteps);

  /** `[rows]`: `r + gamma max Q'(s', .)`. */
  function targetsOf({ reward, terminated, next }: Transitions): Float32Array {
    const best = (double ? network : target).actionValues(next).top(1).items.slice();
    // Without an allowed item there is no next action.
    const isOpen = best.map((item, row) => (item >= 0 && terminated[row] === 0 ? 1 : 0));
    const follows = target
      .actionValues(next)
      .of(best.map((item) => Math.max(0, item)))
      .slice();
    if (dueling) for (const [row, value] of target.values(next).entries()) follows[row] += value;
    return reward.map((value, row) => value + discount * isOpen[row] * follows[row]);
  }

  function train(batch: Transitions): LearningReport {
    const wanted = targetsOf(batch);
    const report = network.trainStep(
      batch.states,
      batch.actions,
      ({ q, value }: ActionEvaluation): Targets => {
        const error = wanted.map((goal, row) => {
          const difference = goal - q[row] - (dueling ? value[row] : 0);
          return Math.max(-huberDelta, Math.min(huberDelta, difference));
        });
        return {
          qTarget: error.map((difference, row) => q[row] + difference),
          ...(dueling && { valueTarget: error.map((difference, row) => value[row] + difference) }),
        };
      },
      training,
    );
    if (++optimizerSteps % targetUpdateInterval === 0) target.setWeights(network.weights());
    return { ...report };
  }

  function learn(rollout: Rollout): LearningReport {
    checkExperience(rollout);
    checkFiniteRewards(rollout);
    const { states } = rollout;
    const { items, historyLength } = states;
    buffer ??= new ReplayBuffer({ bufferSize, items, historyLength, userFeatures: featureWidth(states) });
    buffer.addRollout(rollout);
    interactions += rollout.actions.length;
    let report: LearningReport = {};
    if (interactions < learningStarts) return { epsilon: epsilon() };
    for (let step = 0; step < gradientSteps; step++) report = train(buffer.sample(batchSize, random));
    return { ...report, epsilon: epsilon() };
  }

  return {
    specificationVersion: 'v1',
    policy: createActionValuePolicy(network, { epsilon }),
    network,
    rolloutLength,
    learn,
    checkpoint: () => ({
      network: tensorsCheckpoint(network.trainingState()),
      target: tensorsCheckpoint(target.weights()),
      buffer: buffer?.checkpoint() ?? null,
      random: randomCheckpoint(random),
      ...{ interactions, optimizerSteps },
    }),
    restore(checkpoint) {
      const reader = new CheckpointReader(checkpoint);
      const [state, older] = [readTensors(reader.part('network')), readTensors(reader.part('target'))];
      const [seen, steps, numbers] = [
        reader.count('interactions'),
        reader.count('optimizerSteps'),
        reader.numbers('random'),
      ];
      const content = reader.content('buffer');
      const held = content === null ? undefined : ReplayBuffer.from(content);
      restoreNetworks([network, target], [state, older], random, numbers);
      [buffer, interactions, optimizerSteps] = [held, seen, steps];
    },
  };
}
