/** Retries: what `@ialp/llm-user/retries` publishes. */
export { type Clock, SYSTEM_CLOCK } from '@ialp/core/retry';
export { type RetryOptions, withRetries } from './retrying-model.js';
