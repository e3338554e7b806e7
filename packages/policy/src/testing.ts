export { type ConformanceCheck, ConformanceError } from '@ialp/core/testing';
export type { ConformanceOptions } from './conformance/conformance-check.js';
export { learnerChecks } from './conformance/learner-checks.js';
export { networkChecks } from './conformance/network-checks.js';
export { policyChecks } from './conformance/policy-checks.js';
