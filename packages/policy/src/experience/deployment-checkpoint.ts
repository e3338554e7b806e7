import {
  type Checkpoint,
  CheckpointError,
  type Environment,
  endedSessions,
  type Observation,
  type Random,
} from '@ialp/core';
import { CheckpointReader, randomCheckpoint, restoreRandom } from '@ialp/core/checkpoint';
import { checkArray } from '../checks/states.js';
import type { Learner } from '../learner.js';
import type { InteractionColumns, InteractionRecorder } from './interaction-recorder.js';

/** @throws {CheckpointError} for a learner that cannot be checkpointed. */
export function checkCheckpointable({ checkpoint, restore }: Learner): void {
  if (checkpoint !== undefined && restore !== undefined) return;
  throw new CheckpointError('learner: expected one with `checkpoint` and `restore`; found one without.');
}

/** The parts of a deployment in an environment. */
export interface Deployment {
  readonly environment: Environment;
  readonly learner: Learner;
  readonly random: Random;
  readonly recorder: InteractionRecorder;
  readonly seed: number;
  /** What is added to the keys of the environment's sessions. */
  readonly keyOffset: number;
}

/**
 * Checkpoint of a deployment at the end of an update: learner, generator, the environment's state if it can be checkpointed, and how many
 * interactions the log had.
 */
export function deploymentCheckpoint(
  { environment, learner, random, recorder, seed, keyOffset }: Deployment,
  interactions: number,
): Checkpoint {
  const { checkpoint, restore } = environment;
  return {
    ...{ seed, interactions, keyOffset },
    sessions: recorder.checkpoint(),
    learner: learner.checkpoint?.() ?? {},
    random: randomCheckpoint(random),
    environment: checkpoint !== undefined && restore !== undefined ? environment.checkpoint!() : null,
  };
}

/**
 * Continues a deployment from a checkpoint. An environment that cannot be restored is reset, and shown the recorded actions, to which it
 * responds as before.
 * @param log the log of the deployment, at least up to the checkpoint; what it has beyond is dropped.
 * @param budget interactions of the whole deployment.
 * @returns the current observation, and the number of interactions so far.
 * @throws {CheckpointError} for a checkpoint or a log of another deployment, or if a response differs from the recorded one.
 */
export function resumeDeployment(
  deployment: Deployment,
  checkpoint: Checkpoint,
  log: InteractionColumns | undefined,
  budget: number,
): { readonly observation: Observation; readonly interactions: number } {
  const { environment, learner, random, recorder, seed } = deployment;
  const { sessions, slateSize } = environment.spec;
  const reader = new CheckpointReader(checkpoint);
  if (reader.number('seed') !== seed) {
    const found = reader.number('seed');
    throw new CheckpointError(`checkpoint.seed: expected ${seed}, that of this deployment; found ${found}.`);
  }
  const interactions = reader.count('interactions');
  if (interactions % sessions !== 0 || interactions > budget) {
    const expected = `whole steps of ${sessions} sessions, at most ${budget} interactions`;
    throw new CheckpointError(`checkpoint.interactions: expected ${expected}; found ${interactions}.`);
  }
  const before = log === undefined ? undefined : firstRows(log, interactions * slateSize);
  const own = reader.content('environment');
  let observation: Observation;
  if (own !== null && environment.restore !== undefined) {
    observation = environment.restore(own);
  } else if (before !== undefined) {
    observation = replay(environment, before, seed);
  } else {
    throw new CheckpointError(
      'log: expected the log up to the checkpoint, as this environment cannot be restored and has to be shown its actions again; found none.',
    );
  }
  recorder.restore(reader.part('sessions'), before);
  learner.restore?.(reader.content('learner') ?? {});
  restoreRandom(random, reader.numbers('random'));
  return { observation, interactions };
}

/** @throws {CheckpointError} for a log of fewer rows. */
function firstRows(log: InteractionColumns, rows: number): InteractionColumns {
  checkArray('log.item', log.item, 'Int32Array', log.item?.length, 'any');
  if (log.item.length < rows) {
    throw new CheckpointError(
      `log: expected at least ${rows} rows, as at the checkpoint; found ${log.item.length}. It is of another deployment, or was cut.`,
    );
  }
  return {
    session: log.session.slice(0, rows),
    item: log.item.slice(0, rows),
    propensity: log.propensity.slice(0, rows),
    reward: log.reward.slice(0, rows),
    terminated: log.terminated.slice(0, rows),
    truncated: log.truncated.slice(0, rows),
  };
}

/** Restores the state of an environment by repeating the recorded actions. @throws {CheckpointError} if a response differs. */
function replay(environment: Environment, log: InteractionColumns, seed: number): Observation {
  const { sessions, slateSize } = environment.spec;
  const width = sessions * slateSize;
  let observation = environment.reset({ seed });
  for (let from = 0; from < log.item.length; from += width) {
    const step = environment.step(log.item.slice(from, from + width));
    for (let slot = 0; slot < sessions; slot++) {
      const row = from + slot * slateSize;
      const recorded = log.reward.subarray(row, row + slateSize).reduce((sum, reward) => sum + reward, 0);
      const isSame =
        step.reward[slot] === recorded &&
        step.terminated[slot] === log.terminated[row] &&
        step.truncated[slot] === log.truncated[row];
      if (isSame) continue;
      throw new CheckpointError(
        `log, row ${row}: expected the recorded reward ${recorded}; the environment gives ${step.reward[slot]}. It is another ` +
          'environment, or not deterministic.',
      );
    }
    observation = environment.reset({ resetMask: endedSessions(step) });
  }
  return observation;
}
