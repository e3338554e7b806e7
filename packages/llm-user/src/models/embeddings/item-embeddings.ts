import type { Catalogue } from '@ialp/core';
import { checkCatalogue, checkEmbeddingModel } from '../../check-inputs.js';
import type { EmbeddingModel, EmbedOptions } from '../../embedding-model.js';
import { LanguageModelError } from '../../errors.js';
import { quoteText } from '../../text/clean-text.js';
import { checkVectors } from './embed-in-batches.js';

/** Below this a spread is rounding error. */
const ROUNDING = 1e-6;

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

/**
 * Embeds the texts of a catalogue. The mean vector is subtracted, because what all texts share distinguishes none of them; then each
 * vector is normalised to length 1.
 * @throws {InvalidOptionError} for an empty catalogue or an invalid prior.
 * @throws {LanguageModelError} if vectors are missing, too short or not finite, if one is all zeros, or if all are equal although the texts
 *   differ.
 */
export async function embedCatalogue(
  catalogue: Catalogue,
  model: EmbeddingModel,
  options?: EmbedOptions,
): Promise<ItemEmbeddings> {
  checkCatalogue(catalogue);
  checkEmbeddingModel(model);
  const items = catalogue.items.length;
  const found = await model.embed(
    catalogue.items.map((item) => item.text),
    options,
  );
  checkVectors(model.name, found, items, model.dimension);
  checkDirections(model, found, catalogue);
  // A copy: the model may reuse the array.
  const vectors = found.slice();
  centre(vectors, model.dimension);
  if (vectors.every((value) => value === 0) && new Set(catalogue.items.map(({ text }) => text)).size > 1) {
    const message = `expected vectors that tell the texts apart; found the same vector for all ${items} items. Check that the model is an embedding model`;
    throw new LanguageModelError(model.name, message, { kind: 'unusable reply' });
  }
  return {
    items,
    dimension: model.dimension,
    vectors,
    popularity: catalogue.prior === undefined ? new Float32Array(items) : standardLog(catalogue.prior),
    model: model.name,
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

/**
 * Scales vectors whose numbers are very large or very small, by a power of two: else differences overflow single precision, or
 * pass for rounding. Others stay as they are.
 */
function scale(vectors: Float32Array): void {
  const largest = vectors.reduce((most, value) => Math.max(most, Math.abs(value)), 0);
  const exponent = Math.round(Math.log2(largest));
  if (Math.abs(exponent) <= 10) return;
  for (let place = 0; place < vectors.length; place++) vectors[place] = vectors[place] * 2 ** -exponent;
}

/** Rows minus their mean, at length 1. */
function centre(vectors: Float32Array, dimension: number): void {
  scale(vectors);
  const rows = vectors.length / dimension;
  const mean = new Float64Array(dimension);
  for (let place = 0; place < vectors.length; place++) mean[place % dimension] += vectors[place] / rows;
  for (let row = 0; row < rows; row++) {
    const vector = vectors.subarray(row * dimension, (row + 1) * dimension);
    let square = 0;
    for (let k = 0; k < dimension; k++) {
      vector[k] -= mean[k];
      square += vector[k] * vector[k];
    }
    // A catalogue of one item, or of items with identical texts, has nothing but rounding left.
    const length = Math.sqrt(square);
    for (let k = 0; k < dimension; k++) vector[k] = length > ROUNDING ? vector[k] / length : 0;
  }
}

function standardLog(prior: Float32Array): Float32Array {
  const items = prior.length;
  const logs = Float64Array.from(prior, Math.log1p);
  const mean = logs.reduce((sum, value) => sum + value, 0) / items;
  const deviation = Math.sqrt(logs.reduce((sum, value) => sum + (value - mean) ** 2, 0) / items);
  return Float32Array.from(logs, (value) => (deviation > ROUNDING ? (value - mean) / deviation : 0));
}
