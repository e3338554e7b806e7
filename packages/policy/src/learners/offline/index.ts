/** Learners from a log: what `@ialp/policy/offline` publishes. */
export type { OfflineLearner } from '../../offline-learner.js';
export { type BcqOptions, createBcq } from './bcq.js';
export { type BehaviorCloningOptions, createBehaviorCloning } from './behavior-cloning.js';
export { type CqlOptions, createCql } from './cql.js';
export { type CrrOptions, createCrr } from './crr.js';
export type { OfflineOptions } from './offline-options.js';
export { createSa2c, type Sa2cOptions } from './sa2c.js';
export { createSac4Rec, createSqn, type Sac4RecOptions, type SelfSupervisedOptions } from './self-supervised.js';
