import { setImmediate as nextTurn } from 'node:timers/promises';
import type { Checkpoint } from '@ialp/core';
import { type Learner, stagePublishedState } from '@ialp/policy';
import { ModelStoreError } from '../errors.js';
import { areSame, decodeParts, withParts } from '../learning/policy-parts.js';
import { MODELS } from '../learning/stored.js';
import type { ModelStore } from '../model-store.js';

/** Takes published policies in steps, one in each turn of the event loop, so that requests are answered in between. */
export class PolicyTaker {
  readonly #learner: Learner;
  readonly #store: ModelStore;
  /** The version of the parts that were taken last, and the revisions that this made here. */
  #parts = 0;
  #revisions: Readonly<Record<string, number>> = {};

  constructor(learner: Learner, store: ModelStore) {
    this.#learner = learner;
    this.#store = store;
  }

  /**
   * Takes a published policy.
   * @param parts the version of the parts that the policy refers to; 0 for none.
   * @param isCancelled asked before the change is made.
   * @returns whether it was taken.
   * @throws {ModelStoreError} if the parts cannot be read; {CheckpointError} or {WeightsError} for those of another learner. The policy is then
   *   unchanged.
   */
  async take(policy: Checkpoint, parts: number, isCancelled: () => boolean): Promise<boolean> {
    const { state, version } = await this.#complete(policy, parts);
    const staging = stagePublishedState(this.#learner, state);
    let step = staging.next();
    for (; !step.done; step = staging.next()) {
      await nextTurn();
      if (isCancelled()) return false;
    }
    if (isCancelled()) return false;
    step.value();
    this.#parts = version;
    this.#revisions = this.#learner.policyStateRevisions?.() ?? {};
    return true;
  }

  /** The policy with its parts, if these are not here already. */
  async #complete(
    policy: Checkpoint,
    parts: number,
  ): Promise<{ readonly state: Checkpoint; readonly version: number }> {
    // A learner in this process may have changed them since.
    const areHere = parts <= this.#parts && areSame(this.#revisions, this.#learner.policyStateRevisions?.() ?? {});
    if (parts === 0 || areHere) return { state: policy, version: parts === 0 ? 0 : this.#parts };
    const stored = await this.#store.latest(MODELS.parts);
    if (stored === undefined || stored.version < parts) {
      throw new ModelStoreError(
        `The policy needs version ${parts} of the model '${MODELS.parts}'; found ${stored?.version ?? 'none'}. ` +
          'It is taken once the learner has stored it again, as it does when it starts.',
      );
    }
    // They may be newer than the policy for a moment: the learner stores them first.
    return { state: withParts(policy, decodeParts(stored.bytes)), version: stored.version };
  }
}
