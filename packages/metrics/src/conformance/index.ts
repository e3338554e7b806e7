export { type ConformanceCheck, ConformanceError } from '@ialp/core/testing';
export { logChecks, type Measure, measureChecks } from './checks.js';
