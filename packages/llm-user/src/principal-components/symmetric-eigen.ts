/** Passes of the QL algorithm for each eigenvalue; it takes about two. */
const MAX_PASSES = 60;

/** Eigenvalues and eigenvectors of a symmetric matrix. */
export interface SymmetricEigen {
  /** `[size]`, descending. */
  readonly values: Float64Array;
  /** `[size, size]` row-major: a row for each eigenvalue, orthonormal. */
  readonly vectors: Float64Array;
}

/**
 * All eigenvalues and eigenvectors of a symmetric matrix: reduction to tridiagonal form by Householder reflections, then the QL
 * algorithm with implicit shifts (Golub and Van Loan 2013, sections 8.3.1 and 8.3.3; the procedures tred2 and tql2 of EISPACK).
 * Takes about `6 size^3` operations.
 * @param matrix `[size, size]` row-major, finite; only the lower triangle is read.
 */
export function symmetricEigen(matrix: Float64Array, size: number): SymmetricEigen {
  // Row j of `rows` is column j of the matrix of the literature: loops then run along rows.
  const rows = Float64Array.from(matrix);
  for (let i = 0; i < size; i++) for (let j = 0; j < i; j++) rows[j * size + i] = rows[i * size + j];
  const diagonal = new Float64Array(size);
  const beside = new Float64Array(size);
  tridiagonalise(rows, diagonal, beside, size);
  diagonalise(rows, diagonal, beside, size);
  const order = Array.from(diagonal.keys()).sort((a, b) => diagonal[b] - diagonal[a] || a - b);
  const vectors = new Float64Array(size * size);
  for (const [place, k] of order.entries()) vectors.set(rows.subarray(k * size, (k + 1) * size), place * size);
  return { values: Float64Array.from(order, (k) => diagonal[k]), vectors };
}

/** Householder reduction; `rows` becomes the transposed product of the reflections. */
function tridiagonalise(rows: Float64Array, diagonal: Float64Array, beside: Float64Array, size: number): void {
  const at = (row: number, column: number): number => column * size + row;
  for (let j = 0; j < size; j++) diagonal[j] = rows[at(size - 1, j)];
  for (let i = size - 1; i > 0; i--) {
    let scale = 0;
    for (let k = 0; k < i; k++) scale += Math.abs(diagonal[k]);
    let h = 0;
    if (scale === 0) {
      beside[i] = diagonal[i - 1];
      for (let j = 0; j < i; j++) {
        diagonal[j] = rows[at(i - 1, j)];
        rows[at(i, j)] = 0;
        rows[at(j, i)] = 0;
      }
    } else {
      for (let k = 0; k < i; k++) {
        diagonal[k] /= scale;
        h += diagonal[k] * diagonal[k];
      }
      const last = diagonal[i - 1];
      const root = last > 0 ? -Math.sqrt(h) : Math.sqrt(h);
      beside[i] = scale * root;
      h -= last * root;
      diagonal[i - 1] = last - root;
      for (let j = 0; j < i; j++) beside[j] = 0;
      for (let j = 0; j < i; j++) {
        const reflected = diagonal[j];
        rows[at(j, i)] = reflected;
        let sum = beside[j] + rows[at(j, j)] * reflected;
        for (let k = j + 1; k < i; k++) {
          sum += rows[at(k, j)] * diagonal[k];
          beside[k] += rows[at(k, j)] * reflected;
        }
        beside[j] = sum;
      }
      let product = 0;
      for (let j = 0; j < i; j++) {
        beside[j] /= h;
        product += beside[j] * diagonal[j];
      }
      const half = product / (h + h);
      for (let j = 0; j < i; j++) beside[j] -= half * diagonal[j];
      for (let j = 0; j < i; j++) {
        const [f, g] = [diagonal[j], beside[j]];
        for (let k = j; k < i; k++) rows[at(k, j)] -= f * beside[k] + g * diagonal[k];
        diagonal[j] = rows[at(i - 1, j)];
        rows[at(i, j)] = 0;
      }
    }
    diagonal[i] = h;
  }
  for (let i = 0; i < size - 1; i++) {
    rows[at(size - 1, i)] = rows[at(i, i)];
    rows[at(i, i)] = 1;
    const h = diagonal[i + 1];
    if (h !== 0) {
      for (let k = 0; k <= i; k++) diagonal[k] = rows[at(k, i + 1)] / h;
      for (let j = 0; j <= i; j++) {
        let sum = 0;
        for (let k = 0; k <= i; k++) sum += rows[at(k, i + 1)] * rows[at(k, j)];
        for (let k = 0; k <= i; k++) rows[at(k, j)] -= sum * diagonal[k];
      }
    }
    for (let k = 0; k <= i; k++) rows[at(k, i + 1)] = 0;
  }
  for (let j = 0; j < size; j++) {
    diagonal[j] = rows[at(size - 1, j)];
    rows[at(size - 1, j)] = 0;
  }
  rows[at(size - 1, size - 1)] = 1;
  beside[0] = 0;
}

/** The QL algorithm; rows of `rows` become eigenvectors. */
function diagonalise(rows: Float64Array, diagonal: Float64Array, beside: Float64Array, size: number): void {
  for (let i = 1; i < size; i++) beside[i - 1] = beside[i];
  beside[size - 1] = 0;
  let shift = 0;
  let greatest = 0;
  for (let l = 0; l < size; l++) {
    greatest = Math.max(greatest, Math.abs(diagonal[l]) + Math.abs(beside[l]));
    let m = l;
    while (m < size - 1 && Math.abs(beside[m]) > Number.EPSILON * greatest) m++;
    for (let pass = 0; m > l && pass < MAX_PASSES; pass++) {
      const before = diagonal[l];
      const p = (diagonal[l + 1] - before) / (2 * beside[l]);
      const r = p < 0 ? -Math.hypot(p, 1) : Math.hypot(p, 1);
      diagonal[l] = beside[l] / (p + r);
      diagonal[l + 1] = beside[l] * (p + r);
      const change = before - diagonal[l];
      for (let i = l + 2; i < size; i++) diagonal[i] -= change;
      shift += change;
      rotate(rows, diagonal, beside, size, l, m);
      if (Math.abs(beside[l]) <= Number.EPSILON * greatest) break;
    }
    diagonal[l] += shift;
    beside[l] = 0;
  }
}

/** One pass of implicit QL between two places. */
function rotate(
  rows: Float64Array,
  diagonal: Float64Array,
  beside: Float64Array,
  size: number,
  l: number,
  m: number,
): void {
  let p = diagonal[m];
  let [c, c2, c3] = [1, 1, 1];
  let [s, s2] = [0, 0];
  const [next, first] = [diagonal[l + 1], beside[l + 1]];
  for (let i = m - 1; i >= l; i--) {
    c3 = c2;
    c2 = c;
    s2 = s;
    const g = c * beside[i];
    const h = c * p;
    const r = Math.hypot(p, beside[i]);
    beside[i + 1] = s * r;
    // Both are 0 where the matrix falls apart in the middle of a pass: there is nothing to turn.
    s = r === 0 ? 0 : beside[i] / r;
    c = r === 0 ? 1 : p / r;
    p = c * diagonal[i] - s * g;
    diagonal[i + 1] = h + s * (c * g + s * diagonal[i]);
    const [one, other] = [i * size, (i + 1) * size];
    for (let k = 0; k < size; k++) {
      const value = rows[other + k];
      rows[other + k] = s * rows[one + k] + c * value;
      rows[one + k] = c * rows[one + k] - s * value;
    }
  }
  p = (-s * s2 * c3 * first * beside[l]) / next;
  beside[l] = s * p;
  diagonal[l] = c * p;
}
