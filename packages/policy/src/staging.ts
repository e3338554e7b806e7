/**
 * A change that is prepared in steps, between which other work can be done, and then made at once. Each `next()` does one step, of about a
 * millisecond at most; the value returned at the end is the function that makes the change. Nothing changes before it is called, and nothing at all
 * if a step throws, or the staging is abandoned. What the change is made of must not be modified until then.
 *
 * ```ts
 * let step = staging.next();
 * for (; !step.done; step = staging.next()) await setImmediate(); // of node:timers/promises: requests are answered in between
 * step.value();
 * ```
 */
export type Staging = Generator<void, () => void, void>;
