import {
  type Catalogue,
  checkObject,
  checkOneOf,
  checkOptionNames,
  counted,
  createRandom,
  described,
  type Environment,
  InvalidOptionError,
  type Random,
  type ResponseModel,
} from '@ialp/core';
import { type Dataset, type ExplicitDataset, selectRows } from '../datasets/dataset.js';
import { withoutOverlap } from '../datasets/without-overlap.js';
import { type Factorization, factorize } from '../models/factorization/factorize.js';
import { factorizeImplicit, type ImplicitFactorization } from '../models/factorization/factorize-implicit.js';
import { itemPoints } from '../models/factorization/item-points.js';
import { createImplicitResponses } from '../models/implicit-responses.js';
import { createRatingResponses } from '../models/rating-responses.js';
import { checkOptions } from '../options.js';
import { createDistanceSimilarity } from '../rules/item-similarity.js';
import { createSimilarityRule } from '../rules/similarity.js';
import type { TerminationRule } from '../rules/termination-rule.js';
import { createSimulator, type SimulatorOptions } from '../simulator/simulator.js';
import { distanceOfShare } from './distance-of-share.js';

/** Options of `createDatasetEnvironment`. */
export interface DatasetEnvironmentOptions
  extends Pick<SimulatorOptions, 'protocol' | 'userPool' | 'sessions' | 'historyLength' | 'maxTurns' | 'slate'> {
  /** Seeds the fit, and the first `reset` without a seed. 32-bit unsigned. Default 0. */
  readonly seed?: number;
  /** When users leave. Default: when items are too similar, by `createSimilarityRule` with distances. */
  readonly terminationRules?: readonly TerminationRule[];
  /** What the default rule counts as similar. Default: the closest 2 % of all pairs, among the last five items. */
  readonly similarity?: SimilarityOptions;
  /** For ratings: whether the reward is a like, 0 or 1, or the expected rating. Default `like`. */
  readonly reward?: 'like' | 'rating';
  /** For ratings: the lowest rating that counts as liked. Default three quarters up the scale. */
  readonly likeThreshold?: number;
  /** Whether observations show the data set's user features. Default false. */
  readonly showUserFeatures?: boolean;
  /** A fitted model, for example from `loadModel` of `@ialp/env/models/files`. Default: one is fitted. */
  readonly model?: FittedModel;
}

/** When items are too similar, for the default termination rule. */
export interface SimilarityOptions {
  /** Number of earlier items that each new item is compared with. At least 1. Default 5. */
  readonly window?: number;
  /**
   * Items closer than this are similar. The distance is the root mean square, over all users, of the difference of two items'
   * predictions, in the unit of the ratings. Above 0. Default: the distance below which 2 % of all pairs lie.
   */
  readonly distance?: number;
}

/** A fitted model of how the users of a data set respond. */
export type FittedModel =
  | { readonly kind: 'ratings'; readonly model: Factorization }
  | { readonly kind: 'implicit'; readonly model: ImplicitFactorization };

/** An environment of a data set. */
export interface DatasetEnvironment extends Environment {
  readonly catalogue: Catalogue;
  readonly dataset: Dataset;
  /** The model behind the users' responses, with its held-out error. `saveModel` stores it. */
  readonly model: FittedModel;
}

/** Names of the options. */
export const DATASET_OPTIONS: readonly string[] = Object.keys({
  ...{ protocol: 1, userPool: 1, sessions: 1, historyLength: 1, maxTurns: 1, slate: 1, seed: 1, terminationRules: 1 },
  ...{ similarity: 1, reward: 1, likeThreshold: 1, showUserFeatures: 1, model: 1 },
} satisfies Record<keyof DatasetEnvironmentOptions, 1>);

/** The default termination rule: one similar item among the last five. */
const SIMILARITY = { window: 5, minSimilar: 1 } as const;
/** Share of all pairs of items that count as similar: sessions of a random policy then have about ten turns. */
const SIMILAR_SHARE = 0.02;
/** Keys of the random streams. */
const STREAM = { model: 1, distance: 2 } as const;

/** The parts of an environment of a data set. */
export interface DatasetEnvironmentParts {
  /** Options for `createSimulator`, which you can change. */
  readonly simulator: SimulatorOptions;
  readonly model: FittedModel;
}

/**
 * An environment of a data set: its users respond by its completed matrix (`createRatingResponses` or `createImplicitResponses`),
 * and leave when one of the last five items is too similar to the new one. The distance of two items is that of the users'
 * predictions for them, and the most similar 2 % of all pairs are too similar.
 *
 * If a publisher split the ratings, the test part is used too: the goal is an accurate world, not an evaluation of the model. Where
 * a pair is in both, the training part's rating is used.
 * @throws {InvalidOptionError} for an option out of range, an option that the data set has no use for (`reward`, `likeThreshold` of
 *   implicit feedback), or a model of other users or items.
 */
export function createDatasetEnvironment(
  dataset: Dataset,
  options: DatasetEnvironmentOptions = {},
): DatasetEnvironment {
  const { simulator, model } = createDatasetEnvironmentParts(dataset, options);
  return Object.assign(createSimulator(simulator), { catalogue: dataset.catalogue, dataset, model });
}

/**
 * The parts of `createDatasetEnvironment`, to create a modified environment from.
 * @throws {InvalidOptionError} as `createDatasetEnvironment` does.
 */
export function createDatasetEnvironmentParts(
  dataset: Dataset,
  options: DatasetEnvironmentOptions = {},
): DatasetEnvironmentParts {
  checkDataset(dataset);
  checkOptions(options, '{ seed: 1 }', DATASET_OPTIONS);
  checkRewardOptions(dataset, options);
  const {
    seed = 0,
    terminationRules,
    protocol = 'NX_0',
    showUserFeatures = false,
    model: given,
    similarity = {},
    ...rest
  } = options;
  const { reward: _reward, likeThreshold: _likedFrom, ...simulator } = rest;
  checkOptionNames(similarity, ['window', 'distance']);
  const random = createRandom(seed);
  const model = given ?? fitModel(dataset, random.fork(STREAM.model), options);
  checkModel(dataset, model);
  const points = itemPoints(model.model);
  const distance = similarity.distance ?? distanceOfShare(points, SIMILAR_SHARE, random.fork(STREAM.distance));
  const window = similarity.window ?? SIMILARITY.window;
  return {
    simulator: {
      name: dataset.name,
      responses: responsesOf(model, options),
      terminationRules: terminationRules ?? [
        createSimilarityRule({ ...SIMILARITY, window, isSimilar: createDistanceSimilarity(points, distance) }),
      ],
      ...(showUserFeatures && dataset.userFeatures && { userFeatures: dataset.userFeatures }),
      protocol,
      seed,
      ...simulator,
    },
    model,
  };
}

function checkDataset(dataset: Dataset): void {
  const expected = 'a data set, such as await readTables(folder)';
  checkObject('dataset', dataset, expected);
  for (const part of ['catalogue', 'interactions', 'split'] as const)
    checkObject(`dataset.${part}`, dataset[part], expected);
}

/** Refuses options of ratings for implicit feedback, and unknown rewards. */
function checkRewardOptions(dataset: Dataset, { reward, likeThreshold }: DatasetEnvironmentOptions): void {
  if (reward !== undefined) checkOneOf('reward', reward, ['like', 'rating']);
  if (dataset.feedback === 'explicit') return;
  const why = `no value for '${dataset.name}', whose feedback is 0 or 1`;
  if (reward === 'rating') throw new InvalidOptionError('reward', reward, why);
  if (likeThreshold !== undefined) throw new InvalidOptionError('likeThreshold', likeThreshold, why);
}

function fitModel(dataset: Dataset, random: Random, { likeThreshold }: DatasetEnvironmentOptions): FittedModel {
  const items = dataset.catalogue.items.length;
  if (dataset.feedback === 'implicit') {
    return { kind: 'implicit', model: factorizeImplicit(dataset.interactions, items, { random }) };
  }
  const settings = likeThreshold === undefined ? {} : { likeThreshold };
  return { kind: 'ratings', model: factorize(allRatings(dataset), items, { ...settings, random }) };
}

/** All ratings, without repeated pairs. */
function allRatings({ interactions, split }: ExplicitDataset): ExplicitDataset['interactions'] {
  if (split.by !== 'publisher') return interactions;
  const train = selectRows(interactions, split.train);
  const others = Int32Array.from([...split.validation, ...split.test]);
  const more = withoutOverlap(selectRows(interactions, others), train);
  const joined = <T extends Int32Array | Float32Array>(a: T, b: T, into: T): T => {
    into.set(a);
    into.set(b, a.length);
    return into;
  };
  const length = train.user.length + more.user.length;
  return {
    users: interactions.users,
    user: joined(train.user, more.user, new Int32Array(length)),
    item: joined(train.item, more.item, new Int32Array(length)),
    value: joined(train.value, more.value, new Float32Array(length)),
    scale: interactions.scale,
  };
}

function responsesOf(fit: FittedModel, { reward = 'like', likeThreshold }: DatasetEnvironmentOptions): ResponseModel {
  if (fit.kind === 'implicit') return createImplicitResponses(fit.model);
  const { likes } = fit.model.heldOut;
  return createRatingResponses(fit.model, { likeThreshold: likeThreshold ?? likes.likeThreshold, reward });
}

function checkModel({ name, feedback, interactions, catalogue }: Dataset, { kind, model }: FittedModel): void {
  const expected = `a model of ${interactions.users} users and ${catalogue.items.length} items of ${name}`;
  if ((kind === 'ratings') !== (feedback === 'explicit')) throw new InvalidOptionError('model', kind, expected);
  if (model.users === interactions.users && model.items === catalogue.items.length) return;
  const found = `${counted(model.users, 'user')} and ${counted(model.items, 'item')}`;
  throw new InvalidOptionError('model', described(found), expected);
}
