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
import { checkLearner, checkRandom, nameOf } from '../checks/arguments.js';
import { checkOptions } from '../checks/options.js';
import { ShapeError } from '../errors.js';
import type { Learner, LearningReport } from '../learner.js';
import { checkCheckpointable, deploymentCheckpoint, replay } from './deployment-checkpoint.js';
import { type InteractionColumns, InteractionRecorder } from './interaction-recorder.js';
import { Rollout } from './rollout.js';

/** Options of `runOnline`. */
export interface RunOnlineOptions {
  readonly environment: Environment;
  /** What acts and learns. A policy that does not learn: `createFrozenLearner(policy)`. */
  readonly learner: Learner;
  /** Interactions to have: items shown, over all sessions. Rounded up to whole steps of all sessions. */
  readonly interactions: number;
  /** Seeds the environment, 32-bit unsigned. */
  readonly seed: number;
  /** Draws the actions. */
  readonly random: Random;
  /**
   * Whether sessions that began within the budget are let run to their end, so that none is cut short in the log.
   * Nothing is learned from what goes beyond the budget. Default true; false where sessions may never end.
   */
  readonly finishSessions?: boolean;
  /** Called after each update with the interactions so far. */
  readonly onUpdate?: (interactions: number, report: LearningReport) => void;
  /** Gets a checkpoint from time to time, at the end of an update. It is a copy; keep it where a kill does not reach it. */
  readonly onCheckpoint?: (checkpoint: Checkpoint) => void;
  /** Interactions between two checkpoints, at least. Default 10,000. */
  readonly checkpointInterval?: number;
  /**
   * A checkpoint of the same deployment, made by a learner of the same kind and with the same options, to go on from. The
   * environment is brought to where it was by being shown again what it was shown.
   */
  readonly resume?: Checkpoint;
  /** Asked before each step; an aborted signal makes `runOnline` throw its reason. */
  readonly signal?: AbortSignal;
}

/**
 * Runs a learner in an environment: it acts for `rolloutLength` steps, learns, and continues. Training and deployment
 * both use it; only the environment differs. Updates take whole rollouts: steps left over at the end of the budget are in
 * the log, but nothing is learned from them.
 * @returns the log of all interactions. With `finishSessions` it is longer than the budget by those in which sessions
 * that had begun were finished.
 * @throws {CheckpointError} where a checkpoint is wanted of a learner or a generator that has none, or one is of another
 *   deployment, or the environment answers otherwise than it did.
 * @throws {InvalidOptionError} for a budget below 1, or what is no environment, learner or generator; {ShapeError} where the policy is for another catalogue, or the
 *   environment shows slates: policies choose one item at a time.
 */
export function runOnline(options: RunOnlineOptions): InteractionColumns {
  checkOptions(options, '{ environment, learner, interactions: 10_000, seed: 1, random: createRandom(1) }');
  const { environment, learner, interactions, seed, random, finishSessions = true, onUpdate, signal } = options;
  const { onCheckpoint, checkpointInterval = 10_000, resume } = options;
  checkEnvironment(environment);
  checkLearner(learner);
  checkRandom(random);
  checkInteger('interactions', interactions, 1);
  checkInteger('checkpointInterval', checkpointInterval, 1);
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
    ({ observation, steps: begin } = replay(reader, { environment, recorder, seed, steps }));
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
    throw new InvalidOptionError('environment', nameOf(environment), expected);
  }
}
