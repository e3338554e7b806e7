export { ConformanceError } from '@ialp/core/testing';
export {
  type ConformanceCheck,
  checkEnvironment,
  environmentChecks,
  type MakeEnvironment,
  type TestContext,
} from './environment-checks.js';
