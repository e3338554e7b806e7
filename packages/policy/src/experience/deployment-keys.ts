import type { Checkpoint, Observation } from '@ialp/core';
import { CheckpointReader } from '@ialp/core/checkpoint';
import type { Learner } from '../learner.js';

/** For each learner, the first key that no session of its deployments has had. */
const nextKeys = new WeakMap<Learner, number>();

/**
 * Session keys of one deployment of a learner. An environment counts its sessions from 0 after each seeded reset; a learner that is deployed
 * again may still remember sessions of the deployment before, so that those of the next one get other keys.
 */
export class DeploymentKeys {
  readonly #learner: Learner;
  /** What is added to the keys of the environment's sessions. */
  readonly offset: number;

  /**
   * @param resumed the checkpoint of the deployment that is continued: its sessions keep their keys.
   * @throws {CheckpointError}
   */
  constructor(learner: Learner, resumed?: Checkpoint) {
    this.#learner = learner;
    this.offset =
      resumed === undefined ? (nextKeys.get(learner) ?? 0) : new CheckpointReader(resumed).count('keyOffset');
  }

  /** The observation with keys that no earlier deployment of the learner had. */
  unique(observation: Observation): Observation {
    const { offset } = this;
    let next = nextKeys.get(this.#learner) ?? 0;
    for (const key of observation.session) next = Math.max(next, offset + key + 1);
    nextKeys.set(this.#learner, next);
    return offset === 0 ? observation : { ...observation, session: observation.session.map((key) => key + offset) };
  }
}
