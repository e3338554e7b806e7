import { checkInteger, InvalidOptionError } from '@ialp/core';
import { checkOptions } from '../../check-inputs.js';
import type { EmbeddingModel } from '../../embedding-model.js';
import { LanguageModelError } from '../../errors.js';
import { isJsonObject, parseJson } from '../../text/json.js';
import { dimensionOf, type EmbedBatch, embedInBatches } from '../embeddings/embed-in-batches.js';
import { connectOpenAi, OPENAI_CONNECTION_OPTIONS, type OpenAiConnection } from './client.js';

/** Options of `createOpenAiEmbeddings`. */
export interface OpenAiEmbeddingsOptions extends OpenAiConnection {
  /** The model's name on the server. */
  readonly model: string;
  /** Texts a call. Default 64. */
  readonly batch?: number;
}

/** One vector of a reply, and the text that it is for. */
interface Row {
  readonly index: number;
  readonly embedding: readonly number[];
}

/**
 * Sentence embeddings from a server that speaks the OpenAI API. It is asked once at the start, for the length of its vectors.
 * @throws {InvalidOptionError}; {LanguageModelError} where the server does not answer.
 */
export async function createOpenAiEmbeddings(options: OpenAiEmbeddingsOptions): Promise<EmbeddingModel> {
  checkOptions(options, "{ model: 'text-embedding-3-small' }", ['model', ...OPENAI_CONNECTION_OPTIONS, 'batch']);
  const { model, batch = 64 } = options;
  if (typeof model !== 'string' || model === '') throw new InvalidOptionError('model', model, 'the name of a model');
  checkInteger('batch', batch, 1);
  const name = `openai ${model}`;
  const post = connectOpenAi(name, { maxReplyBytes: 1e8, ...options });
  const embed: EmbedBatch = async (input, signal) => {
    const { body } = await post('/embeddings', { model, input }, signal);
    const rows = readRows(parseJson(body));
    if (rows === undefined) {
      const options = { kind: 'unusable reply', isRetryable: true, raw: body.slice(0, 1000) } as const;
      throw new LanguageModelError(name, 'the server answered with something that is no list of embeddings', options);
    }
    return inOrder(name, rows, input.length);
  };
  const dimension = await dimensionOf(name, embed);
  return {
    specificationVersion: 'v1',
    name,
    dimension,
    embed: (texts, rest) => embedInBatches({ name, dimension, batch }, embed, texts, rest),
  };
}

/**
 * Vectors in the order of the texts: `index` says whose each is.
 * @throws {LanguageModelError} if two are for one text, or one is for a text that was not sent.
 */
function inOrder(name: string, rows: readonly Row[], texts: number): (readonly number[])[] {
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

/** The vectors of a reply, or undefined if it is no list of embeddings. */
function readRows(json: unknown): readonly Row[] | undefined {
  const data = isJsonObject(json) ? json['data'] : undefined;
  return Array.isArray(data) && data.every(isRow) ? data : undefined;
}

function isRow(value: unknown): value is Row {
  if (!isJsonObject(value)) return false;
  const { index, embedding } = value;
  return (
    Number.isSafeInteger(index) &&
    (index as number) >= 0 &&
    Array.isArray(embedding) &&
    embedding.every(Number.isFinite)
  );
}
