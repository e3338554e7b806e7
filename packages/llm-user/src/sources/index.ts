/** Preference sources: what `@ialp/llm-user/sources` publishes. */
export type { PromptHistoryItem, PromptInput, PromptTemplate } from '../prompt-template.js';
export { createGradedSource } from './graded-source.js';
export { createListwiseSource } from './listwise-source.js';
export type { ModelSourceOptions } from './model-source.js';
export { createOracleSource, type OracleOptions } from './oracle-source.js';
export { createPointwiseSource } from './pointwise-source.js';
export { createPopularitySource } from './popularity-source.js';
export { createProbabilitySource } from './probability-source.js';
export type { PromptLimits } from './prompt-input.js';
export { createSimilaritySource, type SimilarityWeights } from './similarity-source.js';
