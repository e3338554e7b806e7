/** Symmetric positive definite systems: what `@ialp/core/linear-algebra` publishes. Matrices are row-major. */
export { factorizeCholesky, solveCholesky } from './cholesky.js';
