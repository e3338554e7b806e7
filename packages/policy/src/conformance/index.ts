export { type ConformanceCheck, ConformanceError } from '@ialp/core/testing';
export type { ConformanceOptions } from './conformance-options.js';
export { learnerChecks } from './learner-checks.js';
export { networkChecks } from './network-checks.js';
export { policyChecks } from './policy-checks.js';
