import { type Catalogue, createRandom, MissingPackageError, type Random, type Ratings } from '@ialp/core';
import type { Command } from 'commander';
import type { LanguageModel } from '../language-model.js';
import { loggedStates } from '../logged-states.js';
import { createModelFromSpec, MODEL_SPECS } from '../model-spec.js';
import type { PersonState, PreferenceSource } from '../preference-source.js';
import { createGradedSource } from '../sources/graded-source.js';
import { createListwiseSource } from '../sources/listwise-source.js';
import { createPointwiseSource } from '../sources/pointwise-source.js';
import { createProbabilitySource } from '../sources/probability-source.js';
import { catalogueStates } from '../states.js';
import { UsageError } from './context.js';
import { amount, integer, pair, seconds } from './numbers.js';

const KINDS = {
  listwise: createListwiseSource,
  pointwise: createPointwiseSource,
  graded: createGradedSource,
  probability: createProbabilitySource,
} as const;

/** Options that say who is asked about what, by whom. */
export interface InputOptions {
  readonly catalog: string;
  readonly attributes?: string;
  readonly prior?: string;
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
    .requiredOption(
      '--catalog <file>',
      'items: CSV or JSON lines with the columns id and title, and text if there is one',
    )
    .requiredOption('--model <model>', `who is asked: ${MODEL_SPECS.join(', ')}`)
    .option('--attributes <columns>', 'columns of the items that say what they are, separated by commas')
    .option('--prior <column>', 'column of the items that says how well known each is')
    .option(
      '--interactions <file>',
      'what people did so far: CSV or JSON lines with the columns user, item, value and, if there is one, time',
    )
    .option('--scale <least,greatest>', 'of the values of the interactions', pair, [1, 5] as const)
    .option('--liked-from <value>', 'from this value on an item counts as liked', amount, 4)
    .option('--kind <kind>', `how it is asked: ${Object.keys(KINDS).join(', ')}`, 'listwise')
    .option('--temperature <number>', 'of the model’s sampling', amount, 0)
    .option('--max-reply <tokens>', 'longest reply', integer(1, 1e6), 1024)
    .option('--timeout <seconds>', 'for a try; raise it if the model is slow', seconds, 120)
    .option('--seed <number>', 'of people, candidates and requests', integer(0, 2 ** 32 - 1), 1);
}

/** What the options come to. */
export interface Inputs {
  readonly catalogue: Catalogue;
  readonly model: LanguageModel;
  readonly source: PreferenceSource;
  readonly random: Random;
  /** The interactions, where there are some. */
  readonly ratings?: Ratings;
  /** People to ask about: from the interactions where there are some, else made from the catalogue. */
  people(count: number): PersonState[];
}

/** Reads the files and makes the model. */
export async function readInputs(options: InputOptions): Promise<Inputs> {
  const { kind, likedFrom, scale, temperature, maxReply, seed, interactions } = options;
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
      : await readTables('.', { items: options.catalog, interactions, scale, columns: { items: columns } });
  const catalogue = log?.catalogue ?? (await readItemTable(options.catalog, { columns }));
  const source = KINDS[kind as keyof typeof KINDS]({ model, catalogue, seed });
  const people = (count: number): PersonState[] =>
    log === undefined
      ? catalogueStates({ catalogue, count, random: random.fork(1) })
      : loggedStates({ ratings: log.interactions, likedFrom, count, random: random.fork(1) });
  return { catalogue, model, source, random, people, ...(log && { ratings: log.interactions }) };
}

/** The readers of tables. Only the command needs them; the library takes a catalogue. */
function loadReaders(): Promise<typeof import('@ialp/env/datasets/tables')> {
  return import('@ialp/env/datasets/tables').catch((cause: unknown) => {
    throw new MissingPackageError('@ialp/env', 'The command', { cause });
  });
}
