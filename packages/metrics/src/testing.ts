export { type ConformanceCheck, ConformanceError } from '@ialp/core/testing';
export { logChecks, type Measure, measureChecks } from './conformance.js';
