import { type ErrorRecognizer, IalpError, recognizerOf } from '@ialp/core';

/** Sizes do not match: a policy of another catalogue, trajectories of other sizes. */
export class ShapeError extends IalpError {
  static override readonly isInstance: ErrorRecognizer<ShapeError> =
    /* @__PURE__ */ recognizerOf('ialp.policy.error.shape');
  override name = 'ShapeError';

  constructor(what: string, found: number, expected: number) {
    super(`${what}: expected ${expected}; found ${found}.`);
  }
}

/** A state allows no item, or fewer than a slate shows; or a policy would never show enough of them. */
export class NothingAllowedError extends IalpError {
  static override readonly isInstance: ErrorRecognizer<NothingAllowedError> = /* @__PURE__ */ recognizerOf(
    'ialp.policy.error.nothing-allowed',
  );
  override name = 'NothingAllowedError';

  /**
   * @param count items to show.
   * @param why what is the matter and what to do, if the row allows enough items. Continues the message after the row.
   */
  constructor(row: number, count = 1, why?: string) {
    const found = count === 1 ? 'allows no item' : `allows fewer than ${count} items`;
    super(`Row ${row} ${why ?? `${found}. End a session when nothing is left to show.`}`);
  }
}

/** A network lacks the head that a call needs. */
export class MissingHeadError extends IalpError {
  static override readonly isInstance: ErrorRecognizer<MissingHeadError> = /* @__PURE__ */ recognizerOf(
    'ialp.policy.error.missing-head',
  );
  override name = 'MissingHeadError';

  constructor(head: string, what: string) {
    super(`${what}: expected a network with the head '${head}'; found one without. Name it in the option 'heads'.`);
  }
}

/** A network cannot be used now: it was disposed of, is in the middle of a training step, or has lost one of its threads. */
export class NetworkStateError extends IalpError {
  static override readonly isInstance: ErrorRecognizer<NetworkStateError> = /* @__PURE__ */ recognizerOf(
    'ialp.policy.error.network-state',
  );
  override name = 'NetworkStateError';
}

/** The network needs more memory than the machine has, or than 32-bit addresses reach (4 GiB). */
export class OutOfMemoryError extends IalpError {
  static override readonly isInstance: ErrorRecognizer<OutOfMemoryError> = /* @__PURE__ */ recognizerOf(
    'ialp.policy.error.out-of-memory',
  );
  override name = 'OutOfMemoryError';
}

/** `kernels: 'native'` does not run here: `@ialp/policy-native` is not installed, or its add-on does not load. */
export class NativeKernelsError extends IalpError {
  static override readonly isInstance: ErrorRecognizer<NativeKernelsError> = /* @__PURE__ */ recognizerOf(
    'ialp.policy.error.native-kernels',
  );
  override name = 'NativeKernelsError';

  /** @param problem sentences that say what is the matter, and how to fix it. */
  constructor(problem: string, options?: ErrorOptions) {
    super(`kernels 'native': ${problem} kernels: 'auto' falls back to WebAssembly.`, options);
  }
}

/** Weights do not fit the network. */
export class WeightsError extends IalpError {
  static override readonly isInstance: ErrorRecognizer<WeightsError> =
    /* @__PURE__ */ recognizerOf('ialp.policy.error.weights');
  override name = 'WeightsError';
}

/** Training diverged: a reward, a propensity, the loss or its gradient was not finite. */
export class DivergenceError extends IalpError {
  static override readonly isInstance: ErrorRecognizer<DivergenceError> =
    /* @__PURE__ */ recognizerOf('ialp.policy.error.divergence');
  override name = 'DivergenceError';
}
