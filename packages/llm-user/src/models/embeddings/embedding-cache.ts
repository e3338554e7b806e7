import { createHash } from 'node:crypto';
import { join } from 'node:path';
import { InvalidOptionError } from '@ialp/core';
import { cacheFolder } from '@ialp/core/files';
import { checkEmbeddingModel, checkFunction, checkOptions, checkTexts } from '../../check-inputs.js';
import type { EmbeddingModel, EmbedOptions } from '../../embedding-model.js';
import { checkVectors } from './embed-in-batches.js';
import { EmbeddingCacheError } from './embedding-cache/errors.js';
import { readVectors, type StoredVectors, type VectorsFile, writeVectors } from './embedding-cache/vectors-file.js';
import { VectorsWriter } from './embedding-cache/vectors-writer.js';

export { EmbeddingCacheError };

/** Texts in a call to a model that does not report vectors on the way: what an interruption can lose. */
const TEXTS_A_CALL = 1024;

const MEBIBYTE = 2 ** 20;

/** Options of `withEmbeddingCache`. */
export interface EmbeddingCacheOptions {
  /**
   * The file. Default: one for each model, `embeddings/<hash of the model>.vectors` in the cache folder (the environment variable
   * `IALP_CACHE`, otherwise the operating system's).
   */
  readonly path?: string;
  /** The file's size is at most this, in bytes; the oldest vectors are dropped. Default 512 MiB. */
  readonly maxBytes?: number;
  /**
   * Called, once, if the file can neither be read nor written; texts are then embedded without it. Default: such an error is
   * thrown.
   */
  readonly onUnusable?: (error: EmbeddingCacheError) => void;
}

/** An embedding model that embeds each text once. */
export interface CachedEmbeddingModel extends EmbeddingModel {
  /** The file that its vectors are in. */
  readonly path: string;
  /** How many of the texts the model would have to embed: different ones that are not in the file. */
  countMissing(texts: readonly string[]): Promise<number>;
}

/**
 * Stores a model's vectors in a file, by a hash of the text, and embeds only texts that are missing. Vectors are
 * identical bit for bit. The file belongs to one model, by its name and dimension: a model that gives other vectors must
 * have another name. Text that a model puts before each text, such as a prompt, is part of the text.
 *
 * Vectors are appended to the file as they are computed, and what was computed when a call fails or is aborted is written before
 * the call rejects. (Of models that never call `onVectors`, after every 1,024 texts.) Each vector has a checksum: a
 * damaged one, or one that a killed process wrote in part, is not used but computed again. Several processes may use
 * one file; of two that create or repair it at once, one may lose what it added, which is then computed again.
 * @throws {InvalidOptionError} for a value that is not an embedding model, such as a promise, or an option out of range.
 * @throws {EmbeddingCacheError} from `embed` and `countMissing`, if the file cannot be read or written, or `path` names a file
 * that is not such a cache or belongs to another model.
 */
export async function withEmbeddingCache(
  model: EmbeddingModel,
  options: EmbeddingCacheOptions = {},
): Promise<CachedEmbeddingModel> {
  checkEmbeddingModel(model);
  checkOptions(options, "{ path: 'items.vectors' }", ['path', 'maxBytes', 'onUnusable']);
  const { path: named, maxBytes = 512 * MEBIBYTE, onUnusable } = options;
  if (!(typeof maxBytes === 'number' && maxBytes > 0))
    throw new InvalidOptionError('maxBytes', maxBytes, 'a number above 0');
  if (named !== undefined && (typeof named !== 'string' || named === '' || named.includes('\0')))
    throw new InvalidOptionError('path', named, 'the name of a file');
  if (onUnusable !== undefined) checkFunction('onUnusable', onUnusable, 'a function that is given the error');
  const { name, dimension } = model;
  const path = named ?? defaultPath(name, dimension);
  const file: VectorsFile = { path, model: name, dimension, maxBytes, isNamed: named !== undefined };
  let isUnusable = false;

  async function unlessUnusable<T>(work: () => Promise<T>, otherwise: T): Promise<T> {
    if (isUnusable) return otherwise;
    try {
      return await work();
    } catch (error) {
      if (onUnusable === undefined || !EmbeddingCacheError.isInstance(error)) throw error;
      isUnusable = true;
      onUnusable(error);
      return otherwise;
    }
  }
  const read = (): Promise<StoredVectors> => unlessUnusable(() => readVectors(file), new Map());

  async function embed(texts: readonly string[], { signal, onProgress }: EmbedOptions = {}): Promise<Float32Array> {
    checkTexts(texts);
    signal?.throwIfAborted();
    const keys = texts.map(keyOf);
    const known = await read();
    const missing = missingTexts(texts, keys, known);
    const done = texts.length - missing.size;
    if (done > 0) onProgress?.(done, texts.length);
    if (missing.size > 0) {
      await embedMissing(missing, known, {
        ...(signal && { signal }),
        onProgress: (count) => onProgress?.(done + count, texts.length),
      });
    }
    const out = new Float32Array(texts.length * dimension);
    for (const [k, key] of keys.entries()) out.set(known.get(key) as Float32Array, k * dimension);
    return out;
  }

  /** Asks the model for the texts, by their keys, and adds their vectors to those that are known. */
  async function embedMissing(
    missing: ReadonlyMap<string, string>,
    known: StoredVectors,
    { onProgress, ...options }: EmbedOptions & Required<Pick<EmbedOptions, 'onProgress'>>,
  ): Promise<void> {
    const [keys, texts] = [[...missing.keys()], [...missing.values()]];
    const writer = new VectorsWriter(dimension, (added) => unlessUnusable(() => writeVectors(file, added), undefined));
    let start = 0;
    let end = TEXTS_A_CALL;
    try {
      while (start < texts.length) {
        const some = keys.slice(start, end);
        const before = start;
        const reported = new Set<string>();
        const vectors = await model.embed(texts.slice(start, end), {
          ...options,
          onProgress: (count) => onProgress(before + count, texts.length),
          onVectors(first, each) {
            const of = some.slice(first, first + each.length / dimension);
            if (each.length !== of.length * dimension || !each.every(Number.isFinite)) return;
            writer.add(of, each);
            for (const key of of) reported.add(key);
          },
        });
        checkVectors(name, vectors, some.length, dimension);
        for (const [k, key] of some.entries()) {
          const vector = vectors.slice(k * dimension, (k + 1) * dimension);
          known.set(key, vector);
          if (!reported.has(key)) writer.add([key], vector);
        }
        start = end;
        // A model that reports its vectors loses none when it is interrupted, and gets all other texts at once.
        end = reported.size > 0 ? texts.length : start + TEXTS_A_CALL;
      }
    } catch (error) {
      await writer.close().catch(() => {});
      throw error;
    }
    await writer.close();
  }

  return {
    specificationVersion: 'v1',
    name,
    dimension,
    path,
    embed,
    async countMissing(texts) {
      checkTexts(texts);
      return missingTexts(texts, texts.map(keyOf), await read()).size;
    },
  };
}

function missingTexts(
  texts: readonly string[],
  keys: readonly string[],
  known: ReadonlyMap<string, Float32Array>,
): Map<string, string> {
  const missing = new Map<string, string>();
  for (const [k, key] of keys.entries()) if (!known.has(key)) missing.set(key, texts[k]);
  return missing;
}

/** SHA-256 of a text's UTF-16 code units: in UTF-8 texts with different lone surrogates would be the same. */
function keyOf(text: string): string {
  return createHash('sha256').update(Buffer.from(text, 'utf16le')).digest('hex');
}

function defaultPath(name: string, dimension: number): string {
  const hash = createHash('sha256')
    .update(JSON.stringify([name, dimension]))
    .digest('hex');
  return join(cacheFolder(), 'embeddings', `${hash.slice(0, 16)}.vectors`);
}
