import { parseCommandLine, wholeNumber } from '@ialp/command';
import { EMBEDDINGS_FLAG } from '@ialp/command/embeddings';
import { type KernelsFlag, kernelsOption } from '@ialp/command/kernels';
import { MODEL_SPECS } from '@ialp/llm-user/model-spec';
import { Command, InvalidArgumentError } from 'commander';
import { ENCODER } from './language-model.js';
import { METHOD_NAMES, METHODS, type MethodName } from './methods.js';
import { SETTINGS } from './settings.js';

/** Options of the command line. */
export interface Options {
  readonly data?: string;
  readonly seeds: number;
  readonly interactions: number;
  /** Pre-training interactions with language-model users, per seed. */
  readonly pretraining: number;
  readonly methods: readonly MethodName[];
  readonly llm: string;
  readonly concurrency: number;
  /** Number of questions to a generative model; undefined is the default of the settings. */
  readonly questions?: number;
  /** Time limit of one attempt in seconds. */
  readonly timeout: number;
  /** The file of item embeddings, or `none`; undefined is the default file. */
  readonly embeddings?: string;
  readonly kernels: KernelsFlag;
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
  const command = new Command('npm run quickstart --')
    .description('From a catalogue to a recommendation policy: collect preferences, pre-train, deploy, compare.')
    .option('--data <folder>', 'folder with MovieLens 100K or Coat, recognised by their files (default: films)')
    .option('--seeds <number>', 'number of seeds; every method is deployed once per seed', wholeNumber(1, 1000), 3)
    .option(
      '--interactions <number>',
      `interactions per deployment, in ${SETTINGS.sessions} parallel sessions`,
      wholeNumber(SETTINGS.sessions, 1e9),
      DEFAULT_INTERACTIONS,
    )
    .option(
      '--pretraining <number>',
      'pre-training interactions with language-model users per seed; fewer are faster but teach less',
      wholeNumber(SETTINGS.sessions, 1e9),
      SETTINGS.pretraining,
    )
    .option(
      '--methods <names>',
      `methods to compare, separated by commas (default: ${METHOD_NAMES.join(',')})`,
      methodNames,
    )
    .option(
      '--llm <model>',
      `language model that plays the users: encoder, ${MODEL_SPECS.join(', ')}`,
      llmName,
      ENCODER,
    )
    .option('--concurrency <number>', 'parallel questions to the language model', wholeNumber(1, 10_000), 4)
    .option(
      '--questions <number>',
      `number of questions to a generative model (default: ${SETTINGS.generative.states}); fewer teach less`,
      wholeNumber(2, SETTINGS.states),
    )
    .option(
      '--timeout <seconds>',
      'time limit of one attempt at a question; raise it if the model is slow',
      wholeNumber(1, 86_400),
      120,
    )
    .option(...EMBEDDINGS_FLAG)
    .addOption(kernelsOption('portable'))
    .option('--out <folder>', 'output folder for results.json and report.html', 'ialp-out')
    .option('--seed <number>', 'first seed; the same seed gives the same results', wholeNumber(0, 2 ** 31), 1)
    .option('--json', 'print only the results as JSON on stdout', false)
    .option('--dry-run', 'describe the run and its cost without running it', false)
    .addHelpText('after', `\nMethods:\n${methodList()}`);
  const given = parseCommandLine(command, args) as unknown as Omit<Options, 'methods' | 'kernels'> & {
    methods?: MethodName[];
    kernels?: KernelsFlag;
  };
  const { methods = METHOD_NAMES, kernels = 'portable', ...options } = given;
  return { methods, kernels, ...options };
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
    throw new InvalidArgumentError(`Unknown method ${JSON.stringify(unknown)}. Methods: ${METHOD_NAMES.join(', ')}.`);
  }
  return METHOD_NAMES.filter((name) => names.includes(name));
}

function methodList(): string {
  return METHOD_NAMES.map((name) => `  ${name.padEnd(12)} ${METHODS[name]}`).join('\n');
}
