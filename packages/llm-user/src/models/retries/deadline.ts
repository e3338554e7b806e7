import { type Clock, SYSTEM_CLOCK } from '@ialp/core/retry';

/**
 * Runs a call for so long at most. It ends when the call does, when the time is up, or when the signal is aborted, whichever
 * comes first: the call may be deaf to its signal. Nothing of it stays behind (of `AbortSignal.timeout` and
 * `AbortSignal.any` something would until the time is up: a hundred thousand timers at a thousand calls a second).
 * @param late makes the error that is thrown when the time is up.
 * @throws what the call throws, or `late()`, or the signal's reason.
 */
export async function withinTime<T>(
  milliseconds: number,
  signal: AbortSignal | undefined,
  late: () => Error,
  call: (ended: AbortSignal) => Promise<T>,
  clock: Clock = SYSTEM_CLOCK,
): Promise<T> {
  signal?.throwIfAborted();
  const controller = new AbortController();
  let onAbort = (): void => {};
  let cancel = (): void => {};
  const ended = new Promise<never>((_, reject) => {
    const end = (reason: unknown): void => {
      reject(reason);
      controller.abort(reason);
    };
    onAbort = () => end(signal?.reason);
    signal?.addEventListener('abort', onAbort, { once: true });
    cancel = clock.schedule(() => end(late()), milliseconds);
  });
  try {
    return await Promise.race([call(controller.signal), ended]);
  } finally {
    cancel();
    signal?.removeEventListener('abort', onAbort);
  }
}
