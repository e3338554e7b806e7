import { CheckpointReader, checkInteger, checkNumber, checkShare, type Random, randomCheckpoint } from '@ialp/core';
import { checkNetwork, checkRandom } from '../../checks/arguments.js';
import { checkExperience, checkFiniteRewards } from '../../checks/experience.js';
import { checkOptions } from '../../checks/options.js';
import { ReplayBuffer } from '../../experience/replay-buffer.js';
import type { Rollout } from '../../experience/rollout.js';
import { featureWidth } from '../../experience/states.js';
import type { Transitions } from '../../experience/transitions.js';
import type { Learner, LearningReport } from '../../learner.js';
import type { ActionEvaluation, Network, Targets } from '../../network.js';
import { networkCheckpoint, readWeights, weightsCheckpoint } from '../../persistence/network-checkpoint.js';
import { takeAll } from '../../persistence/take-all.js';
import { createActionValuePolicy } from '../../policies/action-value-policy.js';
import { checkTraining } from '../training-options.js';

/** Options of `createDqn`. */
export interface DqnOptions {
  /** With the head `q`, and `value` too where it is `dueling`; it is trained in place. */
  readonly network: Network;
  /** Draws the batches. */
  readonly random: Random;
  /** Whether the online network chooses the next action and the target network values it. Default true. */
  readonly double?: boolean;
  /** Whether action values are a state's value plus an action's advantage. Default false. */
  readonly dueling?: boolean;
  /** Share of the states in which any allowed item is shown, at first. Default 1. */
  readonly epsilonStart?: number;
  /** The same in the end. Default 0.05. */
  readonly epsilonEnd?: number;
  /** Interactions over which it goes from the first to the second, linearly. Default 10,000. */
  readonly epsilonDecaySteps?: number;
  /** Steps of all sessions between two updates. Default 1. */
  readonly rolloutLength?: number;
  /** Transitions that it stores. Default 50,000. */
  readonly bufferSize?: number;
  /** Interactions before the first step of the optimiser. Default 1,000. */
  readonly learningStarts?: number;
  /** Rows of one step of the optimiser. Default 256. */
  readonly batchSize?: number;
  /** Steps of the optimiser in one update. Default 1. */
  readonly gradientSteps?: number;
  /** Steps of the optimiser after which the target network is renewed. Default 100. */
  readonly targetUpdateInterval?: number;
  /** Discount `gamma`. Default 0.8. */
  readonly discount?: number;
  /** Errors beyond this count linearly (Huber's loss); `Infinity` leaves them square. Default 1. */
  readonly huberDelta?: number;
  /** The optimiser's step size. Default 0.0005. */
  readonly learningRate?: number;
  /** The gradient is cut to this norm; `Infinity` leaves it as it is. Default 10. */
  readonly maxGradientNorm?: number;
}

/**
 * Deep Q learning (Mnih et al. 2015) from a replay buffer:
 *
 * `loss = mean(huber(r + gamma Q'(s', a*) - Q(s, a)))`, with `Q'` an older copy of the network and
 * `a* = argmax Q(s', .)` over what may be shown next by the network itself (double, van Hasselt et al. 2016) or by `Q'`.
 *
 * Dueling (Wang et al. 2016): `Q(s, a) = V(s) + A(s, a)`, of which the network's head `q` is the advantage. Their mean over
 * the actions is not taken off: over a whole catalogue it moves by one part in as many as there are items.
 *
 * It learns from anybody's experience: what `Q` is of does not depend on who acted.
 *
 * Its `learn` throws as that of `createA2C` does, and then stores nothing of the rollout.
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
    ...checkTraining({ learningRate, maxGradientNorm }),
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
    // Where nothing is left to show, nothing can follow.
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
      network: networkCheckpoint(network),
      target: weightsCheckpoint(target.weights()),
      buffer: buffer?.checkpoint() ?? null,
      random: randomCheckpoint(random),
      ...{ interactions, optimizerSteps },
    }),
    restore(checkpoint) {
      const reader = new CheckpointReader(checkpoint);
      const [state, older] = [readWeights(reader, 'network'), readWeights(reader, 'target')];
      const [seen, steps, numbers] = [
        reader.count('interactions'),
        reader.count('optimizerSteps'),
        reader.numbers('random'),
      ];
      const content = reader.content('buffer');
      const held = content === null ? undefined : ReplayBuffer.from(content);
      takeAll([network, target], [state, older], random, numbers);
      [buffer, interactions, optimizerSteps] = [held, seen, steps];
    },
  };
}
