import { checkInteger } from '@ialp/core';
import { checkOptions } from '../../check-inputs.js';
import type { EmbeddingModel } from '../../embedding-model.js';
import { LanguageModelError } from '../../errors.js';
import { dimensionOf, type EmbedBatch, embedInBatches } from '../embeddings/embed-in-batches.js';
import { connectOllama, OLLAMA_CONNECTION_OPTIONS, type OllamaConnection } from './client.js';

/** Options of `createOllamaEmbeddings`. */
export interface OllamaEmbeddingsOptions extends OllamaConnection {
  /** Texts a call. Default 64. */
  readonly batch?: number;
}

/**
 * Sentence embeddings from an Ollama server. It is asked once at the start, for the length of its vectors.
 * @throws {MissingPackageError} where the package `ollama` is not installed; {InvalidOptionError}; {LanguageModelError} where the
 *   server does not answer.
 */
export async function createOllamaEmbeddings(options: OllamaEmbeddingsOptions): Promise<EmbeddingModel> {
  checkOptions(options, "{ model: 'nomic-embed-text' }", [...OLLAMA_CONNECTION_OPTIONS, 'batch']);
  const { model, batch = 64 } = options;
  checkInteger('batch', batch, 1);
  const { name, call } = await connectOllama({ maxReplyBytes: 1e8, ...options });
  const embed: EmbedBatch = (input, signal) =>
    call(signal, async (client, body) => {
      const { embeddings } = await client.embed({ model, input: [...input] });
      if (Array.isArray(embeddings) && embeddings.every(Array.isArray)) return embeddings;
      const options = { kind: 'unusable reply', isRetryable: true, raw: body().slice(0, 1000) } as const;
      throw new LanguageModelError(name, 'the server answered with something that is no list of embeddings', options);
    });
  const dimension = await dimensionOf(name, embed);
  return {
    specificationVersion: 'v1',
    name,
    dimension,
    embed: (texts, rest) => embedInBatches({ name, dimension, batch }, embed, texts, rest),
  };
}
