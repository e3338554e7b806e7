/** The conformance suite of `Environment`: what `@ialp/env/testing` publishes. */
export { ConformanceError } from '@ialp/core/testing';
export {
  checkEnvironment,
  type EnvironmentCheck,
  environmentChecks,
  type MakeEnvironment,
  type TestContext,
} from './environment-checks.js';
