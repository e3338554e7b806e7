export { type ConformanceCheck, ConformanceError, gateChecks } from './conformance.js';
