export type { ConformanceCheck, ConformanceOptions } from './conformance/conformance-check.js';
export { ConformanceError } from './conformance/conformance-error.js';
export { learnerChecks } from './conformance/learner-checks.js';
export { networkChecks } from './conformance/network-checks.js';
export { policyChecks } from './conformance/policy-checks.js';
