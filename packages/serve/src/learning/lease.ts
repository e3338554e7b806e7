import { type ErrorRecognizer, IalpError, recognizerOf } from '@ialp/core';
import type { ModelStore } from '../model-store.js';

/** Name of the lease. */
export const LEASE = 'learner';

/** Time of the lease, at least, as a multiple of how long the last checkpoint took. */
const LEASE_PER_STORE = 3;

/** Another learner has stored its state: this one has to begin from there. */
export class LeaseLostError extends IalpError {
  static override readonly isInstance: ErrorRecognizer<LeaseLostError> =
    /* @__PURE__ */ recognizerOf('ialp.serve.error.lease-lost');
  override name = 'LeaseLostError';
}

/** The lease of a learner that has it, until another takes it. */
export class Lease {
  readonly #store: ModelStore;
  readonly #holder: string;
  readonly #leaseMs: number;
  #claimedMs = 0;

  /** @param holder name of the learner. @param leaseMs how long the lease holds without renewal, in milliseconds. */
  constructor(store: ModelStore, holder: string, leaseMs: number) {
    this.#store = store;
    this.#holder = holder;
    this.#leaseMs = leaseMs;
  }

  /**
   * Renews the lease when a third of its time has passed.
   * @param storeMs how long a checkpoint takes, in which the lease is not renewed.
   * @throws {LeaseLostError} if another learner has the lease.
   */
  async renew(storeMs: number): Promise<void> {
    const now = performance.now();
    if (now - this.#claimedMs < this.#leaseMs / 3) return;
    this.#claimedMs = now;
    const leaseMs = Math.round(Math.max(this.#leaseMs, LEASE_PER_STORE * storeMs));
    if (!(await this.#store.claim(LEASE, this.#holder, leaseMs))) {
      throw new LeaseLostError('Another learner has the lease.');
    }
  }
}
