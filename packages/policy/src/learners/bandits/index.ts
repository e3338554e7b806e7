/** Bandits and other non-neural baselines: what `@ialp/policy/bandits` publishes. */
export { createEpsilonGreedy, type EpsilonGreedyOptions } from './epsilon-greedy.js';
export { createItemKnn, type ItemKnnOptions } from './item-knn.js';
export { createLinUcb, type ItemFeatures, type LinUcbOptions } from './lin-ucb.js';
export type { PriorOptions } from './mean-feedback.js';
export { createPopularity, type PopularityOptions } from './popularity.js';
export { createThompsonSampling, type ThompsonSamplingOptions } from './thompson-sampling.js';
