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

const row = z.object({ index: z.int().min(0), embedding: z.array(z.number()) });
const reply = z.object({ data: z.array(row) });

/**
 * Sentence embeddings from a server that speaks the OpenAI API. It is asked once at the start, for the length of its vectors.
 * @throws {InvalidOptionError}; {LanguageModelError} where the server does not answer.
 */
export async function createOpenAiEmbeddings(options: OpenAiEmbeddingsOptions): Promise<EmbeddingModel> {
  requireOptions(options, "{ model: 'text-embedding-3-small' }");
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
    return inOrder(name, parsed.data, input.length);
  };
  const dimension = await dimensionOf(name, embed);
  return { name, dimension, embed: (texts, rest) => embedInBatches({ name, dimension, batch }, embed, texts, rest) };
}

/**
 * Vectors in the order of the texts: `index` says whose each is.
 * @throws {LanguageModelError} if two are for one text, or one is for a text that was not sent.
 */
function inOrder(name: string, rows: readonly z.infer<typeof row>[], texts: number): (readonly number[])[] {
  const vectors: (readonly number[])[] = [];
  for (const { index, embedding } of rows) {
    if (index < texts && vectors[index] === undefined) {
      vectors[index] = embedding;
      continue;
    }
    const found = index < texts ? `two with the index ${index}` : `one with the index ${index}`;
    const message = `expected ${texts} vectors with the indices 0 to ${texts - 1}, one for each text; found ${found}`;
    throw new LanguageModelError(name, message, { kind: 'unusable reply' });
  }
  // One that is missing leaves a hole, and the list shorter than its length says.
  return vectors.filter(() => true);
}
