import {
  type Catalogue,
  createRandom,
  type FileFault,
  IalpError,
  MissingPackageError,
  type Random,
  type Ratings,
} from '@ialp/core';
import { type Command, Option } from 'commander';
import type { LanguageModel } from '../language-model.js';
import { createModelFromSpec, MODEL_SPECS } from '../models/model-spec.js';
import type { PreferenceSource, UserState } from '../preference-source.js';
import { sampleCatalogueStates } from '../preferences/catalogue-states.js';
import { sampleLoggedStates } from '../preferences/logged-states.js';
import { createGradedSource } from '../sources/graded-source.js';
import { createListwiseSource } from '../sources/listwise-source.js';
import { createPointwiseSource } from '../sources/pointwise-source.js';
import { createProbabilitySource } from '../sources/probability-source.js';
import { UsageError } from './context.js';
import { amount, integer, pair, seconds } from './numbers.js';

const KINDS = {
  listwise: createListwiseSource,
  pointwise: createPointwiseSource,
  graded: createGradedSource,
  probability: createProbabilitySource,
} as const;

/** Options that these commands require. */
const REQUIRED = ['--catalog', '--model'];

/** Options that determine a model. */
export interface ModelOptions {
  readonly model: string;
  readonly temperature: number;
  readonly maxReply: number;
  readonly timeout: number;
}

/** Options that determine catalogue, users, model and source. */
export interface InputOptions extends ModelOptions {
  readonly catalog: string;
  readonly attributes?: string;
  readonly prior?: string;
  readonly separator: string;
  readonly interactions?: string;
  readonly likedFrom: number;
  readonly scale: readonly [number, number];
  readonly kind: string;
  readonly seed: number;
}

/** Adds the options of a model to a command. */
export function addModelOptions(command: Command): Command {
  return command
    .option('--model <model>', `model to ask: ${MODEL_SPECS.join(', ')}`)
    .option('--temperature <number>', 'sampling temperature of the model', amount, 0)
    .option('--max-reply <tokens>', 'token limit of a reply', integer(1, 1e6), 1024)
    .option('--timeout <seconds>', 'time limit of an attempt; raise it if the model is slow', seconds, 120)
    .hook('preAction', (_, action) => checkGiven(action));
}

/** Adds all of them to a command. */
export function addInputOptions(command: Command): Command {
  return addModelOptions(
    command.option('--catalog <file>', 'items: CSV or JSON lines with the columns id and title, and optionally text'),
  )
    .option('--attributes <columns>', 'attribute columns of the items, separated by commas')
    .option('--prior <column>', 'popularity column of the items')
    .option('--interactions <file>', 'log: CSV or JSON lines with the columns user, item, value, and optionally time')
    .option('--separator <text>', 'separator of CSV files', ',')
    .addOption(
      new Option('--scale <least,greatest>', 'scale of the values of the interactions')
        .argParser(pair)
        .default([1, 5] as const, '1,5'),
    )
    .option('--liked-from <value>', 'values of at least this count as liked', amount, 4)
    .option('--kind <kind>', `kind of question: ${Object.keys(KINDS).join(', ')}`, 'listwise')
    .option('--seed <number>', 'seed of users, candidates and requests', integer(0, 2 ** 32 - 1), 1);
}

/** Refuses a command without its inputs. After commander has refused unknown options: one may be a misspelling of these. */
function checkGiven(action: Command): void {
  const given = action.opts();
  // Before a queue, the workers have the model.
  const isNeeded = (long: string): boolean =>
    REQUIRED.includes(long) && !(long === '--model' && action.name() === 'distill' && given['queue'] !== undefined);
  const missing = action.options.find(({ long }) => isNeeded(long ?? '') && given[long!.slice(2)] === undefined);
  if (missing !== undefined) action.error(`error: required option '${missing.flags}' not specified`);
}

/** What the options stand for. */
export interface Inputs {
  readonly catalogue: Catalogue;
  readonly model: LanguageModel;
  readonly source: PreferenceSource;
  readonly random: Random;
  /** The interactions, if given. */
  readonly ratings?: Ratings;
  /** States to ask about: from the interactions if there are any, otherwise made from the catalogue. */
  drawStates(count: number): UserState[];
}

/** Creates the model that the options name. */
export function createModel({ model, temperature, maxReply, timeout }: ModelOptions): Promise<LanguageModel> {
  return createModelFromSpec(model, { temperature, maxTokens: maxReply, timeoutMs: 1000 * timeout });
}

/**
 * Reads the files and creates the model.
 * @param given the model, where the options do not name one.
 */
export async function readInputs(options: InputOptions, given?: LanguageModel): Promise<Inputs> {
  const { kind, likedFrom, scale, seed, interactions, separator } = options;
  if (!Object.hasOwn(KINDS, kind)) throw new UsageError(`--kind ${kind}: expected ${Object.keys(KINDS).join(', ')}.`);
  const { readItemTable, readTables } = await loadReaders();
  const attributes = options.attributes?.split(',').map((name) => name.trim()) ?? [];
  const columns = { attributes, ...(options.prior !== undefined && { prior: options.prior }) };
  const random = createRandom(seed);
  const model = given ?? (await createModel(options));
  const log =
    interactions === undefined
      ? undefined
      : await withOwnAdvice(
          readTables('.', { items: options.catalog, interactions, scale, separator, columns: { items: columns } }),
        );
  const catalogue = log?.catalogue ?? (await withOwnAdvice(readItemTable(options.catalog, { separator, columns })));
  const source = KINDS[kind as keyof typeof KINDS]({ model, catalogue, seed });
  const drawStates = (count: number): UserState[] =>
    log === undefined
      ? sampleCatalogueStates({ catalogue, count, random: random.fork(1) })
      : sampleLoggedStates({ ratings: log.interactions, likeThreshold: likedFrom, count, random: random.fork(1) });
  return { catalogue, model, source, random, drawStates, ...(log && { ratings: log.interactions }) };
}

/** The readers of tables. Only the command needs them; the library takes a catalogue. */
function loadReaders(): Promise<typeof import('@ialp/env/datasets/tables')> {
  return import('@ialp/env/datasets/tables').catch((cause: unknown) => {
    throw new MissingPackageError('@ialp/env', 'The command', { cause });
  });
}

/** Replaces advice that names options of the readers, which are not those of these commands. */
async function withOwnAdvice<T>(reading: Promise<T>): Promise<T> {
  try {
    return await reading;
  } catch (error) {
    const fault = error as Partial<FileFault>;
    if (fault.remedy === undefined || !NAMES_OPTIONS.test(fault.remedy)) throw error;
    const place = fault.line === undefined ? fault.file : `${fault.file}, line ${fault.line}`;
    const separator = /set separator: (".*")/.exec(fault.remedy)?.[1];
    const remedy =
      separator === undefined ? ADVICE : `The columns are separated by ${separator}: set --separator ${separator}.`;
    throw new IalpError(`${place}: expected ${fault.expected}; found ${fault.found}. ${remedy}`, { cause: error });
  }
}

/** Advice that names an option of the readers. */
const NAMES_OPTIONS = /option|\bset /i;
const ADVICE = 'Correct the file: the catalogue has the columns id and title, the interactions user, item and value.';
