import { existsSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { parseCommandLine, UsageError, wholeNumber } from '@ialp/command';
import { EMBEDDINGS_FLAG } from '@ialp/command/embeddings';
import { type KernelsFlag, kernelsOption } from '@ialp/command/kernels';
import { Command, InvalidArgumentError, Option } from 'commander';
import { METHODS } from './methods.js';
import { ABLATIONS, MAIN_METHODS } from './parts.js';
import { ENVIRONMENTS, type EnvironmentName, PAPER } from './world.js';

/** Options of the command line. */
export interface Options {
  readonly data: string;
  readonly environments: readonly EnvironmentName[];
  readonly methods: readonly string[];
  readonly ablations: readonly string[];
  readonly seeds: number;
  readonly ablationSeeds: number;
  readonly interactions: number;
  /** Interactions of each pre-training, if fewer than in the settings. */
  readonly pretrainingInteractions?: number;
  /** Your own methods: the module of each, by name. */
  readonly modules: Readonly<Record<string, string>>;
  /** The file of item embeddings, or `none`; undefined is the default file. */
  readonly embeddings?: string;
  readonly kernels: KernelsFlag;
  readonly out: string;
  readonly threads?: number;
  readonly tune: boolean;
  readonly quick: boolean;
  readonly json: boolean;
  readonly dryRun: boolean;
  /** Address of a NATS server whose queue has the jobs. */
  readonly queue?: string;
  readonly queueName: string;
  /** Whether to do the jobs of the queue instead of submitting them. */
  readonly worker: boolean;
  /** Seconds of silence after which a worker counts as dead. */
  readonly ackWait?: number;
}

/** Options of `--quick`: a short study that checks that everything works. */
const QUICK = {
  ...{ seeds: 2, ablationSeeds: 1, interactions: 19_200, pretrainingInteractions: 38_400 },
  ablations: ['language-model'],
};
const FULL = { seeds: 5, ablationSeeds: 5, interactions: 128_000, ablations: Object.keys(ABLATIONS) };

/** Where each data set is from. */
const fetched = (name: string): string =>
  `downloadDataset('${name}', { accept: acceptOnTerminal() }) of @ialp/env/download downloads it.`;
const SOURCES: Readonly<Record<EnvironmentName, string>> = {
  coat: fetched('coat'),
  lastfm: fetched('lastfm'),
  movielens: fetched('movielens-100k'),
  'amazon-industrial':
    'Download it by hand: the folder data/Amazon of https://github.com/AkaliKong/MiniOneRec, as amazon-industrial/Amazon.',
};

/** Default folder of the data sets, next to the repository. */
const BESIDE = fileURLToPath(new URL('../../../../shared/data', import.meta.url));

/**
 * Reads the command line.
 * @throws {UsageError} for a flag that does not exist or a value out of range; {HelpRequested} for `--help`.
 */
export function parseOptions(args: readonly string[]): Options {
  const command = new Command('npm run study --')
    .description("Tests the paper's claims: methods, language models, gates and more, on three environments.")
    .option('--data <folder>', 'folder with one folder per data set (default: ../shared/data)')
    .addOption(
      new Option('--environments <names>', `environments, separated by commas: ${Object.keys(ENVIRONMENTS).join(', ')}`)
        .argParser(listOf(ENVIRONMENTS))
        .default([...PAPER], PAPER.join(',')),
    )
    .option('--methods <names>', 'methods of the main comparison, separated by commas (default: all)', listOf(METHODS))
    .option('--method <name=module>', 'your own method: a module that exports `method`; repeatable', ownMethod)
    .option(
      '--ablations <names>',
      `ablations, separated by commas, or none (default: all): ${Object.keys(ABLATIONS).join(', ')}`,
      ablations,
    )
    .option('--seeds <number>', `runs of each method (default: ${FULL.seeds})`, wholeNumber(1, 1000))
    .option('--interactions <number>', `items shown in each run (default: ${FULL.interactions})`, wholeNumber(640, 1e9))
    .option(...EMBEDDINGS_FLAG)
    .addOption(kernelsOption('auto, with --queue portable'))
    .option('--out <folder>', 'output folder for results and finished runs', 'study-out')
    .option('--threads <number>', 'worker threads (default: one per core)', wholeNumber(1, 256))
    .option('--quick', 'few seeds, short pre-training and short runs, to check that everything works', false)
    .option('--tune', 'only tune the hyper-parameters, on users that the results do not use', false)
    .option('--queue <url>', 'let workers do the runs: address of a NATS server, nats://host:4222')
    .option('--queue-name <name>', 'name of the queue', 'study')
    .option('--worker', 'do the runs of studies with the same --queue, until interrupted', false)
    .option(
      '--ack-wait <seconds>',
      'silence after which a worker counts as dead and its runs are given to others (default of a new queue: 30)',
      wholeNumber(1, 1e6),
    )
    .option('--json', 'print only the results as JSON on stdout', false)
    .option('--dry-run', 'describe the study and its cost without running it', false)
    .addHelpText('after', `\nMethods:\n${methodList()}`);
  const {
    data,
    methods,
    kernels,
    method = {},
    ...given
  } = parseCommandLine(command, args, () => checkQueue(command)) as ReturnType<Command['opts']>;
  const environments: EnvironmentName[] = given['environments'];
  return {
    ...(given['quick'] ? QUICK : FULL),
    ...(given as Omit<Options, 'data' | 'methods' | 'modules' | 'ablationSeeds'>),
    data: checkData(data, environments),
    // Other machines may have other kernels.
    kernels: kernels ?? (given['queue'] === undefined ? 'auto' : 'portable'),
    methods: [...(methods ?? MAIN_METHODS), ...Object.keys(method)],
    modules: method,
  };
}

function checkQueue(command: Command): void {
  const { queue, worker, tune, dryRun } = command.opts();
  const isGiven = (name: string): boolean => command.getOptionValueSource(name) === 'cli';
  const alone = ['worker', 'queueName', 'ackWait'].find((name) => isGiven(name));
  if (queue === undefined && alone !== undefined)
    command.error(`error: --${alone.replace(/[A-Z]/, (letter) => `-${letter.toLowerCase()}`)} requires --queue`);
  if (worker && (tune || dryRun))
    command.error('error: --worker does what studies submit; leave --tune and --dry-run to them');
  if (worker && isGiven('kernels'))
    command.error('error: --worker runs on the kernels that studies name; leave --kernels to them');
}

/** The folder of the data sets. @throws {UsageError} if the data set of an environment is missing. */
function checkData(given: string | undefined, environments: readonly EnvironmentName[]): string {
  const folder = resolve(given ?? BESIDE);
  for (const name of environments) {
    const path = join(folder, ENVIRONMENTS[name]);
    if (existsSync(path)) continue;
    throw new UsageError(
      `--data ${given ?? '(not given)'}: the environment ${name} needs ${path}, which does not exist. ` +
        `Use a folder with one folder per data set. ${SOURCES[name]}`,
    );
  }
  return folder;
}

/** Parses names separated by commas; names of methods may contain commas followed by a space. */
function listOf(known: object): (text: string) => string[] {
  return (text) => {
    const names = text.split(/,(?! )/).map((name) => name.trim());
    const unknown = names.find((name) => !Object.hasOwn(known, name));
    if (unknown === undefined) return names;
    throw new InvalidArgumentError(`Unknown name ${JSON.stringify(unknown)}. Names: ${Object.keys(known).join('; ')}.`);
  };
}

function ablations(text: string): string[] {
  return text === 'none' ? [] : listOf(ABLATIONS)(text);
}

function ownMethod(text: string, found: Record<string, string> = {}): Record<string, string> {
  const [name, path] = [text.slice(0, text.indexOf('=')), text.slice(text.indexOf('=') + 1)];
  if (!text.includes('=') || name === '' || path === '') {
    throw new InvalidArgumentError('Expected a name and the path of a module: mine=./mine.js.');
  }
  if (Object.hasOwn(METHODS, name)) throw new InvalidArgumentError(`The method ${name} already exists.`);
  if (!existsSync(path)) throw new InvalidArgumentError(`The file ${path} does not exist.`);
  return { ...found, [name]: pathToFileURL(resolve(path)).href };
}

function methodList(): string {
  return Object.entries(METHODS)
    .map(([name, { description }]) => `  ${name.padEnd(26)} ${description}`)
    .join('\n');
}
