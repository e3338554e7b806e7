import type { StoredVectors } from './vectors-file.js';

/** Vectors after which they are written: what a killed process can lose. */
const VECTORS_A_WRITE = 128;

/** Writes vectors some at a time, one write after the other, while more are computed. */
export class VectorsWriter {
  readonly #dimension: number;
  readonly #write: (vectors: StoredVectors) => Promise<void>;
  #pending: StoredVectors = new Map();
  #writing: Promise<void> = Promise.resolve();
  #failure: { readonly error: unknown } | undefined;

  constructor(dimension: number, write: (vectors: StoredVectors) => Promise<void>) {
    this.#dimension = dimension;
    this.#write = write;
  }

  /**
   * Adds the vectors of some keys, `[keys, dimension]`.
   * @throws what an earlier write failed with: computing more would be of no use.
   */
  add(keys: readonly string[], vectors: Float32Array): void {
    if (this.#failure !== undefined) throw this.#failure.error;
    for (const [k, key] of keys.entries()) {
      this.#pending.set(key, vectors.slice(k * this.#dimension, (k + 1) * this.#dimension));
    }
    if (this.#pending.size >= VECTORS_A_WRITE) this.#flush();
  }

  /**
   * Writes what is left.
   * @throws what a write failed with.
   */
  async close(): Promise<void> {
    if (this.#pending.size > 0) this.#flush();
    await this.#writing;
    if (this.#failure !== undefined) throw this.#failure.error;
  }

  #flush(): void {
    const vectors = this.#pending;
    this.#pending = new Map();
    this.#writing = this.#writing
      .then(() => (this.#failure === undefined ? this.#write(vectors) : undefined))
      .catch((error: unknown) => {
        this.#failure = { error };
      });
  }
}
