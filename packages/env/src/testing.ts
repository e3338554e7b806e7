export {
  type ConformanceCheck,
  checkEnvironment,
  environmentChecks,
  type MakeEnvironment,
  type TestContext,
} from './check.js';
export { ConformanceError } from '@ialp/core';
