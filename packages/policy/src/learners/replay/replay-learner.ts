import {
  type Checkpoint,
  checkInteger,
  checkShare,
  InvalidOptionError,
  type Random,
  type Trajectories,
} from '@ialp/core';
import { CheckpointReader, randomCheckpoint, readTensors, tensorsCheckpoint } from '@ialp/core/checkpoint';
import { checkRandom } from '../../checks/arguments.js';
import { checkExperience, checkFiniteRewards, checkNoSlates } from '../../checks/experience.js';
import { ReplayBuffer } from '../../experience/replay-buffer.js';
import { featureWidth } from '../../experience/states.js';
import type { Transitions } from '../../experience/transitions.js';
import type { CheckpointableLearner, LearningReport } from '../../learner.js';
import type { Network, TrainingSettings } from '../../network.js';
import { policyWeights } from '../../persistence/policy-weights.js';
import { restoreNetworks } from '../../persistence/restore-networks.js';
import type { Policy } from '../../policy.js';
import { type Schedule, valueAt } from '../schedule.js';
import { checkTrainingOptions } from '../training-options.js';
import { TARGET_NETWORK_NAMES, TargetNetwork, type TargetNetworkOptions } from './target-network.js';

/** Options of every online learner that trains from a replay buffer. */
export interface ReplayOptions extends TargetNetworkOptions {
  /** Samples the batches. */
  readonly random: Random;
  /** Turns of each session between two updates. Default: `nSteps`. */
  readonly rolloutLength?: number;
  /**
   * `n` of the n-step returns (Sutton and Barto 2018, chapter 7): the targets have up to `n` rewards before the value of a next state. They
   * reach to the end of the experience of an update, so `rolloutLength` should be at least `n`. Above 1 they are not corrected for
   * another policy's experience. Default 1.
   */
  readonly nSteps?: number;
  /** Size of the replay buffer, in transitions. Default 50,000. */
  readonly bufferSize?: number;
  /** Interactions gathered before the first optimiser step. Default 1,000. */
  readonly learningStarts?: number;
  /** Transitions in one optimiser step. Default 256. */
  readonly batchSize?: number;
  /** Optimiser steps in each update. Default 1. */
  readonly gradientSteps?: number;
  /** Discount `gamma`. Default 0.8. */
  readonly discount?: number;
  /** The optimiser's step size, or a schedule. */
  readonly learningRate?: Schedule;
  /** Global L2 norm to which the gradient is clipped; `Infinity` disables clipping. Default 10. */
  readonly maxGradientNorm?: number;
}

/** Names of the options. */
export const REPLAY_NAMES: readonly (keyof ReplayOptions)[] = [
  ...TARGET_NETWORK_NAMES,
  'random',
  'rolloutLength',
  'nSteps',
  'bufferSize',
  'learningStarts',
  'batchSize',
  'gradientSteps',
  'discount',
  'learningRate',
  'maxGradientNorm',
];

/** A learner that trains from a replay buffer. */
export interface ReplayLearner extends CheckpointableLearner {
  /** The network that acts. */
  readonly network: Network;
  /** All its networks: those that it trains, then the target network of each. New items have to be placed in all of them. */
  readonly networks: readonly Network[];
}

/** What a replay learner has decided when its algorithm is created. */
export interface ReplaySettings {
  readonly discount: number;
  readonly random: Random;
  /** Settings of the next training step, of action values alone. */
  training(): TrainingSettings;
  /** Interactions gathered so far. */
  interactions(): number;
  /** `[networks]`: the target network of each trained network. */
  readonly targets: readonly Network[];
}

/** What distinguishes one replay learner from another. */
export interface ReplayAlgorithm {
  readonly policy: Policy;
  /** The networks that the policy uses. */
  readonly policyNetworks: readonly Network[];
  /** Trains the networks on a batch, once. */
  train(batch: Transitions): LearningReport;
  /** Figures that are reported with every update, also before the first optimiser step. */
  report?(): LearningReport;
  /** State of its own that belongs in a checkpoint: numbers by name. */
  readonly state?: { read(): Readonly<Record<string, number>>; write(state: Readonly<Record<string, number>>): void };
}

/**
 * The base of DQN and discrete SAC: stores all experience in a replay buffer; from `learningStarts` interactions on, each update samples
 * `gradientSteps` batches, trains on them and lets the target networks follow. It is off-policy: any policy's experience will do.
 * @param networks the trained networks, each of which gets a target network; the first is the learner's.
 * @throws {InvalidOptionError}
 */
export function createReplayLearner(
  options: ReplayOptions & { readonly learningRate: Schedule; readonly slateSize?: number },
  networks: readonly Network[],
  create: (settings: ReplaySettings) => ReplayAlgorithm,
): ReplayLearner {
  const { random, nSteps = 1, bufferSize = 50_000, learningStarts = 1000, batchSize = 256 } = options;
  const { rolloutLength = nSteps, slateSize } = options;
  const { gradientSteps = 1, discount = 0.8, learningRate, maxGradientNorm = 10 } = options;
  checkInteger('nSteps', nSteps, 1, 255);
  for (const [option, value] of Object.entries({ rolloutLength, bufferSize, batchSize, gradientSteps })) {
    checkInteger(option, value, 1);
  }
  checkInteger('learningStarts', learningStarts, 0);
  checkShare('discount', discount);
  checkRandom(random);
  checkTrainingOptions({ learningRate, maxGradientNorm });
  const training = (): TrainingSettings => ({
    learningRate: valueAt('learningRate', learningRate, interactions),
    ...{ maxGradientNorm, entropyWeight: 0, valueWeight: 0, qWeight: 1 },
  });

  const targets = networks.map((network) => new TargetNetwork(network, options));
  let buffer: ReplayBuffer | undefined;
  let interactions = 0;
  const targetNetworks = targets.map(({ network }) => network);
  const algorithm = create({
    ...{ discount, random, training, targets: targetNetworks },
    interactions: () => interactions,
  });
  const acting = policyWeights(Object.fromEntries(algorithm.policyNetworks.map((network, k) => [`${k}`, network])));

  function learn(trajectories: Trajectories): LearningReport {
    checkExperience(trajectories, networks[0]);
    checkFiniteRewards(trajectories);
    if (slateSize === undefined) checkNoSlates(trajectories, 'this learner');
    else if (trajectories.choice === undefined) {
      throw new InvalidOptionError('trajectories.choice', undefined, 'the position of the item that the user chose');
    }
    const { rows, states } = trajectories;
    const { items, historyLength } = states;
    const sizes = { bufferSize, items, historyLength, userFeatures: featureWidth(states) };
    buffer ??= new ReplayBuffer({ ...sizes, ...(slateSize !== undefined && { slateSize }) });
    buffer.add(trajectories, { nSteps, discount });
    interactions += rows;
    let report: LearningReport = {};
    for (let step = 0; interactions >= learningStarts && step < gradientSteps; step++) {
      report = algorithm.train(buffer.sample(batchSize, random));
      for (const target of targets) target.step();
    }
    return { ...report, ...algorithm.report?.() };
  }

  return {
    specificationVersion: 'v2',
    policy: algorithm.policy,
    network: networks[0],
    networks: [...networks, ...targetNetworks],
    rolloutLength,
    learn,
    checkpoint: () => ({
      networks: byPlace(networks.map((network) => tensorsCheckpoint(network.trainingState()))),
      targets: byPlace(targetNetworks.map((network) => tensorsCheckpoint(network.weights()))),
      buffer: buffer?.checkpoint() ?? null,
      random: randomCheckpoint(random),
      ...{ interactions, optimizerSteps: targets[0].steps },
      own: { ...algorithm.state?.read() },
    }),
    restore(checkpoint) {
      const reader = new CheckpointReader(checkpoint);
      const states = ['networks', 'targets'].flatMap((part) =>
        networks.map((_, place) => readTensors(reader.part(part).part(`${place}`))),
      );
      const [seen, steps] = ['interactions', 'optimizerSteps'].map((name) => reader.count(name));
      const own = Object.fromEntries(
        Object.keys(algorithm.state?.read() ?? {}).map((name) => [name, reader.part('own').number(name)]),
      );
      const content = reader.content('buffer');
      const held = content === null ? undefined : ReplayBuffer.from(content);
      restoreNetworks([...networks, ...targetNetworks], states, random, reader.numbers('random'));
      algorithm.state?.write(own);
      for (const target of targets) target.steps = steps;
      [buffer, interactions] = [held, seen];
    },
    policyState: () => ({ networks: acting.read(), interactions }),
    setPolicyState(state) {
      const reader = new CheckpointReader(state);
      const seen = reader.count('interactions');
      acting.take(reader.part('networks'));
      interactions = seen;
    },
    *stagePolicyState(state) {
      const reader = new CheckpointReader(state);
      const seen = reader.count('interactions');
      const commit = yield* acting.stage(reader.part('networks'));
      return () => {
        commit();
        interactions = seen;
      };
    },
  };
}

function byPlace(parts: readonly Checkpoint[]): Checkpoint {
  return Object.fromEntries(parts.map((part, place) => [`${place}`, part]));
}
