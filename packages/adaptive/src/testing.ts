export { type ConformanceCheck, ConformanceError } from '@ialp/core/testing';
export { gateChecks } from './conformance.js';
