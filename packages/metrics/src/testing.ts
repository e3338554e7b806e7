export { type ConformanceCheck, ConformanceError, logChecks, type Measure, measureChecks } from './conformance.js';
