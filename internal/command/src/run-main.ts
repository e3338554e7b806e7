import { HelpRequested, OutputError, UsageError } from './errors.js';

/** Exit codes of every command. */
export const EXIT = { done: 0, failed: 1, usage: 2, interrupted: 130 } as const;

/** Options of `runMain`. */
export interface RunMainOptions {
  /** Whether an error was foreseen: its message says enough by itself. */
  readonly isForeseen: (error: unknown) => boolean;
  /** What is said when the command was interrupted. */
  readonly interrupted: () => string;
}

/**
 * Runs a command and gives its exit code. An interrupt aborts the signal; what fails is said in words on stderr, without a
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
    // What fails on the way may leave an unfinished progress bar on the line.
    process.stderr.write(`${usage ? '' : '\n'}${messageOf(error, options.isForeseen)}\n`);
    return usage ? EXIT.usage : EXIT.failed;
  } finally {
    process.off('SIGINT', onInterrupt);
  }
}

/** Errors that were foreseen say enough by themselves; of others the stack is worth more than silence, on request. */
function messageOf(error: unknown, isForeseen: (error: unknown) => boolean): string {
  if (error instanceof UsageError || error instanceof OutputError || isForeseen(error)) return (error as Error).message;
  if (process.env['IALP_DEBUG'] !== undefined && error instanceof Error) return error.stack ?? error.message;
  const message = error instanceof Error ? error.message : String(error);
  return `Unexpected failure: ${message}\nThis is a fault of ours; run again with IALP_DEBUG=1 for its stack and report it.`;
}

/** Prints a result. */
export function print(text: string): void {
  process.stdout.write(`${text}\n`);
}
