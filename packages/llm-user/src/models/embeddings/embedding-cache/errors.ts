import { type ErrorRecognizer, FileError, recognizerOf } from '@ialp/core';

/** A cache of embeddings could not be read or written, or the file is something else. */
export class EmbeddingCacheError extends FileError {
  static override readonly isInstance: ErrorRecognizer<EmbeddingCacheError> = /* @__PURE__ */ recognizerOf(
    'ialp.llm-user.error.embedding-cache',
  );
  override name = 'EmbeddingCacheError';
}
