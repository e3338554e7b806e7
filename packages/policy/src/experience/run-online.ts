import {
  type Checkpoint,
  checkInteger,
  checkSpecification,
  described,
  type Environment,
  InvalidOptionError,
  type Observation,
  type Random,
} from '@ialp/core';
import { checkLearner, checkRandom, foundOf } from '../checks/arguments.js';
import { checkNamedOptions } from '../checks/options.js';
import { ShapeError } from '../errors.js';
import type { Learner, LearningReport } from '../learner.js';
import { checkCheckpointable, deploymentCheckpoint, resumeDeployment } from './deployment-checkpoint.js';
import { DeploymentKeys } from './deployment-keys.js';
import { type InteractionColumns, InteractionRecorder } from './interaction-recorder.js';
import { TrajectoryRecorder } from './trajectory-recorder.js';

/** Options of `runOnline`. */
export interface RunOnlineOptions {
  readonly environment: Environment;
  /** Acts and learns. For a policy that does not learn: `createFrozenLearner(policy)`. */
  readonly learner: Learner;
  /** Number of interactions (turns, each of which shows an item or a slate) over all sessions. Rounded up to whole steps of all sessions. */
  readonly interactions: number;
  /** Seed of the environment, a 32-bit unsigned integer. */
  readonly seed: number;
  /** Samples the actions. */
  readonly random: Random;
  /**
   * Whether to continue sessions that began within the budget to their end, so that the log has only whole sessions. The learner
   * does not learn from interactions beyond the budget. Default true; use false if sessions may never end.
   */
  readonly finishSessions?: boolean;
  /** Called after each update with the number of interactions so far. */
  readonly onUpdate?: (interactions: number, report: LearningReport) => void;
  /**
   * Receives a checkpoint, a copy, after an update at least every `checkpointInterval` interactions, and a function that returns a copy of
   * the log up to there. Save them outside the process. The checkpoint holds the learner, the generator, the environment's state if it
   * can be checkpointed, and the position in the log, but not the log.
   */
  readonly onCheckpoint?: (checkpoint: Checkpoint, log: () => InteractionColumns) => void;
  /** Least number of interactions between two checkpoints. Default 10,000. */
  readonly checkpointInterval?: number;
  /** A checkpoint of the same deployment to continue from, made by a learner of the same kind and options. */
  readonly resume?: Checkpoint;
  /**
   * With `resume`, the log up to the checkpoint or beyond. The result then begins with it; without it, it begins at the checkpoint. Needed
   * for an environment that cannot be restored: it is shown the recorded actions again.
   */
  readonly log?: InteractionColumns;
  /** Checked before each step; if it is aborted, `runOnline` throws its reason. */
  readonly signal?: AbortSignal;
}

const OPTION_NAMES: readonly (keyof RunOnlineOptions)[] = [
  'environment',
  'learner',
  'interactions',
  'seed',
  'random',
  'finishSessions',
  'onUpdate',
  'onCheckpoint',
  'checkpointInterval',
  'resume',
  'log',
  'signal',
];

/**
 * Runs a learner in an environment: the policy acts for `rolloutLength` steps, the learner learns from their trajectories, and so on.
 * Training and deployment both use it; only the environment differs. An update uses `rolloutLength` steps of all sessions: steps left over at the end
 * of the budget are in the log, but are not learned from.
 * @returns the log of all interactions; with `finishSessions` it includes those beyond the budget that finish open sessions.
 * @throws {CheckpointError} if the learner or the generator cannot be checkpointed but has to be, the checkpoint is of another
 *   deployment, or the environment's responses differ from the recorded ones.
 * @throws {InvalidOptionError} for a budget below 1, or a value that is not an environment, learner or generator.
 * @throws {ShapeError} if the policy is for another catalogue.
 */
export function runOnline(options: RunOnlineOptions): InteractionColumns {
  checkNamedOptions(
    options,
    '{ environment, learner, interactions: 10_000, seed: 1, random: createRandom(1) }',
    OPTION_NAMES,
  );
  const { environment, learner, interactions, seed, random, finishSessions = true, onUpdate, signal } = options;
  const { onCheckpoint, checkpointInterval = 10_000, resume, log } = options;
  checkEnvironment(environment);
  checkLearner(learner);
  checkRandom(random);
  checkInteger('interactions', interactions, 1);
  checkInteger('checkpointInterval', checkpointInterval, 1);
  if (typeof resume === 'string') {
    const expected = "a checkpoint: loadCheckpoint(path) of '@ialp/policy/checkpoint-file' reads one";
    throw new InvalidOptionError('resume', resume, expected);
  }
  if (onCheckpoint !== undefined || resume !== undefined) checkCheckpointable(learner);
  const { sessions, items, slateSize } = environment.spec;
  if (learner.policy.items !== items) throw new ShapeError('items of the policy', learner.policy.items, items);
  const steps = Math.ceil(interactions / sessions);
  const recorder = new InteractionRecorder(sessions * slateSize * (steps + 32), slateSize);
  const ended = new Uint8Array(sessions);
  let observation: Observation = environment.reset({ seed });
  const { historyLength, userFeatures } = observation;
  const width = (userFeatures?.length ?? 0) / sessions;
  const experience = new TrajectoryRecorder({ items, historyLength, userFeatures: width, slateSize });
  const keys = new DeploymentKeys(learner, resume);
  const deployment = { environment, learner, random, recorder, seed, keyOffset: keys.offset };
  let begin = 0;
  if (resume !== undefined) {
    const resumed = resumeDeployment(deployment, resume, log, steps * sessions);
    observation = resumed.observation;
    begin = resumed.interactions / sessions;
  } else if (log !== undefined) {
    throw new InvalidOptionError(
      'log',
      described('a log'),
      'a log with `resume` alone: the checkpoint that it belongs to',
    );
  }
  let checkpointed = begin * sessions;

  for (let count = begin; count < steps || (finishSessions && recorder.sessionsOpen); count++) {
    signal?.throwIfAborted();
    const withinBudget = count < steps;
    const states = keys.unique(observation);
    const action = learner.policy.distribution(states).sample(random, { count: slateSize });
    if (withinBudget)
      experience.recordAction(states, action, { policyVersion: Math.floor(count / learner.rolloutLength) });
    const step = environment.step(action.items);
    if (withinBudget) experience.recordFeedback(keys.unique(step.observation), step);
    recorder.record(step.observation, action, step, withinBudget);
    for (let slot = 0; slot < sessions; slot++) ended[slot] = step.terminated[slot] | step.truncated[slot];
    observation = environment.reset({ resetMask: ended });
    if (withinBudget && experience.rows === sessions * learner.rolloutLength) {
      const report = learner.learn(experience.take());
      const done = (count + 1) * sessions;
      onUpdate?.(done, report);
      if (onCheckpoint !== undefined && done - checkpointed >= checkpointInterval) {
        checkpointed = done;
        onCheckpoint(deploymentCheckpoint(deployment, done), () => recorder.columns());
      }
    }
  }
  return recorder.columns();
}

function checkEnvironment(environment: Environment): void {
  const expected = "an Environment, with 'spec', 'reset' and 'step'";
  checkSpecification('environment', environment, ['reset', 'step'], expected, 'v2');
  if (typeof environment.spec !== 'object') {
    throw new InvalidOptionError('environment', foundOf(environment), expected);
  }
}
