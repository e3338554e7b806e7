/** A version of a model: the bytes that were stored, and their number. */
export interface StoredModel {
  /** From 1, consecutive. */
  readonly version: number;
  readonly bytes: Uint8Array;
}

/** Options of `ModelStore.put`. */
export interface PutOptions {
  /**
   * Whether to wait until the version would survive a power failure, too, as far as the store cares for that. Without it, a power failure may
   * damage the version. Default true.
   */
  readonly sync?: boolean;
}

/**
 * Versions of named models, such as the newest policy and the learner's last checkpoint, and leases. `modelStoreChecks` of
 * `@ialp/serve/testing` checks the rules:
 *
 * - `put` is atomic and compares: of several processes that store the same next version, exactly one succeeds. A process that is killed
 *   leaves either the old or the new version;
 * - a lease has at most one holder whose time has not run out. Its time counts from the call of `claim`;
 * - names of models and leases have at most 100 of the characters a-z, 0-9, _ and -. Others throw an `InvalidOptionError`;
 * - after `close`, watching ends and all other methods but `close` throw.
 *
 * A lease keeps a second learner from doing the same work; correctness does not depend on it, since a learner that has lost its lease without
 * noticing cannot store its next version.
 */
export interface ModelStore {
  readonly specificationVersion: 'v1';
  /** The newest version of a model that can be read; undefined if no version was stored. Damaged versions are skipped if an older one can be read. */
  latest(name: string): Promise<StoredModel | undefined>;
  /** The number of the newest version of a model, damaged or not; 0 if no version was stored. Cheap. */
  version(name: string): Promise<number>;
  /**
   * Stores the version after `previous`, if `previous` is the newest (0: no version was stored). Versions that are damaged do not count: the
   * version that `latest` returns can always be followed. Older versions than the last few are deleted.
   * @returns whether it was stored: false if another process has stored that version.
   * @throws {ModelStoreError} if it could not be stored.
   */
  put(name: string, bytes: Uint8Array, previous: number, options?: PutOptions): Promise<boolean>;
  /** Calls `listener` soon after a new version was stored, by any process, until the signal aborts. Intermediate versions may be skipped. */
  watch(name: string, listener: (version: number) => void, signal: AbortSignal): void;
  /**
   * Acquires a lease, or renews one's own, for `ttlMs`.
   * @returns whether `holder` has the lease now.
   */
  claim(lease: string, holder: string, ttlMs: number): Promise<boolean>;
  /** Gives a lease back, if `holder` has it. */
  release(lease: string, holder: string): Promise<void>;
  /** Releases all resources. A second call does nothing. */
  close(): Promise<void>;
}
