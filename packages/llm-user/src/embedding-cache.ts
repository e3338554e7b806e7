import { createHash } from 'node:crypto';
import { join } from 'node:path';
import { requireVectors } from './embed-in-batches.js';
import { cacheFolder } from './embedding-cache/cache-folder.js';
import { readVectors, type StoredVectors, writeVectors } from './embedding-cache/vectors-file.js';
import type { EmbeddingModel, EmbedOptions } from './embedding-model.js';
import { InvalidOptionError } from './errors.js';

export { EmbeddingCacheError } from './embedding-cache/errors.js';

/** Texts after which what was computed is written, so that an interrupted run does not begin again. */
const TEXTS_A_WRITE = 1024;

const MEBIBYTE = 2 ** 20;

/** Options of `withEmbeddingCache`. */
export interface EmbeddingCacheOptions {
  /**
   * The file. Default: one for each model, `embeddings/<hash of the model>.vectors` in the folder that downloads are kept in
   * (the environment variable `IALP_CACHE`, else where the operating system
   * keeps such files).
   */
  readonly path?: string;
  /** The file's size is at most this, in bytes; the vectors that came first give way. Default 512 MiB. */
  readonly maxBytes?: number;
}

/** An embedding model that asks for no text twice. */
export interface CachedEmbeddingModel extends EmbeddingModel {
  /** The file that its vectors are in. */
  readonly path: string;
  /** How many of the texts the model would have to embed: different ones that are not in the file. */
  countMissing(texts: readonly string[]): Promise<number>;
}

/**
 * Keeps a model's vectors in a file, by a hash of the text, and asks the model for those alone that are not there. Vectors
 * come back bit for bit. The file belongs to one model, by its name and dimension: a model that gives other vectors must
 * have another name. Each vector has a checksum: a damaged one is not used but computed again. The file is replaced as a
 * whole, so a killed process leaves the old one; of two processes that write at once, one may lose what it added, which is
 * then computed again.
 * @throws {InvalidOptionError} for an option out of range.
 * @throws {EmbeddingCacheError} from `embed`, where the file can neither be read nor written, or `path` names a file that is
 * no such cache or belongs to another model.
 */
export async function withEmbeddingCache(
  model: EmbeddingModel,
  { path: named, maxBytes = 512 * MEBIBYTE }: EmbeddingCacheOptions = {},
): Promise<CachedEmbeddingModel> {
  if (!(maxBytes > 0)) throw new InvalidOptionError('maxBytes', maxBytes, 'a number above 0');
  if (named === '') throw new InvalidOptionError('path', named, 'the name of a file');
  const { name, dimension } = model;
  const path = named ?? (await defaultPath(name, dimension));
  const file = { path, model: name, dimension, maxBytes, isNamed: named !== undefined };

  async function embed(texts: readonly string[], { signal, onProgress }: EmbedOptions = {}): Promise<Float32Array> {
    signal?.throwIfAborted();
    const keys = texts.map(keyOf);
    const known = await readVectors(file);
    const missing = missingTexts(texts, keys, known);
    const all = [...missing.values()];
    let done = texts.length - all.length;
    if (done > 0) onProgress?.(done, texts.length);
    for (let start = 0; start < all.length; start += TEXTS_A_WRITE) {
      const some = all.slice(start, start + TEXTS_A_WRITE);
      const before = done;
      const vectors = await model.embed(some, {
        ...(signal && { signal }),
        onProgress: (count) => onProgress?.(before + count, texts.length),
      });
      requireVectors(name, vectors, some.length, dimension);
      done += some.length;
      const added: StoredVectors = new Map();
      for (const [k, text] of some.entries()) {
        added.set(keyOf(text), vectors.slice(k * dimension, (k + 1) * dimension));
      }
      for (const [key, vector] of added) known.set(key, vector);
      await writeVectors(file, added);
    }
    const out = new Float32Array(texts.length * dimension);
    for (const [k, key] of keys.entries()) out.set(known.get(key) as Float32Array, k * dimension);
    return out;
  }

  return {
    name,
    dimension,
    path,
    embed,
    async countMissing(texts) {
      return missingTexts(texts, texts.map(keyOf), await readVectors(file)).size;
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

async function defaultPath(name: string, dimension: number): Promise<string> {
  // Loaded here: a caller who names the file has no use for what else is in that module.
  const hash = createHash('sha256')
    .update(JSON.stringify([name, dimension]))
    .digest('hex');
  return join(cacheFolder(), 'embeddings', `${hash.slice(0, 16)}.vectors`);
}
