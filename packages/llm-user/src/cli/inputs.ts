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

/** Options that every such command needs. */
const REQUIRED = ['--catalog', '--model'];

/** Options that say who is asked about what, by whom. */
export interface InputOptions {
  readonly catalog: string;
  readonly attributes?: string;
  readonly prior?: string;
  readonly separator: string;
  readonly interactions?: string;
  readonly likedFrom: number;
  readonly scale: readonly [number, number];
  readonly model: string;
  readonly kind: string;
  readonly temperature: number;
  readonly maxReply: number;
  readonly timeout: number;
  readonly seed: number;
}

/** Adds them to a command. */
export function addInputOptions(command: Command): Command {
  return command
    .option('--catalog <file>', 'items: CSV or JSON lines with the columns id and title, and text if there is one')
    .option('--model <model>', `who is asked: ${MODEL_SPECS.join(', ')}`)
    .option('--attributes <columns>', 'columns of the items that say what they are, separated by commas')
    .option('--prior <column>', 'column of the items that says how well known each is')
    .option(
      '--interactions <file>',
      'what users did so far: CSV or JSON lines with the columns user, item, value and, if there is one, time',
    )
    .option('--separator <text>', 'between the columns of CSV files', ',')
    .addOption(
      new Option('--scale <least,greatest>', 'of the values of the interactions')
        .argParser(pair)
        .default([1, 5] as const, '1,5'),
    )
    .option('--liked-from <value>', 'from this value on an item counts as liked', amount, 4)
    .option('--kind <kind>', `how it is asked: ${Object.keys(KINDS).join(', ')}`, 'listwise')
    .option('--temperature <number>', 'of the model’s sampling', amount, 0)
    .option('--max-reply <tokens>', 'longest reply', integer(1, 1e6), 1024)
    .option('--timeout <seconds>', 'for a try; raise it if the model is slow', seconds, 120)
    .option('--seed <number>', 'of users, candidates and requests', integer(0, 2 ** 32 - 1), 1)
    .hook('preAction', (_, action) => checkGiven(action));
}

/** Refuses a command without its inputs. After commander has refused unknown options: one may be a misspelling of these. */
function checkGiven(action: Command): void {
  const given = action.opts();
  const missing = action.options.find(
    ({ long }) => REQUIRED.includes(long ?? '') && given[long!.slice(2)] === undefined,
  );
  if (missing !== undefined) action.error(`error: required option '${missing.flags}' not specified`);
}

/** What the options come to. */
export interface Inputs {
  readonly catalogue: Catalogue;
  readonly model: LanguageModel;
  readonly source: PreferenceSource;
  readonly random: Random;
  /** The interactions, where there are some. */
  readonly ratings?: Ratings;
  /** States to ask about: from the interactions if there are any, otherwise made from the catalogue. */
  drawStates(count: number): UserState[];
}

/** Reads the files and makes the model. */
export async function readInputs(options: InputOptions): Promise<Inputs> {
  const { kind, likedFrom, scale, temperature, maxReply, seed, interactions, separator } = options;
  if (!Object.hasOwn(KINDS, kind)) throw new UsageError(`--kind ${kind}: expected ${Object.keys(KINDS).join(', ')}.`);
  const { readItemTable, readTables } = await loadReaders();
  const attributes = options.attributes?.split(',').map((name) => name.trim()) ?? [];
  const columns = { attributes, ...(options.prior !== undefined && { prior: options.prior }) };
  const random = createRandom(seed);
  const model = await createModelFromSpec(options.model, {
    temperature,
    maxTokens: maxReply,
    timeoutMs: 1000 * options.timeout,
  });
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

/** Errors of the readers say what to do in options of theirs; these commands have other ones. */
async function withOwnAdvice<T>(reading: Promise<T>): Promise<T> {
  try {
    return await reading;
  } catch (error) {
    const fault = error as Partial<FileFault>;
    if (fault.remedy === undefined || !NAMES_OPTIONS.test(fault.remedy)) throw error;
    const place = fault.line === undefined ? fault.file : `${fault.file}, line ${fault.line}`;
    const separator = /say separator: (".*")/.exec(fault.remedy)?.[1];
    const remedy =
      separator === undefined ? ADVICE : `The columns are separated by ${separator}: say --separator ${separator}.`;
    throw new IalpError(`${place}: expected ${fault.expected}; found ${fault.found}. ${remedy}`, { cause: error });
  }
}

/** Advice that names an option of the readers. */
const NAMES_OPTIONS = /option|say /i;
const ADVICE = 'Correct the file: the catalogue has the columns id and title, the interactions user, item and value.';
