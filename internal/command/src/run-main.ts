import { HelpRequested, OutputError, UsageError } from './errors.js';

/** Exit codes of every command. */
export const EXIT = { done: 0, failed: 1, usage: 2, interrupted: 130 } as const;

/** Options of `runMain`. */
export interface RunMainOptions {
  /** Whether an error is expected, so that its message is sufficient. */
  readonly isExpected: (error: unknown) => boolean;
  /** Message after an interrupt. */
  readonly interrupted: () => string;
}

/**
 * Runs a command and returns its exit code. An interrupt aborts the signal; errors are printed on stderr without a
 * stack.
 */
export async function runMain(
  command: (signal: AbortSignal) => Promise<void>,
  options: RunMainOptions,
): Promise<number> {
  const interrupt = new AbortController();
  const onInterrupt = (): void => interrupt.abort();
  process.once('SIGINT', onInterrupt);
  try {
    await command(interrupt.signal);
    interrupt.signal.throwIfAborted();
    return EXIT.done;
  } catch (error) {
    if (error instanceof HelpRequested) {
      print(error.message);
      return EXIT.done;
    }
    if (interrupt.signal.aborted) {
      process.stderr.write(`\n${options.interrupted()}\n`);
      return EXIT.interrupted;
    }
    const usage = error instanceof UsageError;
    // A failure may leave an unfinished progress bar on the line.
    process.stderr.write(`${usage ? '' : '\n'}${messageOf(error, options.isExpected)}\n`);
    return usage ? EXIT.usage : EXIT.failed;
  } finally {
    process.off('SIGINT', onInterrupt);
  }
}

/** Expected errors print their message; others print their stack on request. */
function messageOf(error: unknown, isExpected: (error: unknown) => boolean): string {
  if (error instanceof UsageError || error instanceof OutputError || isExpected(error)) return (error as Error).message;
  if (process.env['IALP_DEBUG'] !== undefined && error instanceof Error) return error.stack ?? error.message;
  const message = error instanceof Error ? error.message : String(error);
  return `Unexpected failure: ${message}\nThis is a bug. Run again with IALP_DEBUG=1 to see the stack, and report it.`;
}

/** Prints a result. */
export function print(text: string): void {
  process.stdout.write(`${text}\n`);
}
