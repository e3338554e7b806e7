import {
  type Checkpoint,
  CheckpointError,
  type CheckpointReader,
  type Environment,
  type Observation,
  type Random,
  randomCheckpoint,
} from '@ialp/core';
import type { Learner } from '../learner.js';
import type { InteractionColumns, InteractionRecorder } from './interaction-recorder.js';

/** @throws {CheckpointError} for a learner that cannot be checkpointed. */
export function checkCheckpointable({ checkpoint, restore }: Learner): void {
  if (checkpoint !== undefined && restore !== undefined) return;
  throw new CheckpointError('learner: expected one with `checkpoint` and `restore`; found one without.');
}

/** Checkpoint of a deployment at the end of an update: seed, log, learner and generator. */
export function deploymentCheckpoint(
  seed: number,
  { item, propensity, reward, terminated, truncated }: InteractionColumns,
  learner: Learner,
  random: Random,
): Checkpoint {
  return {
    seed,
    log: { item, propensity, reward, terminated, truncated },
    learner: learner.checkpoint?.() ?? {},
    random: randomCheckpoint(random),
  };
}

/** Arguments of `replayLog`. */
export interface ReplayTarget {
  /** It is reset with the seed. */
  readonly environment: Environment;
  readonly recorder: InteractionRecorder;
  readonly seed: number;
  /** Steps of the whole deployment. */
  readonly steps: number;
}

/**
 * Restores the state of an environment by replaying the recorded actions, to which it responds as before.
 * @returns the current observation, and the number of steps replayed.
 * @throws {CheckpointError} for a checkpoint of another deployment, or if a response differs from the recorded one.
 */
export function replayLog(
  reader: CheckpointReader,
  { environment, recorder, seed, steps }: ReplayTarget,
): { readonly observation: Observation; readonly steps: number } {
  const { sessions } = environment.spec;
  const log = reader.part('log');
  const item = log.array('item', Int32Array);
  const rows = item.length;
  const [propensity, reward] = ['propensity', 'reward'].map((name) => log.array(name, Float32Array, rows));
  const [terminated, truncated] = ['terminated', 'truncated'].map((name) => log.array(name, Uint8Array, rows));
  if (reader.number('seed') !== seed) {
    throw new CheckpointError(
      `checkpoint.seed: expected ${seed}, that of this deployment; found ${reader.number('seed')}.`,
    );
  }
  if (rows % sessions !== 0 || rows > steps * sessions) {
    const expected = `whole steps of ${sessions} sessions, at most ${steps}`;
    throw new CheckpointError(`checkpoint.log: expected ${expected}; found ${rows} interactions.`);
  }
  let observation = environment.reset({ seed });
  for (let from = 0; from < rows; from += sessions) {
    const part = <A extends Int32Array | Float32Array>(column: A): A => column.subarray(from, from + sessions) as A;
    const step = environment.step(part(item).slice());
    for (let slot = 0; slot < sessions; slot++) {
      const row = from + slot;
      const isSame =
        step.reward[slot] === reward[row] &&
        step.terminated[slot] === terminated[row] &&
        step.truncated[slot] === truncated[row];
      if (isSame) continue;
      throw new CheckpointError(
        `checkpoint.log, interaction ${row}: expected the recorded reward ${reward[row]}; the environment gives ` +
          `${step.reward[slot]}. It is another environment, or not deterministic.`,
      );
    }
    recorder.record({ items: part(item), propensity: part(propensity) }, step, true);
    observation = environment.reset({ resetMask: step.terminated.map((left, slot) => left | step.truncated[slot]) });
  }
  return { observation, steps: rows / sessions };
}
