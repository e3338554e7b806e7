import { z } from 'zod';
import { dimensionOf, type EmbedBatch, embedInBatches } from '../embed-in-batches.js';
import type { EmbeddingModel } from '../embedding-model.js';
import { InvalidOptionError, LanguageModelError } from '../errors.js';
import { requireOptions } from '../require-inputs.js';
import { readJson } from '../sources/read-json.js';
import { connectOpenAi, type OpenAiConnection } from './client.js';

/** Options of `createOpenAiEmbeddings`. */
export interface OpenAiEmbeddingsOptions extends OpenAiConnection {
  /** The model's name on the server. */
  readonly model: string;
  /** Texts a call. Default 64. */
  readonly batch?: number;
}

const reply = z.object({ data: z.array(z.object({ index: z.int().min(0), embedding: z.array(z.number()) })) });

/**
 * Sentence embeddings from a server that speaks the OpenAI API. It is asked once at the start, for the length of its vectors.
 * @throws {InvalidOptionError}; {LanguageModelError} where the server does not answer.
 */
export async function createOpenAiEmbeddings(options: OpenAiEmbeddingsOptions): Promise<EmbeddingModel> {
  requireOptions(options, `{ model: 'text-embedding-3-small' }`);
  const { model, batch = 64 } = options;
  if (typeof model !== 'string' || model === '') throw new InvalidOptionError('model', model, 'the name of a model');
  if (!Number.isSafeInteger(batch) || batch < 1)
    throw new InvalidOptionError('batch', batch, 'an integer of at least 1');
  const name = `openai ${model}`;
  const post = connectOpenAi(name, { maxReplyBytes: 1e8, ...options });
  const embed: EmbedBatch = async (input, signal) => {
    const { body } = await post('/embeddings', { model, input }, signal);
    const parsed = readJson(reply, body);
    if (parsed === undefined) {
      const options = { kind: 'unusable reply', isRetryable: true, raw: body.slice(0, 1000) } as const;
      throw new LanguageModelError(name, 'the server answered with something that is no list of embeddings', options);
    }
    return [...parsed.data].sort((a, b) => a.index - b.index).map(({ embedding }) => embedding);
  };
  const dimension = await dimensionOf(name, embed);
  return { name, dimension, embed: (texts, rest) => embedInBatches({ name, dimension, batch }, embed, texts, rest) };
}
