export { type ConformanceCheck, checkEnvironment, environmentChecks, type MakeEnvironment } from './check.js';
export { ConformanceError } from './conformance/conformance-error.js';
