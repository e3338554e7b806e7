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

/** All that a deployment depends on at the end of an update: who learns, where chance is, and what was shown and answered. */
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

/** What `replay` works on. */
export interface Replay {
  /** Just reset with the seed. */
  readonly environment: Environment;
  readonly recorder: InteractionRecorder;
  readonly seed: number;
  /** Steps of the whole deployment. */
  readonly steps: number;
}

/**
 * Brings an environment to where it was: an environment gives the same answers to the same actions, so it is shown again
 * what it was shown.
 * @returns the states that are to be acted in, and the steps that were made.
 * @throws {CheckpointError} for a checkpoint of another deployment, or where an answer is another than it was.
 */
export function replay(
  reader: CheckpointReader,
  { environment, recorder, seed, steps }: Replay,
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
        `checkpoint.log, interaction ${row}: expected the reward ${reward[row]} that was given then; the environment gives ` +
          `${step.reward[slot]}. It is another one, or is not the same each time.`,
      );
    }
    recorder.record({ items: part(item), propensity: part(propensity) }, step, true);
    observation = environment.reset({ resetMask: step.terminated.map((left, slot) => left | step.truncated[slot]) });
  }
  return { observation, steps: rows / sessions };
}
