import type { Catalogue } from '@ialp/env';
import { requireVectors } from './embed-in-batches.js';
import type { EmbeddingModel, EmbedOptions } from './embedding-model.js';
import { InvalidOptionError } from './errors.js';

/** A spread below this is what rounding leaves of none. */
const ROUNDING = 1e-6;

/** A catalogue as a language model sees it: a direction for each item, and how well known it is. */
export interface ItemSpace {
  readonly items: number;
  readonly dimension: number;
  /** `[items, dimension]` row-major, of length 1 (or 0 where an item's text says no more than the average). */
  readonly vectors: Float32Array;
  /** `[items]` the catalogue's prior as standard scores of its logarithm; all 0 where there is none. */
  readonly fame: Float32Array;
  /** The model's name. */
  readonly model: string;
}

/**
 * Embeds the texts of a catalogue. The mean vector is taken off (what all texts of a catalogue share tells nothing
 * apart), then each is brought to length 1.
 * @throws {InvalidOptionError} for an empty catalogue or a prior of the wrong length or sign.
 * @throws {LanguageModelError} if the model's vectors are too few, too short, or hold what is not finite.
 */
export async function embedCatalogue(
  catalogue: Catalogue,
  model: EmbeddingModel,
  options?: EmbedOptions,
): Promise<ItemSpace> {
  const items = catalogue.items.length;
  if (items === 0) throw new InvalidOptionError('catalogue', 'no items', 'at least one');
  const found = await model.embed(
    catalogue.items.map((item) => item.text),
    options,
  );
  requireVectors(model.name, found, items, model.dimension);
  // A copy: the model may have given vectors that it keeps.
  const vectors = found.slice();
  centre(vectors, model.dimension);
  return {
    items,
    dimension: model.dimension,
    vectors,
    fame: catalogue.prior === undefined ? new Float32Array(items) : standardLog(catalogue.prior, items),
    model: model.name,
  };
}

/** Rows minus their mean, at length 1. */
function centre(vectors: Float32Array, dimension: number): void {
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
    // A catalogue of one item, or of items that read alike, has nothing but rounding left.
    const length = Math.sqrt(square);
    for (let k = 0; k < dimension; k++) vector[k] = length > ROUNDING ? vector[k] / length : 0;
  }
}

function standardLog(prior: Float32Array, items: number): Float32Array {
  if (prior.length !== items) throw new InvalidOptionError('catalogue.prior', `${prior.length} numbers`, `${items}`);
  const wrong = prior.findIndex((value) => !(value >= 0 && value < Number.POSITIVE_INFINITY));
  if (wrong !== -1) throw new InvalidOptionError(`catalogue.prior[${wrong}]`, prior[wrong], 'a number of at least 0');
  const logs = Float64Array.from(prior, Math.log1p);
  const mean = logs.reduce((sum, value) => sum + value, 0) / items;
  const deviation = Math.sqrt(logs.reduce((sum, value) => sum + (value - mean) ** 2, 0) / items);
  return Float32Array.from(logs, (value) => (deviation > ROUNDING ? (value - mean) / deviation : 0));
}
