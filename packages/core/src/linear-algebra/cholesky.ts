/**
 * Replaces the lower triangle of a symmetric positive definite matrix by its Cholesky factor `L`: `L L^T = matrix`.
 * Only the lower triangle is read and written. The factor contains NaN if the matrix is not positive definite.
 * @param matrix `[size, size]`, row-major.
 */
export function factorizeCholesky(matrix: Float64Array, size: number): void {
  for (let i = 0; i < size; i++) {
    const row = i * size;
    for (let j = 0; j <= i; j++) {
      let sum = matrix[row + j];
      for (let k = 0; k < j; k++) sum -= matrix[row + k] * matrix[j * size + k];
      matrix[row + j] = i === j ? Math.sqrt(sum) : sum / matrix[j * size + j];
    }
  }
}

/**
 * Solves `L L^T x = vector` with a factor of `factorizeCholesky`; replaces `vector` by `x`.
 * @param factor `[size, size]`, row-major; only the lower triangle is read.
 * @param vector `[size]`
 */
export function solveCholesky(factor: Float64Array, vector: Float64Array, size: number): void {
  for (let i = 0; i < size; i++) {
    const row = i * size;
    let sum = vector[i];
    for (let k = 0; k < i; k++) sum -= factor[row + k] * vector[k];
    vector[i] = sum / factor[row + i];
  }
  for (let i = size - 1; i >= 0; i--) {
    let sum = vector[i];
    for (let k = i + 1; k < size; k++) sum -= factor[k * size + i] * vector[k];
    vector[i] = sum / factor[i * size + i];
  }
}
