import { type Command, CommanderError, InvalidArgumentError } from 'commander';
import { HelpRequested, UsageError } from './errors.js';

/**
 * Reads the arguments of a command and returns its options. Nothing is printed: errors and help are thrown.
 * @param command the command with its options; its name is how users call it, such as `npm run study --`.
 * @param check further checks, which may call `command.error`.
 * @throws {UsageError} for an unknown option or a value out of range; {HelpRequested} for `--help`.
 */
export function parseCommandLine(
  command: Command,
  args: readonly string[],
  check?: () => void,
): Record<string, unknown> {
  let written = '';
  const collect = (text: string): void => {
    written += text;
  };
  command
    .helpOption('--help', 'show this help')
    .addHelpText('after', '\nExit codes: 0 done, 1 failed, 2 wrong usage, 130 interrupted.')
    .allowExcessArguments(false)
    .showSuggestionAfterError()
    .exitOverride()
    .configureOutput({ writeOut: collect, writeErr: collect });
  try {
    command.parse(args, { from: 'user' });
    check?.();
  } catch (error) {
    if (!(error instanceof CommanderError)) throw error;
    if (error.exitCode === 0) throw new HelpRequested(written.trimEnd());
    throw new UsageError(`${written.trim().replace(/^error: /, '')}\nSee ${command.name()} --help.`);
  }
  return command.opts();
}

/** Parses an option that is a whole number in a range, both ends included. */
export function wholeNumber(least: number, greatest: number): (text: string) => number {
  return (text) => {
    const value = Number(text);
    if (/^[+-]?\d+$/.test(text.trim()) && value >= least && value <= greatest) return value;
    throw new InvalidArgumentError(`Expected a whole number from ${least} to ${greatest}.`);
  };
}
