/** Back-off, and waiting with a clock that a test can replace: what `@ialp/core/retry` publishes. */
export { type BackOff, backOff, wait } from './back-off.js';
export { type Clock, SYSTEM_CLOCK } from './clock.js';
export { retryAfterMs } from './retry-after.js';
