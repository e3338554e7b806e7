export { type ConformanceCheck, ConformanceError } from '@ialp/core/testing';
export { gateChecks } from './gate-checks.js';
