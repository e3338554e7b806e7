import { access } from 'node:fs/promises';
import { resolve } from 'node:path';
import { UsageError } from '@ialp/command';
import {
  type Catalogue,
  createDistractionRule,
  createFilmsEnvironment,
  createPatienceRule,
  createRandom,
  createRatingResponses,
  createSimulator,
  type Environment,
  type ExplicitDataset,
  type Factorization,
} from '@ialp/env';
import { isCoat, readCoat } from '@ialp/env/datasets/coat';
import { readFilms } from '@ialp/env/datasets/films';
import { isMovieLens100k, readMovieLens100k } from '@ialp/env/datasets/movielens-100k';
import { factorize } from '@ialp/env/factorization';
import { selectRows } from '@ialp/env/splits';
import { sampleCatalogueStates, sampleLoggedStates, type UserState } from '@ialp/llm-user';
import { SETTINGS } from './settings.js';
import { STREAM } from './streams.js';

/** Description of a world as plain data, from which every thread builds the same world. */
export interface WorldSpec {
  readonly kind: 'films' | 'movielens-100k' | 'coat';
  /** Folder of the data set; absent for films. */
  readonly folder?: string;
  /** Seeds the audience. */
  readonly seed: number;
}

/** Facts about a world, for reports. */
export type WorldFacts = Readonly<Record<string, string | number>>;

/** A catalogue, its audience, and the states known before deployment. */
export interface World {
  readonly name: string;
  readonly catalogue: Catalogue;
  readonly facts: WorldFacts;
  createEnvironment(): Environment;
  /** Seed states for the questions to the language model. */
  seedStates(): UserState[];
}

const SIMULATOR = {
  sessions: SETTINGS.sessions,
  historyLength: SETTINGS.historyLength,
  maxTurns: SETTINGS.maxTurns,
} as const;

/**
 * Recognises the data set in a folder by its files; no folder means films.
 * @throws {UsageError} if the folder contains no known data set.
 */
export async function recognize(folder: string | undefined, seed: number): Promise<WorldSpec> {
  if (folder === undefined) return { kind: 'films', seed };
  const path = resolve(folder);
  const found = await access(path).then(
    () => true,
    () => false,
  );
  if (!found) throw new UsageError(`--data ${folder}: the folder does not exist. Check the path.`);
  if (await isMovieLens100k(path)) return { kind: 'movielens-100k', folder: path, seed };
  if (await isCoat(path)) return { kind: 'coat', folder: path, seed };
  throw new UsageError(
    `--data ${folder}: unknown data set. Expected MovieLens 100K (u.data and u.item) or Coat (train.ascii, ` +
      'test.ascii and user_item_features/). Pass the folder that contains these files.',
  );
}

/**
 * Builds a world; the same description gives the same world.
 * @throws {DatasetError} if a data set is damaged.
 */
export async function buildWorld(spec: WorldSpec): Promise<World> {
  switch (spec.kind) {
    case 'films':
      return filmWorld(spec.seed);
    case 'movielens-100k':
      return ratingWorld(await readMovieLens100k(folderOf(spec)), spec.seed);
    case 'coat':
      return ratingWorld(await readCoat(folderOf(spec)), spec.seed);
  }
}

function folderOf({ kind, folder }: WorldSpec): string {
  if (folder === undefined) throw new TypeError(`A world of ${kind} needs a folder.`);
  return folder;
}

/**
 * Real films and synthetic users. Nothing is known about the users, so the seed states come from the catalogue alone.
 */
async function filmWorld(seed: number): Promise<World> {
  const catalogue = await readFilms({ count: SETTINGS.films });
  const random = createRandom(seed);
  return {
    name: 'films',
    catalogue,
    facts: { items: catalogue.items.length, users: SETTINGS.users, audience: 'simulated from the catalogue' },
    createEnvironment: () =>
      createFilmsEnvironment({ catalogue, users: SETTINGS.users, random: random.fork(STREAM.audience), ...SIMULATOR }),
    seedStates: () => sampleCatalogueStates({ catalogue, count: SETTINGS.states, random: random.fork(STREAM.states) }),
  };
}

/**
 * Real ratings. For a share of the users the log is known before deployment: it gives the seed states and the prior
 * (number of ratings of each item). The other users are the audience; they respond according to their factorised
 * ratings.
 */
function ratingWorld({ name, catalogue, interactions, split: published }: ExplicitDataset, seed: number): World {
  // Ratings that the publisher reserved for evaluation are not used.
  const ratings = published.by === 'publisher' ? selectRows(interactions, published.train) : interactions;
  const random = createRandom(seed);
  const split = random.fork(STREAM.split);
  const isSeed = Uint8Array.from({ length: ratings.users }, () => (split.uniform() < SETTINGS.seedUserShare ? 1 : 0));
  const known = Int32Array.from(isSeed.keys()).filter((user) => isSeed[user] === 1);
  const audience = Int32Array.from(isSeed.keys()).filter((user) => isSeed[user] === 0);
  const prior = new Float32Array(catalogue.items.length);
  ratings.user.forEach((user, row) => {
    if (isSeed[user] === 1) prior[ratings.item[row]]++;
  });
  const model: Factorization = factorize(ratings, catalogue.items.length, { random: random.fork(STREAM.factors) });
  const responses = createRatingResponses(model, { likeThreshold: SETTINGS.likeThreshold });
  return {
    name,
    catalogue: { ...catalogue, prior },
    facts: {
      items: catalogue.items.length,
      users: audience.length,
      knownUsers: known.length,
      ratings: ratings.value.length,
      heldOutRmse: model.heldOut.rmse,
      audience: 'simulated from factorised ratings',
    },
    createEnvironment: () =>
      createSimulator({
        name,
        responses,
        userPool: audience,
        terminationRules: [
          createPatienceRule({ misses: SETTINGS.patience }),
          createDistractionRule({ probability: SETTINGS.distraction }),
        ],
        ...SIMULATOR,
      }),
    seedStates: () =>
      sampleLoggedStates({
        ratings,
        users: known,
        likeThreshold: SETTINGS.likeThreshold,
        count: SETTINGS.states,
        random: random.fork(STREAM.states),
      }),
  };
}
