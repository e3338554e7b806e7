import { LlmUserError } from '../errors.js';

/** A cache of embeddings could not be read or written, or is none. */
export class EmbeddingCacheError extends LlmUserError {
  override name = 'EmbeddingCacheError';
  readonly path: string;

  constructor(path: string, message: string, options?: ErrorOptions) {
    super(`${path}: ${message}`, options);
    this.path = path;
  }
}
