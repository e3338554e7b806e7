import type { ModelStore, StoredModel } from '../model-store.js';
import { LeaseLostError } from './lease.js';
import { MODELS } from './stored.js';

/** The models that only a learner stores. */
export type OwnModel = 'policy' | 'parts' | 'learner' | 'catalogue' | 'progress';

/**
 * The models of a learner. It stores the version after the newest that it has found or stored, or none: a learner that was paused for longer than its
 * lease must not overwrite what another has stored meanwhile.
 */
export class OwnModels {
  readonly #store: ModelStore;
  readonly #versions: Record<OwnModel, number> = { policy: 0, parts: 0, learner: 0, catalogue: 0, progress: 0 };

  constructor(store: ModelStore) {
    this.#store = store;
  }

  /** Finds the newest versions. Returns the learner's checkpoint and the catalogue, if they are stored. @throws {ModelStoreError} */
  async find(): Promise<Partial<Record<'learner' | 'catalogue', StoredModel>>> {
    const [learner, catalogue, policy, parts, progress] = await Promise.all([
      this.#store.latest(MODELS.learner),
      this.#store.latest(MODELS.catalogue),
      this.#store.version(MODELS.policy),
      this.#store.version(MODELS.parts),
      this.#store.version(MODELS.progress),
    ]);
    const versions = { learner: learner?.version ?? 0, catalogue: catalogue?.version ?? 0, policy, parts, progress };
    Object.assign(this.#versions, versions);
    return { ...(learner !== undefined && { learner }), ...(catalogue !== undefined && { catalogue }) };
  }

  /** The newest version of a model; 0 if none is stored. */
  versionOf(model: OwnModel): number {
    return this.#versions[model];
  }

  /** Stores the next version of a model. @throws {LeaseLostError} if another learner has stored it. */
  async put(model: OwnModel, bytes: Uint8Array): Promise<void> {
    // A policy, or figures, that a power failure has damaged are published again by the next learner.
    const sync = model === 'learner' || model === 'catalogue' || model === 'parts';
    if (!(await this.#store.put(MODELS[model], bytes, this.#versions[model], { sync }))) {
      throw new LeaseLostError(`Another learner has stored its ${model}.`);
    }
    this.#versions[model]++;
  }
}
