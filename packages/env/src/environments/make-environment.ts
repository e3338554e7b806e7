import { type Catalogue, createRandom, type Environment, InvalidOptionError } from '@ialp/core';
import type { Dataset } from '../datasets/dataset.js';
import { DatasetError } from '../errors.js';
import { checkOptions } from '../options.js';
import {
  createDatasetEnvironment,
  DATASET_OPTIONS,
  type DatasetEnvironmentOptions,
  type FittedModel,
} from './dataset-environment.js';
import { easyRl4RecSettings } from './easyrl4rec.js';
import { createFilmsEnvironment } from './films.js';
import { createKuaiRecEnvironment } from './kuairec-environment.js';

/** The data sets of which `makeEnvironment` makes environments, by name. Only the reader that is needed is loaded. */
const READERS = {
  coat: async (folder: string) => (await import('../datasets/readers/coat.js')).readCoat(folder),
  lastfm: async (folder: string) => (await import('../datasets/readers/lastfm.js')).readLastFm(folder),
  'amazon-industrial': async (folder: string) =>
    (await import('../datasets/readers/amazon-industrial.js')).readAmazonIndustrial(folder),
  movielens: readMovieLens,
  goodbooks: async (folder: string) => (await import('../datasets/readers/goodbooks.js')).readGoodbooks(folder),
} satisfies Readonly<Record<string, (folder: string) => Promise<Dataset>>>;

/** Name of an environment that `makeEnvironment` knows. */
export type EnvironmentName = keyof typeof READERS | 'films' | 'kuairec';
export const ENVIRONMENT_NAMES: readonly EnvironmentName[] = [
  ...(Object.keys(READERS) as (keyof typeof READERS)[]),
  'films',
  'kuairec',
];

/** Options of `makeEnvironment`. */
export interface MakeEnvironmentOptions extends DatasetEnvironmentOptions {
  /** Folder with the publisher's files. `films` needs none: it reads the npm package `vega-datasets`. */
  readonly data?: string;
  /**
   * Named settings in place of the defaults; other options take precedence. `easyrl4rec`: window, threshold, turn limit and reward of
   * EasyRL4Rec, for `coat`, `movielens` and `kuairec`. The README lists the remaining differences. Default: none.
   */
  readonly preset?: 'easyrl4rec';
}

/** An environment from `makeEnvironment`, with its data. */
export interface NamedEnvironment extends Environment {
  readonly catalogue: Catalogue;
  /** Absent for `films`. */
  readonly dataset?: Dataset;
  /** The fitted model. Absent for `films` and `kuairec`, which need none. */
  readonly model?: FittedModel;
}

const MAKE_OPTIONS = [...DATASET_OPTIONS, 'data', 'preset'];
/** Options that only environments with a fitted model have, and why the others do not. */
const ONLY_FITTED = ['reward', 'likeThreshold', 'model', 'showUserFeatures'] as const;
const NOT_FITTED: Readonly<
  Partial<Record<EnvironmentName, { readonly options: readonly string[]; readonly why: string }>>
> = {
  films: {
    options: [...ONLY_FITTED, 'similarity', 'data'],
    why: 'whose users are simulated and whose feedback is 0 or 1',
  },
  kuairec: { options: ONLY_FITTED, why: 'whose feedback is the observed watch ratio' },
};

/** Refuses options that an environment would ignore. */
function checkApplicable(name: EnvironmentName, options: MakeEnvironmentOptions): void {
  const { options: others, why } = NOT_FITTED[name] ?? { options: [], why: '' };
  for (const option of others) {
    const value = options[option as keyof MakeEnvironmentOptions];
    if (value !== undefined) throw new InvalidOptionError(option, value, `no value for '${name}', ${why}`);
  }
}

/** Keys of the random streams. */
const STREAM = { audience: 3 } as const;

/**
 * Makes an environment by its name: reads its data, completes the matrix, and puts the simulator together.
 *
 * | name | data | responses |
 * |---|---|---|
 * | `coat` | Coat | likes, by completed ratings |
 * | `lastfm` | Last.fm, HetRec 2011 | takes an artist, by completed listening counts |
 * | `amazon-industrial` | Amazon Industrial and Scientific | takes a product, by completed purchases |
 * | `movielens` | MovieLens 100K, 1M or a CSV release | likes, by completed ratings |
 * | `goodbooks` | goodbooks-10k | likes, by completed ratings |
 * | `films` | none | `createFilmResponses` |
 * | `kuairec` | KuaiRec | watches, as was observed |
 *
 * Default protocol: `NX_0`. For data of your own, `createDatasetEnvironment(await readTables(folder))`.
 * @throws {InvalidOptionError} for an unknown name, a missing folder or an option out of range.
 * @throws {DatasetError} if the data are missing or damaged.
 * @throws {MissingPackageError} for `films` where `vega-datasets` is not installed.
 */
export async function makeEnvironment(
  name: EnvironmentName,
  options: MakeEnvironmentOptions = {},
): Promise<NamedEnvironment> {
  if (!ENVIRONMENT_NAMES.includes(name)) {
    throw new InvalidOptionError('name', name, `one of ${ENVIRONMENT_NAMES.join(', ')}`);
  }
  checkOptions(options, "{ data: 'ml-1m' }", MAKE_OPTIONS);
  checkApplicable(name, options);
  const { data, preset, ...given } = options;
  if (preset !== undefined && preset !== 'easyrl4rec') {
    throw new InvalidOptionError('preset', preset, "'easyrl4rec', or none");
  }
  const rest = preset === undefined ? given : { ...easyRl4RecSettings(name, given.protocol), ...given };
  if (name === 'films') return makeFilms(options);
  if (data === undefined) throw new InvalidOptionError('data', data, `the folder of the data of '${name}'`);
  if (name === 'kuairec') {
    const dataset = await (await import('../datasets/readers/kuairec.js')).readKuaiRec(data);
    return Object.assign(createKuaiRecEnvironment(dataset, rest), { catalogue: dataset.catalogue, dataset });
  }
  return createDatasetEnvironment(await READERS[name](data), rest);
}

/** Reads the MovieLens release that the folder holds. */
async function readMovieLens(folder: string): Promise<Dataset> {
  const small = await import('../datasets/readers/movielens-100k.js');
  if (await small.isMovieLens100k(folder)) return small.readMovieLens100k(folder);
  const million = await import('../datasets/readers/movielens-1m.js');
  if (await million.isMovieLens1m(folder)) return million.readMovieLens1m(folder);
  const latest = await import('../datasets/readers/movielens-latest.js');
  if (await latest.isMovieLensLatest(folder)) return latest.readMovieLensLatest(folder);
  throw new DatasetError({
    file: folder,
    expected: 'MovieLens: u.data and u.item, ratings.dat and movies.dat, or ratings.csv and movies.csv',
    found: 'none of them',
    remedy: 'Pass the folder that contains these files.',
  });
}

async function makeFilms(options: MakeEnvironmentOptions): Promise<NamedEnvironment> {
  const { seed = 0, protocol = 'NX_0', terminationRules, userPool, sessions, historyLength, maxTurns, slate } = options;
  const { readFilms } = await import('../datasets/readers/films.js');
  const catalogue = await readFilms();
  const environment = createFilmsEnvironment({
    catalogue,
    random: createRandom(seed).fork(STREAM.audience),
    ...{ seed, protocol },
    ...(terminationRules && { terminationRules }),
    ...(userPool && { userPool }),
    ...(sessions !== undefined && { sessions }),
    ...(historyLength !== undefined && { historyLength }),
    ...(maxTurns !== undefined && { maxTurns }),
    ...(slate && { slate }),
  });
  return Object.assign(environment, { catalogue });
}
