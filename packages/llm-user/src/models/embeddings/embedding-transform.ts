import { counted, described, InvalidOptionError } from '@ialp/core';
import type { EmbeddingModel } from '../../embedding-model.js';

/** Below this a spread is rounding error. */
const ROUNDING = 1e-6;

/**
 * How the vectors of an embedding model were brought to those of a catalogue. It places texts that come later in the same space, in which the
 * vectors of the catalogue do not change.
 */
export interface EmbeddingTransform {
  /** Name of the embedding model. */
  readonly model: string;
  /** Power of two by which the model's vectors are divided first; 0 unless their numbers are very large or very small. */
  readonly exponent: number;
  /** `[dimension]`: what is subtracted then, the mean of the catalogue's vectors. Each vector is then normalised to length 1. */
  readonly mean: Float64Array;
  /** Mean and standard deviation of `log(1 + prior)` of the catalogue's items; null for a catalogue without a prior. */
  readonly popularity: { readonly mean: number; readonly deviation: number } | null;
}

/** @throws {InvalidOptionError} for a transform of another embedding model. */
export function checkTransform({ model, mean }: EmbeddingTransform, { name, dimension }: EmbeddingModel): void {
  if (model !== name)
    throw new InvalidOptionError('transform.model', model, `${JSON.stringify(name)}, the embedding model`);
  if (mean?.length === dimension) return;
  const found = described(counted(mean?.length ?? 0, 'number'));
  throw new InvalidOptionError('transform.mean', found, counted(dimension, 'number'));
}

/** The transform of a catalogue from its vectors and its prior. */
export function transformOf(
  vectors: Float32Array,
  { name, dimension }: EmbeddingModel,
  prior: Float32Array | undefined,
): EmbeddingTransform {
  const largest = vectors.reduce((most, value) => Math.max(most, Math.abs(value)), 0);
  const found = Math.round(Math.log2(largest));
  // Differences of very large or very small numbers would overflow single precision, or pass for rounding. Others stay as they are.
  const exponent = Math.abs(found) <= 10 ? 0 : found;
  const rows = vectors.length / dimension;
  const mean = new Float64Array(dimension);
  for (let place = 0; place < vectors.length; place++) {
    mean[place % dimension] += scaled(vectors[place], exponent) / rows;
  }
  return { model: name, exponent, mean, popularity: prior === undefined ? null : spreadOf(prior) };
}

/** In single precision; by a power of two, without rounding. */
function scaled(value: number, exponent: number): number {
  return exponent === 0 ? value : Math.fround(value * 2 ** -exponent);
}

/** Rows minus the mean, at length 1. */
export function applyTransform({ exponent, mean }: EmbeddingTransform, vectors: Float32Array): void {
  const dimension = mean.length;
  for (let start = 0; start < vectors.length; start += dimension) {
    const vector = vectors.subarray(start, start + dimension);
    let square = 0;
    for (let k = 0; k < dimension; k++) {
      vector[k] = scaled(vector[k], exponent) - mean[k];
      square += vector[k] * vector[k];
    }
    // A catalogue of one item, or of items with identical texts, has nothing but rounding left.
    const length = Math.sqrt(square);
    for (let k = 0; k < dimension; k++) vector[k] = length > ROUNDING ? vector[k] / length : 0;
  }
}

function spreadOf(prior: Float32Array): { readonly mean: number; readonly deviation: number } {
  const items = prior.length;
  const logs = Float64Array.from(prior, Math.log1p);
  const mean = logs.reduce((sum, value) => sum + value, 0) / items;
  return { mean, deviation: Math.sqrt(logs.reduce((sum, value) => sum + (value - mean) ** 2, 0) / items) };
}

/** Standard scores of `log(1 + prior)`; all 0 without a prior, or without a spread to compare it with. */
export function standardScores(
  prior: Float32Array | undefined,
  items: number,
  spread: EmbeddingTransform['popularity'],
): Float32Array {
  if (prior === undefined || spread === null) return new Float32Array(items);
  const { mean, deviation } = spread;
  return Float32Array.from(prior, (value) => (deviation > ROUNDING ? (Math.log1p(value) - mean) / deviation : 0));
}
