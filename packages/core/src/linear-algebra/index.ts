/** Symmetric positive definite systems: the exports of `@ialp/core/linear-algebra`. Matrices are row-major. */
export { factorizeCholesky, solveCholesky } from './cholesky.js';
