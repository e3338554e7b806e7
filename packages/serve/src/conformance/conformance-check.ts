import { setTimeout as sleep } from 'node:timers/promises';
import { type ErrorRecognizer, show } from '@ialp/core';
import { type AsyncConformanceCheck, ConformanceError, checkRule } from '@ialp/core/testing';

/** How long a suite waits for what should happen soon, unless the caller says otherwise. Far more than any implementation takes. */
export const PATIENCE_MS = 10_000;

/** A rule and how it is checked. An error of a call within the rules is a violation, too. */
export function check(name: string, run: () => Promise<void>): AsyncConformanceCheck {
  return {
    name,
    async run() {
      try {
        await run();
      } catch (error) {
        if (ConformanceError.isInstance(error)) throw error;
        const message = error instanceof Error ? error.message : String(error);
        throw new ConformanceError(`a call within the rules was refused: ${message}`, { cause: error });
      }
    },
  };
}

/** Checks that two values are the same plain data. */
export function checkSame(found: unknown, expected: unknown, what: string): void {
  const [a, b] = [found, expected].map(canonical);
  checkRule(a === b, `${what}: expected ${shortened(b)}; found ${shortened(a)}`);
}

/** Checks that a call rejects, or throws, with an error of a class. */
export async function checkRejects<E extends Error>(
  call: () => unknown,
  type: { readonly isInstance: ErrorRecognizer<E>; readonly name: string },
  what: string,
): Promise<void> {
  try {
    await call();
  } catch (error) {
    checkRule(type.isInstance(error), `${what}: expected a ${type.name}; found ${String(error)}`);
    return;
  }
  throw new ConformanceError(`${what}: expected a ${type.name}; found none`);
}

/** Waits until something is true. */
export async function checkSoon(isTrue: () => boolean, what: string, patienceMs: number): Promise<void> {
  const deadline = performance.now() + patienceMs;
  while (!isTrue()) {
    checkRule(performance.now() < deadline, `${what}: expected it soon; it did not happen within ${patienceMs} ms`);
    await sleep(2);
  }
}

/** Waits for a promise, but not for ever. */
export async function settled<T>(promise: Promise<T>, what: string, patienceMs: number): Promise<T> {
  let isSettled = false;
  const settle = (): void => {
    isSettled = true;
  };
  promise.then(settle, settle);
  await checkSoon(() => isSettled, what, patienceMs);
  return promise;
}

/** JSON with the fields in order. */
function canonical(value: unknown): string {
  return String(
    JSON.stringify(value, (_, part) =>
      typeof part === 'object' && part !== null && !Array.isArray(part)
        ? Object.fromEntries(Object.entries(part).sort(([a], [b]) => (a < b ? -1 : 1)))
        : part,
    ),
  );
}

function shortened(text: string): string {
  return text.length <= 200 ? text : show(text);
}
