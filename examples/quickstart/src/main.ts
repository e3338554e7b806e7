import { EnvError } from '@ialp/env';
import { LlmUserError } from '@ialp/llm-user';
import { PolicyError } from '@ialp/policy';
import { planOf } from './dry-run.js';
import { LanguageModelFailure, UsageError } from './errors.js';
import { ENCODER } from './language-model.js';
import { HelpRequested, type Options, parseOptions } from './options.js';
import { OutputError, prepareOutput, writeOutput } from './output.js';
import { createProgress } from './progress.js';
import { quickstart } from './quickstart.js';
import { formatTable } from './table.js';

const EXIT = { done: 0, failed: 1, usage: 2, interrupted: 130 } as const;

/** Runs the command line and gives its exit code. Results go to stdout, everything else to stderr. */
export async function run(args: readonly string[]): Promise<number> {
  const interrupt = new AbortController();
  const onInterrupt = (): void => interrupt.abort();
  process.once('SIGINT', onInterrupt);
  let options: Options | undefined;
  try {
    options = parseOptions(args);
    if (options.dryRun) {
      print(await planOf(options));
      return EXIT.done;
    }
    await prepareOutput(options.out);
    const results = await quickstart(options, createProgress(process.stderr), interrupt.signal);
    interrupt.signal.throwIfAborted();
    const files = await writeOutput(options.out, results);
    if (options.json) print(JSON.stringify(results, null, 2));
    else
      print(
        `\n${formatTable(results.methods)}\n\n${results.findings.join('\n')}\n\nWritten: ${files.json}, ${files.html}`,
      );
    return EXIT.done;
  } catch (error) {
    if (error instanceof HelpRequested) {
      print(error.message);
      return EXIT.done;
    }
    if (interrupt.signal.aborted) {
      const kept =
        options === undefined || options.llm === ENCODER ? '' : ' but the replies of the language model, which stay';
      process.stderr.write(`\nInterrupted; nothing was written${kept}.\n`);
      return EXIT.interrupted;
    }
    const usage = error instanceof UsageError;
    // What fails on the way may leave an unfinished progress bar on the line.
    process.stderr.write(`${usage ? '' : '\n'}${messageOf(error)}\n`);
    return usage ? EXIT.usage : EXIT.failed;
  } finally {
    process.off('SIGINT', onInterrupt);
  }
}

/** Errors that were foreseen say enough by themselves; of others the stack is worth more than silence, on request. */
function messageOf(error: unknown): string {
  const foreseen =
    error instanceof UsageError ||
    error instanceof OutputError ||
    error instanceof LanguageModelFailure ||
    [EnvError, LlmUserError, PolicyError].some((type) => type.isInstance(error));
  if (foreseen) return (error as Error).message;
  if (process.env['IALP_DEBUG'] !== undefined && error instanceof Error) return error.stack ?? error.message;
  const message = error instanceof Error ? error.message : String(error);
  return `Unexpected failure: ${message}\nThis is a fault of ours; run again with IALP_DEBUG=1 for its stack and report it.`;
}

function print(text: string): void {
  process.stdout.write(`${text}\n`);
}
