/** Completes a matrix of ratings or of implicit feedback: the exports of `@ialp/env/factorization`. */
export {
  type Factorization,
  type FactorizationOptions,
  factorize,
  type HeldOutError,
  type LikeError,
} from './factorize.js';
export {
  factorizeImplicit,
  type ImplicitFactorization,
  type ImplicitFactorizationOptions,
  type ImplicitHeldOutError,
} from './factorize-implicit.js';
