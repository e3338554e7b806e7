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
import type { Network, States } from '../../network.js';
import { restoreNetworks } from '../../persistence/restore-networks.js';
import { createNetworkPolicy } from '../../policies/network-policy.js';
import { actableStates } from '../next-states.js';
import { checkTrainingOptions } from '../training-options.js';

/** Options of `createDiscreteSac`. */
export interface DiscreteSacOptions {
  /** With the heads `actor` and `q`; it is trained in place. */
  readonly network: Network;
  /** Second critic, with the head `q` and its own initial weights: the smaller of the two values is used. Default: none. */
  readonly twin?: Network;
  /** Samples batches and actions. */
  readonly random: Random;
  /** `alpha`: weight of the entropy, per nat; with `targetEntropyScale`, its initial value. Default 0.02. */
  readonly temperature?: number;
  /** Target entropy as a share of `log(items)`, to which `temperature` is adjusted. Default: a constant temperature. */
  readonly targetEntropyScale?: number;
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
  /** Optimiser steps between copies of the weights to the target networks. Default 100. */
  readonly targetUpdateInterval?: number;
  /** Discount `gamma`. Default 0.8. */
  readonly discount?: number;
  /** The optimiser's step size. Default 0.001. */
  readonly learningRate?: number;
  /** Global L2 norm to which the gradient is clipped; `Infinity` disables clipping. Default 10. */
  readonly maxGradientNorm?: number;
}

/**
 * Soft actor-critic for discrete actions (Haarnoja et al. 2018; Christodoulou 2019, arXiv 1910.07207), from a replay buffer.
 * With `a' ~ pi(.|s')` and target networks `Q'`, the critics regress on
 *
 * `r + gamma (min Q'(s', a') - alpha log pi(a'|s'))`, and the actor maximises `E_{a ~ pi}[min Q(s, a)] + alpha entropy(pi(.|s))`.
 *
 * Christodoulou sums over all actions; here one action is sampled, which is the same in expectation and needs no
 * `[batch, items]` table. The entropy is exact. The actor's baseline is the mean value over the batch.
 *
 * It is off-policy and learns from any policy's experience.
 *
 * `learn` throws an `InvalidOptionError` for a rollout that is not full or holds a propensity that is not in (0, 1], and a
 * `DivergenceError` if a reward, the loss or the gradient is not finite; the rollout is then not stored.
 * @throws {InvalidOptionError}
 * @throws {MissingHeadError}
 */
export function createDiscreteSac(options: DiscreteSacOptions): Learner & { readonly network: Network } {
  checkOptions(options, '{ network, random }');
  const { network, twin, random, temperature: first = 0.02, targetEntropyScale, rolloutLength = 1 } = options;
  const {
    bufferSize = 50_000,
    learningStarts = 1000,
    batchSize = 256,
    gradientSteps = 1,
    targetUpdateInterval = 100,
  } = options;
  const { discount = 0.8, learningRate = 0.001, maxGradientNorm = 10 } = options;
  const counts = { rolloutLength, bufferSize, batchSize, gradientSteps, targetUpdateInterval };
  for (const [option, value] of Object.entries(counts)) checkInteger(option, value, 1);
  checkInteger('learningStarts', learningStarts, 0);
  checkNumber('temperature', first, 0);
  checkShare('discount', discount);
  if (targetEntropyScale !== undefined) checkShare('targetEntropyScale', targetEntropyScale);
  checkNetwork(network, ['actor', 'q'], 'createDiscreteSac');
  if (twin !== undefined) checkNetwork(twin, ['q'], 'createDiscreteSac', 'twin');
  checkRandom(random);
  const training = {
    ...checkTrainingOptions({ learningRate, maxGradientNorm }),
    entropyWeight: 0,
    valueWeight: 0,
    qWeight: 1,
  };

  const critics = twin === undefined ? [network] : [network, twin];
  const targets = critics.map((critic) => critic.copy());
  const targetEntropy = (targetEntropyScale ?? 0) * Math.log(network.items);
  let buffer: ReplayBuffer | undefined;
  let temperature = first;
  let interactions = 0;
  let optimizerSteps = 0;

  /** `[rows]`: the smallest of the critics' values. */
  function smallestValue(of: readonly Network[], states: States, actions: Int32Array): Float32Array {
    const [one, other] = of.map((critic) => critic.actionValues(states).of(actions).slice());
    return other === undefined ? one : one.map((value, row) => Math.min(value, other[row]));
  }

  function trainCritics({ states, actions, reward, terminated, next }: Transitions): number {
    const { states: asked, isOpen } = actableStates(next, terminated);
    const drawn = network.evaluate(asked).sample(random);
    const value = smallestValue(targets, next, drawn.items);
    const wanted = reward.map(
      (now, row) => now + discount * isOpen[row] * (value[row] - temperature * Math.log(drawn.propensity[row])),
    );
    const reports = critics.map((critic) => critic.trainStep(states, actions, () => ({ qTarget: wanted }), training));
    return reports[0].qLoss;
  }

  function trainActor(states: States): LearningReport {
    const { items } = network.evaluate(states).sample(random);
    const value = smallestValue(critics, states, items);
    const baseline = value.reduce((sum, q) => sum + q, 0) / value.length;
    const policyWeight = value.map((q) => q - baseline);
    const settings = { ...training, entropyWeight: temperature };
    const { entropy, gradientNorm } = network.trainStep(states, items, () => ({ policyWeight }), settings);
    // Gradient step on log alpha for the loss alpha (H - target).
    if (targetEntropyScale !== undefined) temperature *= Math.exp(learningRate * (targetEntropy - entropy));
    return { entropy, gradientNorm };
  }

  function learn(rollout: Rollout): LearningReport {
    checkExperience(rollout);
    checkFiniteRewards(rollout);
    const { items, historyLength } = rollout.states;
    buffer ??= new ReplayBuffer({ bufferSize, items, historyLength, userFeatures: featureWidth(rollout.states) });
    buffer.addRollout(rollout);
    interactions += rollout.actions.length;
    if (interactions < learningStarts) return { temperature };
    let report: LearningReport = {};
    for (let step = 0; step < gradientSteps; step++) {
      const batch = buffer.sample(batchSize, random);
      const qLoss = trainCritics(batch);
      report = { qLoss, ...trainActor(batch.states), temperature };
      if (++optimizerSteps % targetUpdateInterval !== 0) continue;
      for (const [k, critic] of critics.entries()) targets[k].setWeights(critic.weights());
    }
    return report;
  }

  return {
    specificationVersion: 'v1',
    policy: createNetworkPolicy(network),
    network,
    rolloutLength,
    learn,
    checkpoint: () => ({
      critics: Object.fromEntries(critics.map((critic, k) => [`${k}`, tensorsCheckpoint(critic.trainingState())])),
      targets: Object.fromEntries(targets.map((target, k) => [`${k}`, tensorsCheckpoint(target.weights())])),
      buffer: buffer?.checkpoint() ?? null,
      random: randomCheckpoint(random),
      ...{ temperature, interactions, optimizerSteps },
    }),
    restore(checkpoint) {
      const reader = new CheckpointReader(checkpoint);
      const states = ['critics', 'targets'].flatMap((part) =>
        critics.map((_, k) => readTensors(reader.part(part).part(`${k}`))),
      );
      const numbers = reader.numbers('random');
      const warmth = reader.number('temperature');
      const [seen, steps] = ['interactions', 'optimizerSteps'].map((name) => reader.count(name));
      const content = reader.content('buffer');
      const held = content === null ? undefined : ReplayBuffer.from(content);
      restoreNetworks([...critics, ...targets], states, random, numbers);
      [buffer, temperature, interactions, optimizerSteps] = [held, warmth, seen, steps];
    },
  };
}
