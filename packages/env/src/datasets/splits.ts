/** Divides interactions for training and testing: the exports of `@ialp/env/splits`. */
export { selectRows } from './dataset.js';
export { type SplitShares, splitAtRandom, splitByUserOrder } from './split.js';
