import { HelpRequested, UsageError } from '@ialp/command';
import { EMBEDDINGS_FLAG } from '@ialp/command/embeddings';
import { MODEL_SPECS } from '@ialp/llm-user/model-spec';
import { Command, CommanderError, InvalidArgumentError } from 'commander';
import { ENCODER } from './language-model.js';
import { METHOD_NAMES, METHODS, type MethodName } from './methods.js';
import { SETTINGS } from './settings.js';

/** What the user asked for. */
export interface Options {
  readonly data?: string;
  readonly seeds: number;
  readonly interactions: number;
  /** Interactions with language-model users, for each seed. */
  readonly pretraining: number;
  readonly methods: readonly MethodName[];
  readonly llm: string;
  readonly concurrency: number;
  /** Questions to a generative model, where they are not as many as the settings say. */
  readonly questions?: number;
  /** Seconds for a try at a call. */
  readonly timeout: number;
  /** The file of item embeddings, or `none`; undefined is the default file. */
  readonly embeddings?: string;
  readonly out: string;
  readonly seed: number;
  readonly json: boolean;
  readonly dryRun: boolean;
}

const DEFAULT_INTERACTIONS = 300_000;

/**
 * Reads the command line.
 * @throws {UsageError} for a flag that does not exist or a value out of range; {HelpRequested} for `--help`.
 */
export function parseOptions(args: readonly string[]): Options {
  let written = '';
  const collect = (text: string): void => {
    written += text;
  };
  const command = new Command('npm run quickstart --')
    .description(
      'From a catalogue to a recommendation policy that has adapted online: distil, pre-train, deploy, compare.',
    )
    .option('--data <folder>', 'folder with MovieLens 100K or Coat, recognised by their files (default: films)')
    .option('--seeds <number>', 'deployments of each method', integer(1, 1000), 3)
    .option(
      '--interactions <number>',
      `items shown in each deployment, over ${SETTINGS.sessions} sessions at once`,
      integer(SETTINGS.sessions, 1e9),
      DEFAULT_INTERACTIONS,
    )
    .option(
      '--pretraining <number>',
      'interactions with language-model users, for each seed; fewer are quicker and teach less',
      integer(SETTINGS.sessions, 1e9),
      SETTINGS.pretraining,
    )
    .option(
      '--methods <names>',
      `which to compare, separated by commas (default: ${METHOD_NAMES.join(',')})`,
      methodNames,
    )
    .option(
      '--llm <model>',
      `language model that plays the users: encoder, ${MODEL_SPECS.join(', ')}`,
      llmName,
      ENCODER,
    )
    .option('--concurrency <number>', 'questions to it at once', integer(1, 10_000), 4)
    .option(
      '--questions <number>',
      `to a generative model (default: ${SETTINGS.generative.states}); fewer teach less`,
      integer(2, SETTINGS.states),
    )
    .option('--timeout <seconds>', 'for a try at a question; raise it if the model is slow', integer(1, 86_400), 120)
    .option(...EMBEDDINGS_FLAG)
    .option('--out <folder>', 'where results.json and report.html are written', 'ialp-out')
    .option('--seed <number>', 'the seed of everything: the same one gives the same results', integer(0, 2 ** 31), 1)
    .option('--json', 'print the results as JSON on stdout, and nothing else there', false)
    .option('--dry-run', 'say what would be done and what it costs, and do nothing', false)
    .helpOption('--help', 'this text')
    .addHelpText(
      'after',
      `\nMethods:\n${methodList()}\n\nExit codes: 0 done, 1 failed, 2 wrong usage, 130 interrupted.`,
    )
    .allowExcessArguments(false)
    .showSuggestionAfterError()
    .exitOverride()
    .configureOutput({ writeOut: collect, writeErr: collect });
  try {
    command.parse(args, { from: 'user' });
  } catch (error) {
    if (!(error instanceof CommanderError)) throw error;
    if (error.exitCode === 0) throw new HelpRequested(written.trimEnd());
    throw new UsageError(`${written.trim().replace(/^error: /, '')}\nSee npm run quickstart -- --help.`);
  }
  const { methods = METHOD_NAMES, ...options } = command.opts<Omit<Options, 'methods'> & { methods?: MethodName[] }>();
  return { methods, ...options };
}

function integer(least: number, greatest: number): (text: string) => number {
  return (text) => {
    const value = Number(text);
    if (/^[+-]?\d+$/.test(text.trim()) && value >= least && value <= greatest) return value;
    throw new InvalidArgumentError(`Expected a whole number from ${least} to ${greatest}.`);
  };
}

function llmName(text: string): string {
  const isKnown = MODEL_SPECS.some((spec) => {
    const kind = spec.slice(0, spec.indexOf(':') + 1);
    return text.startsWith(kind) && text.length > kind.length;
  });
  if (text === ENCODER || isKnown) return text;
  throw new InvalidArgumentError(`Expected ${ENCODER}, ${MODEL_SPECS.join(', ')}.`);
}

function methodNames(text: string): MethodName[] {
  const names = text.split(',').map((name) => name.trim());
  const unknown = names.find((name) => !Object.hasOwn(METHODS, name));
  if (unknown !== undefined) {
    throw new InvalidArgumentError(
      `There is no method ${JSON.stringify(unknown)}. Choose from ${METHOD_NAMES.join(', ')}.`,
    );
  }
  return METHOD_NAMES.filter((name) => names.includes(name));
}

function methodList(): string {
  return METHOD_NAMES.map((name) => `  ${name.padEnd(12)} ${METHODS[name]}`).join('\n');
}
