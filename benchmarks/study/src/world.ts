import { join } from 'node:path';
import {
  type Catalogue,
  createRandom,
  createSimulator,
  type Dataset,
  type Environment,
  type ImplicitDataset,
  selectRows,
} from '@ialp/env';
import { readAmazonIndustrial } from '@ialp/env/datasets/amazon-industrial';
import { readCoat } from '@ialp/env/datasets/coat';
import { readLastFm } from '@ialp/env/datasets/lastfm';
import { readMovieLens100k } from '@ialp/env/datasets/movielens-100k';
import { createDatasetEnvironmentParts } from '@ialp/env/environments';
import { SETTINGS } from './settings.js';
import { STREAM } from './streams.js';

/** The environments that there are, and the folder of each in the data folder. */
export const ENVIRONMENTS = {
  coat: 'coat',
  lastfm: 'lastfm-hetrec',
  'amazon-industrial': 'amazon-industrial',
  movielens: 'ml-100k',
} as const;
export type EnvironmentName = keyof typeof ENVIRONMENTS;

/** Those of the paper. */
export const PAPER: readonly EnvironmentName[] = ['coat', 'lastfm', 'amazon-industrial'];

/** Whom a policy meets: those known before the first day, or people of whom nothing else is used. */
export type Audience = 'known' | 'tuning' | 'results';

/** One data set with its people divided in three. */
export interface World {
  readonly name: EnvironmentName;
  readonly dataset: Dataset;
  /** Its prior counts what the known users liked: all that is known of popularity before the first day. */
  readonly catalogue: Catalogue;
  /** User indices of people whose log is known before the first day. */
  readonly known: Int32Array;
  /** Facts for reports. */
  readonly facts: Readonly<Record<string, string | number>>;
  /** The truth, for an oracle: the chance that a user likes an item. */
  likelihood(user: number, item: number): number;
  createEnvironment(audience: Audience): Environment;
}

/** Seeds what belongs to an environment rather than to a run: its fit and the division of its users. */
const SEED = 1;

/** Builds a world; the same name and files give the same one. */
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
    likelihood(user, item) {
      const session = { user, turn: 0, shown: 0, reward: 0, item: () => -1, feedback: () => 0 };
      const logit = simulator.responses.utility?.(session, item, new Float64Array(0)) ?? 0;
      return 1 / (1 + Math.exp(-logit));
    },
    createEnvironment: (who) =>
      createSimulator({ ...rest, userPool: audience[who], sessions, historyLength, maxTurns, repeats: false }),
  };
}

/**
 * The texts of an environment's items, without the rest of its world.
 * @throws {DatasetError} where the data set is damaged.
 */
export async function readItemTexts(name: EnvironmentName, data: string): Promise<string[]> {
  const { catalogue } = await read(name, join(data, ENVIRONMENTS[name]));
  return catalogue.items.map(({ text }) => text);
}

const [KNOWN, TUNING, RESULTS] = [0, 1, 2];

/** `[users]`: to which part each belongs. */
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

/** The data set without items that few people took. */
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
