import {
  type Checkpointable,
  CheckpointError,
  checkInteger,
  checkMethods,
  checkObject,
  checkOptionNames,
  checkSpecification,
  described,
  InvalidOptionError,
  type Trajectories,
} from '@ialp/core';
import {
  CheckpointReader,
  combineCheckpointables,
  partOf,
  readTensors,
  tensorsCheckpoint,
} from '@ialp/core/checkpoint';
import type { Checkpoint, Learner, LearningReport, Network, Weights } from '@ialp/policy';
import type { ChangeDetector } from '../change-detector.js';
import { checkFunction, checkLearner, checkTrajectories } from '../checks.js';
import { combinePolicyStates } from '../experience/policy-state.js';
import { SessionRewards } from '../experience/session-rewards.js';

/** Options of `withRollback`. */
export interface RollbackOptions {
  /** The learner's network, whose weights are restored. */
  readonly network: Pick<Network, 'weights' | 'setWeights'>;
  /** Gets the reward of each session that ends. */
  readonly detector: ChangeDetector;
  /** Updates between two snapshots of the weights. Default 20. */
  readonly snapshotInterval?: number;
  /** Snapshots to store; the oldest is dropped. Default 5. */
  readonly maxSnapshots?: number;
  /** Called after a rollback with the number of updates that were undone. */
  readonly onRollback?: (updates: number) => void;
}

const OPTION_NAMES: readonly (keyof RollbackOptions)[] = [
  'network',
  'detector',
  'snapshotInterval',
  'maxSnapshots',
  'onRollback',
];

/** Evidence of a drop above which no snapshots are made. */
const MAX_EVIDENCE = 0.25;

/**
 * Rolls a learner back to earlier weights when rewards drop. It stores a snapshot of the weights every `snapshotInterval` updates
 * while there is little evidence of a drop. When the detector alarms, it restores the oldest snapshot and resets the detector. The
 * learner then continues to learn, so rewards may drop again. It cannot fix a drop that the weights did not cause (other users,
 * another season).
 * @throws {InvalidOptionError} also for a network other than the learner's, where the learner has the property `network`.
 */
export function withRollback(learner: Learner, options: RollbackOptions): Learner {
  checkLearner('learner', learner);
  checkObject('options', options, 'an object, such as { network, detector: createCusumDetector() }');
  checkOptionNames(options, OPTION_NAMES);
  const { network, detector, snapshotInterval = 20, maxSnapshots = 5, onRollback } = options;
  checkMethods('network', network, ['weights', 'setWeights'], "the learner's network");
  if ('network' in learner && learner.network !== undefined && learner.network !== network) {
    const expected = 'learner.network, whose weights the learner changes';
    throw new InvalidOptionError('network', described('another network'), expected);
  }
  if (onRollback !== undefined) checkFunction('onRollback', onRollback, 'a function of the number of undone updates');
  checkSpecification('detector', detector, ['add', 'reset'], 'a change detector, such as createCusumDetector()');
  for (const [option, value] of Object.entries({ snapshotInterval, maxSnapshots })) checkInteger(option, value, 1);
  const rewards = new SessionRewards();
  const good: { readonly update: number; readonly weights: Weights }[] = [{ update: 0, weights: network.weights() }];
  let update = 0;

  function learn(trajectories: Trajectories): LearningReport {
    checkTrajectories(trajectories);
    let alarms = false;
    rewards.add(trajectories, ({ reward }) => {
      if (Number.isFinite(reward)) alarms = detector.add(reward) || alarms;
    });
    const report = learner.learn(trajectories);
    update++;
    if (alarms) {
      // The oldest: a drop is detected only some time after its cause.
      const [oldest] = good;
      network.setWeights(oldest.weights);
      onRollback?.(update - oldest.update);
      good.splice(1);
      detector.reset();
    } else if (update % snapshotInterval === 0 && detector.evidence < MAX_EVIDENCE) {
      good.push({ update, weights: network.weights() });
      if (good.length > maxSnapshots) good.shift();
    }
    return { ...report, evidence: detector.evidence };
  }

  const snapshots: Checkpointable = {
    checkpoint: () => ({
      update,
      good: good.map((copy) => ({ update: copy.update, weights: tensorsCheckpoint(copy.weights) })),
    }),
    restore(checkpoint) {
      const [savedUpdate, list] = [partOf(checkpoint, 'update'), partOf(checkpoint, 'good')];
      if (typeof savedUpdate !== 'number' || !Array.isArray(list) || list.length === 0) {
        throw new CheckpointError('good: expected a number of updates and a list of snapshots; found something else.');
      }
      const saved = list.map((copy: Checkpoint) => ({
        update: Number(partOf(copy, 'update')),
        weights: readTensors(new CheckpointReader(partOf(copy, 'weights'), 'weights')),
      }));
      update = savedUpdate;
      good.splice(0, good.length, ...saved);
    },
  };
  const { policy, rolloutLength } = learner;
  return {
    specificationVersion: 'v2',
    policy,
    rolloutLength,
    learn,
    ...combineCheckpointables({ learner, detector, rewards: rewards.state, copies: snapshots }),
    ...combinePolicyStates(learner),
  };
}
