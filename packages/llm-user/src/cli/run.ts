import { IalpError, InvalidOptionError } from '@ialp/core';
import { Command, CommanderError } from 'commander';
import { cleanText } from '../text/clean-text.js';
import { addAsk } from './ask-command.js';
import { type CommandContext, UsageError } from './context.js';
import { addDistill } from './distill-command.js';
import { addExchange } from './exchange-commands.js';
import { addQueue } from './queue-command.js';
import { addStats } from './stats-command.js';
import { addTrust } from './trust-command.js';
import { addWork } from './work-command.js';

const EXIT = { done: 0, failed: 1, usage: 2, interrupted: 130 } as const;

/** Runs the command line and gives its exit code. Results go to stdout, everything else to stderr. */
export async function run(args: readonly string[]): Promise<number> {
  const interrupt = new AbortController();
  const onInterrupt = (): void => interrupt.abort();
  process.once('SIGINT', onInterrupt);
  let written = '';
  const collect = (text: string): void => {
    written += text;
  };
  const context: CommandContext = {
    signal: interrupt.signal,
    // What a model, a server or a catalogue says is printed to a terminal, which obeys escape sequences.
    print: (text) => void process.stdout.write(`${cleanText(text)}\n`),
    say: (text) => void process.stderr.write(`${cleanText(text)}\n`),
  };
  const program = new Command('ialp-llm-user')
    .description('Language models as users: ask one which items users would like, store its replies, and inspect them.')
    .addHelpText('after', '\nExit codes: 0 done, 1 failed, 2 wrong usage, 130 interrupted.')
    .showSuggestionAfterError()
    .exitOverride()
    .configureOutput({ writeOut: collect, writeErr: collect });
  for (const add of [addDistill, addWork, addQueue, addAsk, addTrust, addStats, addExchange]) add(program, context);
  try {
    await program.parseAsync(args, { from: 'user' });
    return EXIT.done;
  } catch (error) {
    if (error instanceof CommanderError && error.exitCode === 0) {
      context.print(written.trimEnd());
      return EXIT.done;
    }
    if (interrupt.signal.aborted) {
      context.say('\nInterrupted. Replies that were kept stay in the store; the same command goes on from there.');
      return EXIT.interrupted;
    }
    if (error instanceof CommanderError) {
      context.say(written.trim().replace(/^error: /, '') || 'See ialp-llm-user --help.');
      return EXIT.usage;
    }
    context.say(messageOf(error));
    return isUsage(error) ? EXIT.usage : EXIT.failed;
  } finally {
    process.off('SIGINT', onInterrupt);
  }
}

/** A value that no option can have is a mistake in the command line, wherever it was found. */
function isUsage(error: unknown): boolean {
  return error instanceof UsageError || InvalidOptionError.isInstance(error);
}

/** Errors that were foreseen say enough by themselves; of others the stack is worth more than silence, on request. */
function messageOf(error: unknown): string {
  const foreseen = error instanceof UsageError || IalpError.isInstance(error);
  if (foreseen || isFileError(error)) return (error as Error).message;
  if (process.env['IALP_DEBUG'] !== undefined && error instanceof Error) return error.stack ?? error.message;
  const message = error instanceof Error ? error.message : String(error);
  return `Unexpected failure: ${message}\nThis is a fault of ours; run again with IALP_DEBUG=1 for its stack and report it.`;
}

function isFileError(error: unknown): boolean {
  return error instanceof Error && 'syscall' in error;
}
