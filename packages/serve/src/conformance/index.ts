/** Conformance suites for drivers: the exports of `@ialp/serve/testing`. */
export { type AsyncConformanceCheck, ConformanceError } from '@ialp/core/testing';
export { type EventLogCheckOptions, eventLogChecks } from './event-log-checks.js';
export { type ModelStoreCheckOptions, modelStoreChecks } from './model-store-checks.js';
