/** Principal components of embeddings: what `@ialp/llm-user/principal-components` publishes. */
import { checkInteger, counted, described, InvalidOptionError } from '@ialp/core';
import { EigenvalueDecomposition, Matrix } from 'ml-matrix';
import { checkOptions } from '../../check-inputs.js';
import { type Projection, powerIteration, project } from './principal-components/power-iteration.js';
import { completeBasis, dot, norm, orthogonalise } from './principal-components/vector-algebra.js';

/** Eigenvalues of a matrix of products below this share of the greatest are what rounding leaves of 0. */
const NO_EIGENVALUE = 1e-13;

/** Options of `principalComponents`. */
export interface PrincipalComponentsOptions {
  /** Numbers of a row, for example `dimension` of an `ItemEmbeddings`. */
  readonly dimension: number;
  /** How many components: 1 to `dimension`. */
  readonly count: number;
  /** Whether the mean of the rows is subtracted first. Default `true`. */
  readonly center?: boolean;
  /**
   * Power iterations for each component, in place of the exact computation. A component then explains nearly as much variance as
   * the exact one, but may mix components that explain nearly the same. Takes `2 * iterations * count * rows * dimension`
   * multiplications: less than exactly for few components of long rows. Default: exact.
   */
  readonly iterations?: number;
}

/** Principal components of rows. All arrays are row-major. */
export interface PrincipalComponents {
  readonly rows: number;
  readonly dimension: number;
  readonly count: number;
  /** `[count, dimension]` orthonormal; the one that explains most variance comes first. */
  readonly components: Float64Array;
  /** `[rows, count]` coordinates of each row: `(row - mean) . component`. */
  readonly scores: Float64Array;
  /** `[dimension]` what was subtracted from each row: their mean, or zeros. */
  readonly mean: Float64Array;
  /** `[count]` mean square of the scores of each component (the variance with divisor `rows`, if rows are centred). */
  readonly explainedVariance: Float64Array;
  /** Mean square length of the rows after the mean was subtracted: what all `dimension` components explain. */
  readonly totalVariance: number;
}

/**
 * Principal component analysis (Jolliffe 2002, Principal Component Analysis, chapters 1 to 3): the orthonormal directions along
 * which rows differ most, and each row's coordinates along them. Reduces an item's embedding to a few numbers, for example for
 * the `itemEmbeddings` of a network: `Float32Array.from(scores)`.
 *
 * Exactly, the components are the eigenvectors of the covariance matrix, or, of fewer rows than dimensions, of the matrix
 * of products of rows: `min(rows, dimension)^3` operations. The same rows give the same bits. Signs are fixed: the product of a component
 * with `(1, 1/2, 1/3, ...)` is not negative. Components beyond the rank of the rows explain no variance; their scores
 * are 0 to within rounding.
 * @param vectors `[rows, dimension]` row-major, finite; not changed.
 * @throws {InvalidOptionError} for no rows, a length that is not a multiple of `dimension`, a number that is not finite, or an option
 * out of range.
 */
export function principalComponents(vectors: Float32Array, options: PrincipalComponentsOptions): PrincipalComponents {
  checkOptions(options, '{ dimension: 512, count: 16 }', ['dimension', 'count', 'center', 'iterations']);
  const { dimension, count, center = true, iterations } = options;
  checkInputs(vectors, options);
  const rows = vectors.length / dimension;
  const centred = Float64Array.from(vectors);
  const mean = center ? subtractMean(centred, dimension) : new Float64Array(dimension);
  const totalVariance = dot(centred, centred) / rows;
  const found =
    iterations === undefined
      ? exactProjection(centred, dimension, count)
      : powerIteration(centred, dimension, { count, iterations });
  const components = new Float64Array(count * dimension);
  const scores = new Float64Array(rows * count);
  const explainedVariance = new Float64Array(count);
  for (const [place, direction] of completeBasis(found.directions, count, dimension).entries()) {
    const sign = signOf(direction);
    for (let k = 0; k < dimension; k++) components[place * dimension + k] = sign * direction[k];
    const along = found.scores[place] ?? scoresOf(centred, direction);
    for (let row = 0; row < rows; row++) scores[row * count + place] = sign * along[row];
    explainedVariance[place] = dot(along, along) / rows;
  }
  return { rows, dimension, count, components, scores, mean, explainedVariance, totalVariance };
}

/**
 * Coordinates of other rows, such as embeddings of new items, along principal components that were computed before: `(row - mean) .
 * component`. The rows of which the components were computed get their `scores`, with the same bits if those are exact.
 * @param vectors `[rows, dimension]` row-major, finite; not changed.
 * @returns `[rows, count]`, row-major.
 * @throws {InvalidOptionError} for no rows, a length that is not a multiple of `dimension`, or a number that is not finite.
 */
export function projectRows(
  vectors: Float32Array,
  { dimension, count, components, mean }: Pick<PrincipalComponents, 'dimension' | 'count' | 'components' | 'mean'>,
): Float64Array {
  checkInteger('dimension', dimension, 1);
  checkVectors(vectors, dimension);
  const centred = Float64Array.from(vectors, (value, place) => value - mean[place % dimension]);
  const rows = vectors.length / dimension;
  const scores = new Float64Array(rows * count);
  for (let place = 0; place < count; place++) {
    const along = scoresOf(centred, components.subarray(place * dimension, (place + 1) * dimension));
    for (let row = 0; row < rows; row++) scores[row * count + place] = along[row];
  }
  return scores;
}

function checkInputs(vectors: Float32Array, options: PrincipalComponentsOptions): void {
  const { dimension, count, iterations } = options;
  checkInteger('dimension', dimension, 1);
  // No more components than columns.
  checkInteger('count', count, 1, dimension);
  if (iterations !== undefined) checkInteger('iterations', iterations, 1);
  checkVectors(vectors, dimension);
}

/** @throws {InvalidOptionError} unless these are rows of finite numbers, at least one. */
function checkVectors(vectors: Float32Array, dimension: number): void {
  if (!(vectors instanceof Float32Array)) throw new InvalidOptionError('vectors', vectors, 'a Float32Array');
  if (vectors.length === 0 || vectors.length % dimension !== 0) {
    const expected = `at least one row of ${dimension} numbers each, dimension`;
    throw new InvalidOptionError('vectors', described(counted(vectors.length, 'number')), expected);
  }
  const wrong = vectors.findIndex((value) => !Number.isFinite(value));
  if (wrong !== -1) {
    const place = `vectors[${wrong}] (row ${Math.floor(wrong / dimension)})`;
    throw new InvalidOptionError(place, vectors[wrong], 'a finite number');
  }
}

/** Subtracts the mean of the rows. @returns the mean */
function subtractMean(rows: Float64Array, dimension: number): Float64Array {
  const mean = new Float64Array(dimension);
  for (let start = 0; start < rows.length; start += dimension) {
    for (let k = 0; k < dimension; k++) mean[k] += rows[start + k];
  }
  for (let k = 0; k < dimension; k++) mean[k] /= rows.length / dimension;
  for (let start = 0; start < rows.length; start += dimension) {
    for (let k = 0; k < dimension; k++) rows[start + k] -= mean[k];
  }
  return mean;
}

function exactProjection(rows: Float64Array, dimension: number, count: number): Projection {
  const size = rows.length / dimension;
  const directions =
    size < dimension ? ofRowProducts(rows, size, dimension, count) : ofCovariance(rows, dimension, count);
  return { directions, scores: directions.map((direction) => scoresOf(rows, direction)) };
}

function scoresOf(rows: Float64Array, direction: Float64Array): Float64Array {
  const scores = new Float64Array(rows.length / direction.length);
  project(rows, direction, scores);
  return scores;
}

/** Eigenvectors of `rows^T rows`. */
function ofCovariance(rows: Float64Array, dimension: number, count: number): Float64Array[] {
  const matrix = Matrix.from1DArray(rows.length / dimension, dimension, rows);
  return symmetricEigen(matrix.transpose().mmul(matrix), count).vectors;
}

/** The same by eigenvectors of `rows rows^T`: the sums of the rows that these weigh. No more than the rank. */
function ofRowProducts(rows: Float64Array, size: number, dimension: number, count: number): Float64Array[] {
  const matrix = Matrix.from1DArray(size, dimension, rows);
  const { values, vectors } = symmetricEigen(matrix.mmul(matrix.transpose()), Math.min(size, count));
  const directions: Float64Array[] = [];
  for (const [place, weights] of vectors.entries()) {
    if (!(values[place] > NO_EIGENVALUE * values[0])) break;
    const direction = Float64Array.from(Matrix.rowVector(weights).mmul(matrix).to1DArray());
    const before = norm(direction);
    const length = orthogonalise(direction, directions);
    // What is left of a direction within the span of those before it is rounding.
    if (length < before / 2) break;
    directions.push(direction.map((value) => value / length));
  }
  return directions;
}

/** The greatest eigenvalues of a symmetric matrix, descending, and their eigenvectors. */
function symmetricEigen(matrix: Matrix, count: number): { values: number[]; vectors: Float64Array[] } {
  const { realEigenvalues, eigenvectorMatrix } = new EigenvalueDecomposition(matrix, { assumeSymmetric: true });
  const order = Array.from(realEigenvalues.keys()).sort((a, b) => realEigenvalues[b] - realEigenvalues[a] || a - b);
  const first = order.slice(0, count);
  return {
    values: first.map((k) => realEigenvalues[k]),
    vectors: first.map((k) => Float64Array.from(eigenvectorMatrix.getColumn(k))),
  };
}

/** 1, or -1 where the product with `(1, 1/2, 1/3, ...)` is negative. */
function signOf(direction: Float64Array): number {
  let sum = 0;
  for (let k = 0; k < direction.length; k++) sum += direction[k] / (1 + k);
  return sum < 0 ? -1 : 1;
}
