import { CheckpointReader, checkInteger, checkNumber, checkShare, type Random, randomCheckpoint } from '@ialp/core';
import { checkNetwork, checkRandom } from '../../checks/arguments.js';
import { checkExperience, checkFiniteRewards } from '../../checks/experience.js';
import { checkOptions } from '../../checks/options.js';
import { ReplayBuffer } from '../../experience/replay-buffer.js';
import type { Rollout } from '../../experience/rollout.js';
import { featureWidth } from '../../experience/states.js';
import type { Transitions } from '../../experience/transitions.js';
import type { Learner, LearningReport } from '../../learner.js';
import type { Network, States } from '../../network.js';
import { networkCheckpoint, readWeights, weightsCheckpoint } from '../../persistence/network-checkpoint.js';
import { takeAll } from '../../persistence/take-all.js';
import { createNetworkPolicy } from '../../policies/network-policy.js';
import { openedStates } from '../opened-states.js';
import { checkTraining } from '../training-options.js';

/** Options of `createDiscreteSac`. */
export interface DiscreteSacOptions {
  /** With the heads `actor` and `q`; it is trained in place. */
  readonly network: Network;
  /** A second critic, with the head `q` and first weights of its own: the lesser of two values counts. Default: none. */
  readonly twin?: Network;
  /** Draws batches and actions. */
  readonly random: Random;
  /** `alpha`, what a nat of entropy is worth; where `targetEntropyScale` is set, at first. Default 0.02. */
  readonly temperature?: number;
  /** Entropy, as a share of `log(items)`, to which `temperature` is steered. Default: it stays as it is. */
  readonly targetEntropyScale?: number;
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
  /** Steps of the optimiser after which the target networks are renewed. Default 100. */
  readonly targetUpdateInterval?: number;
  /** Discount `gamma`. Default 0.8. */
  readonly discount?: number;
  /** The optimiser's step size. Default 0.001. */
  readonly learningRate?: number;
  /** The gradient is cut to this norm; `Infinity` leaves it as it is. Default 10. */
  readonly maxGradientNorm?: number;
}

/**
 * Soft actor-critic for discrete actions (Haarnoja et al. 2018; Christodoulou 2019, arXiv 1910.07207), from a replay
 * buffer. With `a' ~ pi(.|s')` and older copies `Q'`,
 *
 * `Q(s, a)` goes to `r + gamma (min Q'(s', a') - alpha log pi(a'|s'))`, and the actor up the gradient of
 * `E_{a ~ pi}[min Q(s, a)] + alpha entropy(pi(.|s))`.
 *
 * Christodoulou sums over all actions where an action is drawn here: the same in expectation, and a batch of a catalogue of
 * many thousand items needs no table. The entropy is exact. The actor's baseline is the mean over the batch.
 *
 * It learns from anybody's experience. Its `learn` throws as that of `createA2C` does, and then stores nothing of the rollout.
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
    ...checkTraining({ learningRate, maxGradientNorm }),
    entropyWeight: 0,
    valueWeight: 0,
    qWeight: 1,
  };

  const critics = twin === undefined ? [network] : [network, twin];
  const targets = critics.map((critic) => critic.copy());
  const wantedEntropy = (targetEntropyScale ?? 0) * Math.log(network.items);
  let buffer: ReplayBuffer | undefined;
  let temperature = first;
  let interactions = 0;
  let optimizerSteps = 0;

  /** `[rows]`: the least of the critics' values. */
  function least(of: readonly Network[], states: States, actions: Int32Array): Float32Array {
    const [one, other] = of.map((critic) => critic.actionValues(states).of(actions).slice());
    return other === undefined ? one : one.map((value, row) => Math.min(value, other[row]));
  }

  function trainCritics({ states, actions, reward, terminated, next }: Transitions): number {
    const { states: asked, isOpen } = openedStates(next, terminated);
    const drawn = network.evaluate(asked).sample(random);
    const value = least(targets, next, drawn.items);
    const wanted = reward.map(
      (now, row) => now + discount * isOpen[row] * (value[row] - temperature * Math.log(drawn.propensity[row])),
    );
    const reports = critics.map((critic) => critic.trainStep(states, actions, () => ({ qTarget: wanted }), training));
    return reports[0].qLoss;
  }

  function trainActor(states: States): LearningReport {
    const { items } = network.evaluate(states).sample(random);
    const value = least(critics, states, items);
    const baseline = value.reduce((sum, q) => sum + q, 0) / value.length;
    const policyWeight = value.map((q) => q - baseline);
    const settings = { ...training, entropyWeight: temperature };
    const { entropy, gradientNorm } = network.trainStep(states, items, () => ({ policyWeight }), settings);
    // d/d(log alpha) of alpha (H - wanted), by the sign and size of the difference.
    if (targetEntropyScale !== undefined) temperature *= Math.exp(learningRate * (wantedEntropy - entropy));
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
      critics: Object.fromEntries(critics.map((critic, k) => [`${k}`, networkCheckpoint(critic)])),
      targets: Object.fromEntries(targets.map((target, k) => [`${k}`, weightsCheckpoint(target.weights())])),
      buffer: buffer?.checkpoint() ?? null,
      random: randomCheckpoint(random),
      ...{ temperature, interactions, optimizerSteps },
    }),
    restore(checkpoint) {
      const reader = new CheckpointReader(checkpoint);
      const states = ['critics', 'targets'].flatMap((part) =>
        critics.map((_, k) => readWeights(reader.part(part), `${k}`)),
      );
      const numbers = reader.numbers('random');
      const warmth = reader.number('temperature');
      const [seen, steps] = ['interactions', 'optimizerSteps'].map((name) => reader.count(name));
      const content = reader.content('buffer');
      const held = content === null ? undefined : ReplayBuffer.from(content);
      takeAll([...critics, ...targets], states, random, numbers);
      [buffer, temperature, interactions, optimizerSteps] = [held, warmth, seen, steps];
    },
  };
}
