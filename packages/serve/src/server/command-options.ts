import { createRequire } from 'node:module';
import { Command, CommanderError, InvalidArgumentError } from 'commander';
import { UsageError } from './usage-error.js';

/** Options of the command line. */
export interface CommandOptions {
  readonly catalogue?: string;
  readonly state: string;
  readonly port: number;
  readonly host: string;
  readonly pretrained?: string;
  readonly config?: string;
  readonly nats?: string;
  readonly learn: 'here' | 'elsewhere' | 'only';
  readonly seed?: number;
  readonly capacity?: number;
  readonly log: 'silent' | 'error' | 'info' | 'debug';
}

/** The text that `--help` or `--version` asks for. */
export class HelpRequested extends Error {}

function wholeNumber(least: number, greatest: number): (text: string) => number {
  return (text) => {
    const value = Number(text);
    if (/^\d+$/.test(text.trim()) && value >= least && value <= greatest) return value;
    throw new InvalidArgumentError(`Expected a whole number from ${least} to ${greatest}.`);
  };
}

function oneOf<Word extends string>(...words: readonly Word[]): (text: string) => Word {
  return (text) => {
    if ((words as readonly string[]).includes(text)) return text as Word;
    throw new InvalidArgumentError(`Expected ${words.join(', ')}.`);
  };
}

/** Reads the command line. @throws {UsageError} {HelpRequested} */
export function readCommandLine(args: readonly string[]): CommandOptions {
  let written = '';
  const collect = (text: string): void => {
    written += text;
  };
  const command = new Command('ialp-serve')
    .description(
      'Serves recommendations over HTTP and learns from feedback. Without options: the films of the quickstart, pre-trained with the ' +
        'embedded encoder, with a storefront at / and a dashboard at /dashboard.',
    )
    .option('--catalogue <file>', 'CSV file with the columns id, title, text and any attributes (default: films)')
    .option('--state <folder>', 'where events, weights and the setup are stored', 'ialp-state')
    .option('--port <number>', '0 for a free port', wholeNumber(0, 65_535), 8_080)
    .option('--host <address>', 'address to listen on; others than loopback addresses need tokens', '127.0.0.1')
    .option('--pretrained <file>', 'weights of a pre-trained policy, from saveWeights of @ialp/policy/weights-file')
    .option('--config <file>', 'JSON or a JavaScript module: tokens, limits, rules, learning, a learner of your own')
    .option('--nats <url>', 'store events and weights on NATS JetStream, to serve from several machines')
    .option(
      '--learn <where>',
      'here, elsewhere (only decide), or only (do not serve)',
      oneOf('here', 'elsewhere', 'only'),
      'here',
    )
    .option(
      '--seed <number>',
      'seeds the weights of a deployment that begins (default: 1)',
      wholeNumber(0, 2 ** 32 - 1),
    )
    .option(
      '--capacity <items>',
      'most items, those that come later included (default: half as many again, at least 256 more)',
      wholeNumber(1, 10_000_000),
    )
    .option('--log <level>', 'silent, error, info or debug', oneOf('silent', 'error', 'info', 'debug'), 'error')
    .option('--version', 'show the version')
    .helpOption('--help', 'show this help')
    .addHelpText('after', '\nExit codes: 0 done, 1 failed, 2 wrong usage, 130 interrupted.')
    .allowExcessArguments(false)
    .showSuggestionAfterError()
    .exitOverride()
    .configureOutput({ writeOut: collect, writeErr: collect });
  try {
    command.parse(args, { from: 'user' });
  } catch (error) {
    if (!(error instanceof CommanderError)) throw error;
    if (error.exitCode === 0) throw new HelpRequested(written.trimEnd());
    throw new UsageError(`${written.trim().replace(/^error: /, '')}\nSee ialp-serve --help.`);
  }
  const { version, ...options } = command.opts<CommandOptions & { readonly version?: true }>();
  if (version) throw new HelpRequested(ownVersion());
  return options;
}

function ownVersion(): string {
  return createRequire(import.meta.url)('@ialp/serve/package.json').version;
}
