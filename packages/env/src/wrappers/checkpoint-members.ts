import type { Checkpoint, Environment, Observation } from '@ialp/core';
import { CheckpointReader } from '@ialp/core/checkpoint';

/** The state of a wrapper, for `checkpointMembers`. */
export interface WrapperState {
  /** A copy of the state. */
  checkpoint(): Checkpoint;
  /**
   * Checks a state that `checkpoint` returned, without changing anything.
   * @returns a function that restores it. It must not throw.
   * @throws {CheckpointError} for something else.
   */
  read(reader: CheckpointReader): () => void;
}

/**
 * The members `checkpoint` and `restore` of a wrapper with state of its own, for `wrapEnvironment`: checkpoints hold the states of both, and
 * a refused one changes neither. No members if the wrapped environment cannot be checkpointed.
 * @param observed what the wrapper returns for the environment's observation, once the states are restored. Default: the observation.
 */
export function checkpointMembers(
  environment: Environment,
  state: WrapperState,
  observed: (observation: Observation) => Observation = (observation) => observation,
): Pick<Environment, 'checkpoint' | 'restore'> {
  if (environment.checkpoint === undefined || environment.restore === undefined) return {};
  return {
    checkpoint: () => ({ wrapper: state.checkpoint(), environment: environment.checkpoint!() }),
    restore(checkpoint) {
      const reader = new CheckpointReader(checkpoint);
      const restoreWrapper = state.read(reader.part('wrapper'));
      const observation = environment.restore!(reader.part('environment').whole());
      restoreWrapper();
      return observed(observation);
    },
  };
}
