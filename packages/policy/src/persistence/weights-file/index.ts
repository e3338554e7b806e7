/** Weights as files: what `@ialp/policy/weights-file` publishes, for Node, with all of `@ialp/policy/weights`. */
export * from '../weights/index.js';
export { type LoadWeightsOptions, loadWeights } from './load.js';
export { saveWeights } from './save.js';
