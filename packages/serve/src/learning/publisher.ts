import type { Learner } from '@ialp/policy';
import type { DeployedCatalogue } from './catalogue.js';
import type { OwnModels } from './own-models.js';
import { areSame, encodeParts, stateWithoutParts } from './policy-parts.js';
import { encodeJson, encodePolicy, type StoredCatalogue } from './stored.js';

/** Publishes what processes that decide need: the policy, its parts that seldom change, and the catalogue. */
export class Publisher {
  /** The version of the catalogue whose description is stored; -1 for none. */
  describedVersion = -1;
  readonly #learner: Learner;
  readonly #catalogue: DeployedCatalogue;
  readonly #models: OwnModels;
  /** Of the parts of the policy that were published last. */
  #revisions: Readonly<Record<string, number>> | undefined;

  constructor(learner: Learner, catalogue: DeployedCatalogue, models: OwnModels) {
    this.#learner = learner;
    this.#catalogue = catalogue;
    this.#models = models;
  }

  /** Publishes the policy, and of the rest what has changed. @throws {LeaseLostError} if another learner has published. */
  async publish(): Promise<void> {
    await this.describeCatalogue();
    await this.#publishParts();
    const bytes = encodePolicy({
      index: this.#catalogue.index.checkpoint(),
      catalogue: this.#models.versionOf('catalogue'),
      parts: this.#revisions === undefined ? 0 : this.#models.versionOf('parts'),
      policy: stateWithoutParts(this.#learner),
    });
    await this.#models.put('policy', bytes);
  }

  /** Stores the description of the catalogue, if it has changed. @throws {LeaseLostError} */
  async describeCatalogue(): Promise<void> {
    const { version, items } = this.#catalogue;
    if (version === this.describedVersion) return;
    const content: StoredCatalogue = { items: [...items.values()].map(({ embedding: _, ...item }) => item) };
    await this.#models.put('catalogue', encodeJson(content));
    this.describedVersion = version;
  }

  async #publishParts(): Promise<void> {
    const revisions = this.#learner.policyStateRevisions?.() ?? {};
    if (Object.keys(revisions).length === 0) return;
    if (this.#revisions !== undefined && areSame(revisions, this.#revisions)) return;
    await this.#models.put('parts', encodeParts(this.#learner));
    this.#revisions = revisions;
  }
}
