/** Back-off, and waiting with a clock that a test can replace: what `@ialp/core/retry` publishes. */
export { type BackOff, backOff, wait } from './retry/back-off.js';
export { type Clock, SYSTEM_CLOCK } from './retry/clock.js';
export { retryAfterSeconds } from './retry/retry-after.js';
