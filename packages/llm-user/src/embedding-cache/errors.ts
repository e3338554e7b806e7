import { LlmUserError } from '../errors.js';
import { hasMarker } from '../has-marker.js';

const EMBEDDING_CACHE_ERROR: unique symbol = Symbol.for('ialp.llm-user.error.EmbeddingCacheError') as never;

/** A cache of embeddings could not be read or written, or is none. */
export class EmbeddingCacheError extends LlmUserError {
  override name = 'EmbeddingCacheError';
  readonly path: string;

  /** Like `instanceof`, and also true for errors of another copy of this package. */
  static override isInstance(value: unknown): value is EmbeddingCacheError {
    return hasMarker(value, EMBEDDING_CACHE_ERROR);
  }

  /** @internal */
  get [EMBEDDING_CACHE_ERROR](): true {
    return true;
  }

  constructor(path: string, message: string, options?: ErrorOptions) {
    super(`${path}: ${message}`, options);
    this.path = path;
  }
}
