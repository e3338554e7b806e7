import type { Catalogue } from '@ialp/core';
import { checkCatalogue, checkEmbeddingModel } from '../../check-inputs.js';
import type { EmbeddingModel, EmbedOptions } from '../../embedding-model.js';
import { LanguageModelError } from '../../errors.js';
import { quoteText } from '../../text/clean-text.js';
import { checkVectors } from './embed-in-batches.js';
import {
  applyTransform,
  checkTransform,
  type EmbeddingTransform,
  standardScores,
  transformOf,
} from './embedding-transform.js';

/** Options of `embedCatalogue`. */
export interface EmbedCatalogueOptions extends EmbedOptions {
  /**
   * The `transform` of a catalogue that was embedded before: new items are placed in its space, and get the popularity on its scale. Default:
   * that of these items.
   */
  readonly transform?: EmbeddingTransform;
}

/** Embeddings and popularity of the items of a catalogue. */
export interface ItemEmbeddings {
  /** Number of items. */
  readonly items: number;
  /** Length of each vector. */
  readonly dimension: number;
  /** `[items, dimension]` row-major, centred and normalised to length 1 (0 for an item whose text has the mean embedding). */
  readonly vectors: Float32Array;
  /** `[items]` standard scores of `log(1 + prior)`; all 0 without a prior. */
  readonly popularity: Float32Array;
  /** Name of the embedding model. */
  readonly model: string;
}

/** Embeddings of a catalogue, with what places texts that come later in the same space. */
export interface EmbeddedCatalogue extends ItemEmbeddings {
  readonly transform: EmbeddingTransform;
}

/**
 * Embeds the texts of a catalogue. The mean vector is subtracted, because what all texts share distinguishes none of them; then each
 * vector is normalised to length 1.
 *
 * ```ts
 * const { vectors } = await embedCatalogue({ items: newItems }, model, { transform: embeddings.transform });
 * ```
 * @throws {InvalidOptionError} for an empty catalogue, an invalid prior, or a `transform` of another model.
 * @throws {LanguageModelError} if vectors are missing, too short or not finite, if one is all zeros, or if all are equal although the texts
 *   differ.
 */
export async function embedCatalogue(
  catalogue: Catalogue,
  model: EmbeddingModel,
  { transform: given, ...options }: EmbedCatalogueOptions = {},
): Promise<EmbeddedCatalogue> {
  checkCatalogue(catalogue);
  checkEmbeddingModel(model);
  if (given !== undefined) checkTransform(given, model);
  const items = catalogue.items.length;
  const found = await model.embed(
    catalogue.items.map((item) => item.text),
    options,
  );
  checkVectors(model.name, found, items, model.dimension);
  checkDirections(model, found, catalogue);
  // A copy: the model may reuse the array.
  const vectors = found.slice();
  const transform = given ?? transformOf(vectors, model, catalogue.prior);
  applyTransform(transform, vectors);
  const isFlat = given === undefined && vectors.every((value) => value === 0);
  if (isFlat && new Set(catalogue.items.map(({ text }) => text)).size > 1) {
    const message = `expected vectors that tell the texts apart; found the same vector for all ${items} items. Check that the model is an embedding model`;
    throw new LanguageModelError(model.name, message, { kind: 'unusable reply' });
  }
  return {
    items,
    dimension: model.dimension,
    vectors,
    popularity: standardScores(catalogue.prior, items, transform.popularity),
    model: model.name,
    transform,
  };
}

/** @throws {LanguageModelError} for a vector of zeros: the item would be equally far from every other one. */
function checkDirections({ name, dimension }: EmbeddingModel, vectors: Float32Array, { items }: Catalogue): void {
  const wrong = items.findIndex((_, item) =>
    vectors.subarray(item * dimension, (item + 1) * dimension).every((value) => value === 0),
  );
  if (wrong === -1) return;
  const { id, text } = items[wrong];
  const message = `expected a vector with a direction for every text; found only zeros for item ${wrong} (id ${JSON.stringify(id)}, text ${JSON.stringify(quoteText(text, 60))}). Check that the model is an embedding model and that it can read this text`;
  throw new LanguageModelError(name, message, { kind: 'unusable reply' });
}
