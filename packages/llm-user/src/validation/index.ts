/** Validation of a preference source against real feedback: what `@ialp/llm-user/validation` publishes. */
export { describeValidation } from './describe-validation.js';
export type { Estimate } from './estimate.js';
export { type HeldOutQuestion, type HeldOutQuestionsOptions, sampleHeldOutQuestions } from './held-out-questions.js';
export type { PositionReport } from './position-report.js';
export {
  type ValidationOptions,
  type ValidationReport,
  validateSource,
} from './validate-source.js';
