import {
  type Checkpoint,
  CheckpointReader,
  checkInteger,
  checkSpecification,
  type Environment,
  InvalidOptionError,
  type Observation,
  type Random,
  restoreRandom,
} from '@ialp/core';
import { checkLearner, checkRandom, foundOf } from '../checks/arguments.js';
import { checkNamedOptions } from '../checks/options.js';
import { ShapeError } from '../errors.js';
import type { Learner, LearningReport } from '../learner.js';
import { checkCheckpointable, deploymentCheckpoint, replayLog } from './deployment-checkpoint.js';
import { type InteractionColumns, InteractionRecorder } from './interaction-recorder.js';
import { Rollout } from './rollout.js';

/** Options of `runOnline`. */
export interface RunOnlineOptions {
  readonly environment: Environment;
  /** Acts and learns. For a policy that does not learn: `createFrozenLearner(policy)`. */
  readonly learner: Learner;
  /** Number of interactions (items shown) over all sessions. Rounded up to whole steps of all sessions. */
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
  /** Receives a checkpoint, a copy, after an update at least every `checkpointInterval` interactions. Save it outside the process. */
  readonly onCheckpoint?: (checkpoint: Checkpoint) => void;
  /** Least number of interactions between two checkpoints. Default 10,000. */
  readonly checkpointInterval?: number;
  /**
   * A checkpoint of the same deployment to continue from, made by a learner of the same kind and options. The environment's state
   * is restored by replaying the recorded actions.
   */
  readonly resume?: Checkpoint;
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
  'signal',
];

/**
 * Runs a learner in an environment: the policy acts for `rolloutLength` steps, the learner learns from the rollout, and so on.
 * Training and deployment both use it; only the environment differs. An update uses a whole rollout: steps left over at the end
 * of the budget are in the log, but are not learned from.
 * @returns the log of all interactions; with `finishSessions` it includes those beyond the budget that finish open sessions.
 * @throws {CheckpointError} if the learner or the generator cannot be checkpointed but has to be, the checkpoint is of another
 *   deployment, or the environment's responses differ from the recorded ones.
 * @throws {InvalidOptionError} for a budget below 1, or a value that is not an environment, learner or generator.
 * @throws {ShapeError} if the policy is for another catalogue, or the environment shows slates: policies choose one item.
 */
export function runOnline(options: RunOnlineOptions): InteractionColumns {
  checkNamedOptions(
    options,
    '{ environment, learner, interactions: 10_000, seed: 1, random: createRandom(1) }',
    OPTION_NAMES,
  );
  const { environment, learner, interactions, seed, random, finishSessions = true, onUpdate, signal } = options;
  const { onCheckpoint, checkpointInterval = 10_000, resume } = options;
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
  if (slateSize !== 1) throw new ShapeError('slateSize of the environment', slateSize, 1);
  if (learner.policy.items !== items) throw new ShapeError('items of the policy', learner.policy.items, items);
  const steps = Math.ceil(interactions / sessions);
  const recorder = new InteractionRecorder(sessions, steps);
  const ended = new Uint8Array(sessions);
  let observation: Observation = environment.reset({ seed });
  const rollout = new Rollout(learner.rolloutLength, observation);
  let begin = 0;
  if (resume !== undefined) {
    const reader = new CheckpointReader(resume);
    ({ observation, steps: begin } = replayLog(reader, { environment, recorder, seed, steps }));
    learner.restore?.(reader.content('learner') ?? {});
    restoreRandom(random, reader.numbers('random'));
  }
  let checkpointed = begin * sessions;

  for (let count = begin; count < steps || (finishSessions && recorder.sessionsOpen); count++) {
    signal?.throwIfAborted();
    const withinBudget = count < steps;
    const action = learner.policy.distribution(observation).sample(random);
    if (withinBudget) rollout.recordAction(observation, action);
    const step = environment.step(action.items);
    if (withinBudget) rollout.recordFeedback(step.observation, step);
    recorder.record(action, step, withinBudget);
    for (let slot = 0; slot < sessions; slot++) ended[slot] = step.terminated[slot] | step.truncated[slot];
    observation = environment.reset({ resetMask: ended });
    if (rollout.full) {
      const report = learner.learn(rollout);
      rollout.clear();
      const done = (count + 1) * sessions;
      onUpdate?.(done, report);
      if (onCheckpoint !== undefined && done - checkpointed >= checkpointInterval) {
        checkpointed = done;
        onCheckpoint(deploymentCheckpoint(seed, recorder.columns(), learner, random));
      }
    }
  }
  return recorder.columns();
}

function checkEnvironment(environment: Environment): void {
  const expected = "an Environment, with 'spec', 'reset' and 'step'";
  checkSpecification('environment', environment, ['reset', 'step'], expected);
  if (typeof environment.spec !== 'object') {
    throw new InvalidOptionError('environment', foundOf(environment), expected);
  }
}
