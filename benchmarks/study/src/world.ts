import { join } from 'node:path';
import {
  type Catalogue,
  createRandom,
  createSimulator,
  type Dataset,
  type Environment,
  type ImplicitDataset,
} from '@ialp/env';
import { readAmazonIndustrial } from '@ialp/env/datasets/amazon-industrial';
import { readCoat } from '@ialp/env/datasets/coat';
import { readLastFm } from '@ialp/env/datasets/lastfm';
import { readMovieLens100k } from '@ialp/env/datasets/movielens-100k';
import { createDatasetEnvironmentParts } from '@ialp/env/environments';
import { selectRows } from '@ialp/env/splits';
import { SETTINGS } from './settings.js';
import { STREAM } from './streams.js';

/** The environments, and the folder of each in the data folder. */
export const ENVIRONMENTS = {
  coat: 'coat',
  lastfm: 'lastfm-hetrec',
  'amazon-industrial': 'amazon-industrial',
  movielens: 'ml-100k',
} as const;
export type EnvironmentName = keyof typeof ENVIRONMENTS;

/** The environments of the paper. */
export const PAPER: readonly EnvironmentName[] = ['coat', 'lastfm', 'amazon-industrial'];

/** The users of a deployment: those known before it, those for tuning, or those of the results. */
export type Audience = 'known' | 'tuning' | 'results';

/** A data set with its users split in three. */
export interface World {
  readonly name: EnvironmentName;
  readonly dataset: Dataset;
  /** The catalogue; its prior counts the likes of the known users, the only popularity known before deployment. */
  readonly catalogue: Catalogue;
  /** Indices of the users whose log is known before deployment. */
  readonly known: Int32Array;
  /** Facts for reports. */
  readonly facts: Readonly<Record<string, string | number>>;
  /** The true probability that a user likes an item, for the oracle. */
  likeProbability(user: number, item: number): number;
  createEnvironment(audience: Audience): Environment;
}

/** Seed of an environment: of its fit and the split of its users. */
const SEED = 1;

/** Builds a world; the same name and files give the same world. */
export async function buildWorld(name: EnvironmentName, data: string): Promise<World> {
  const dataset = await read(name, join(data, ENVIRONMENTS[name]));
  const { interactions } = dataset;
  const part = dividedUsers(interactions.users);
  const usersOf = (wanted: number): Int32Array => Int32Array.from(part.keys()).filter((user) => part[user] === wanted);
  const { simulator, model } = createDatasetEnvironmentParts(dataset, { seed: SEED });
  const prior = new Float32Array(dataset.catalogue.items.length);
  for (const [row, user] of interactions.user.entries()) {
    const isLiked = dataset.feedback === 'implicit' || interactions.value[row] >= SETTINGS.likedFrom;
    if (part[user] === KNOWN && isLiked) prior[interactions.item[row]]++;
  }
  const { protocol: _protocol, seed: _seed, ...rest } = simulator;
  const { sessions, historyLength, maxTurns } = SETTINGS;
  const audience = { known: usersOf(KNOWN), tuning: usersOf(TUNING), results: usersOf(RESULTS) };
  return {
    name,
    dataset,
    catalogue: { ...dataset.catalogue, prior },
    known: audience.known,
    facts: {
      items: prior.length,
      users: interactions.users,
      interactions: interactions.user.length,
      knownUsers: audience.known.length,
      tuningUsers: audience.tuning.length,
      resultUsers: audience.results.length,
      ...(model.kind === 'ratings'
        ? { heldOutRmse: model.model.heldOut.rmse }
        : { heldOutAuc: model.model.heldOut.auc }),
    },
    likeProbability(user, item) {
      const session = { user, turn: 0, shown: 0, reward: 0, item: () => -1, feedback: () => 0 };
      const logit = simulator.responses.utility?.(session, item, new Float64Array(0)) ?? 0;
      return 1 / (1 + Math.exp(-logit));
    },
    createEnvironment: (who) =>
      createSimulator({ ...rest, userPool: audience[who], sessions, historyLength, maxTurns, repeats: false }),
  };
}

/**
 * The texts of an environment's items, without building its world.
 * @throws {DatasetError} if the data set is damaged.
 */
export async function readItemTexts(name: EnvironmentName, data: string): Promise<string[]> {
  const { catalogue } = await read(name, join(data, ENVIRONMENTS[name]));
  return catalogue.items.map(({ text }) => text);
}

const [KNOWN, TUNING, RESULTS] = [0, 1, 2];

/** `[users]`: the part of each user. */
function dividedUsers(users: number): Uint8Array {
  const random = createRandom(SEED).fork(STREAM.split);
  const { known, tuning } = SETTINGS.users;
  return Uint8Array.from({ length: users }, () => {
    const place = random.uniform();
    return place < known ? KNOWN : place < known + tuning ? TUNING : RESULTS;
  });
}

async function read(name: EnvironmentName, folder: string): Promise<Dataset> {
  switch (name) {
    case 'coat':
      return readCoat(folder);
    case 'lastfm':
      return withListeners(await readLastFm(folder), SETTINGS.leastListeners);
    case 'amazon-industrial':
      return readAmazonIndustrial(folder);
    case 'movielens':
      return readMovieLens100k(folder);
  }
}

/** Removes items with few interactions. */
function withListeners(dataset: ImplicitDataset, least: number): ImplicitDataset {
  const { catalogue, interactions } = dataset;
  const listeners = new Int32Array(catalogue.items.length);
  for (const item of interactions.item) listeners[item]++;
  const kept = Array.from(listeners.keys()).filter((item) => listeners[item] >= least);
  const place = new Int32Array(listeners.length).fill(-1);
  for (const [k, item] of kept.entries()) place[item] = k;
  const rows = Int32Array.from(interactions.item.keys()).filter((row) => place[interactions.item[row]] >= 0);
  const selected = selectRows(interactions, rows);
  const all = Int32Array.from(rows.keys());
  return {
    ...dataset,
    catalogue: { items: kept.map((item) => catalogue.items[item]) },
    interactions: { ...selected, item: selected.item.map((item) => place[item]) },
    split: { by: 'random', train: all, validation: new Int32Array(0), test: new Int32Array(0) },
  };
}
