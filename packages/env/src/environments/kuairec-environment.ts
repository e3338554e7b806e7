import type { Environment, Interactions } from '@ialp/core';
import type { ImplicitDataset } from '../datasets/dataset.js';
import { createMatrixResponses } from '../models/matrix-responses.js';
import { createCategorySimilarityRule } from '../rules/category-similarity.js';
import { categoriesOf } from '../rules/item-similarity.js';
import { createSimulator } from '../simulator/simulator.js';
import type { DatasetEnvironmentOptions } from './dataset-environment.js';

/** As in EasyRL4Rec's simulator: watch ratios are clipped here. */
const MAX_WATCH_RATIO = 5;
/** A user leaves if a category of the new video is shared by two of the last five. */
const SIMILARITY = { window: 5, minSimilar: 2 } as const;

/** Options of the `kuairec` environment. Only the window of `similarity` is used: videos are similar by their categories. */
export interface KuaiRecEnvironmentOptions extends DatasetEnvironmentOptions {
  /** The watch ratio of pairs that were not observed: the `mean` of their video, or `zero` as in EasyRL4Rec. Default `mean`. */
  readonly unobserved?: 'mean' | 'zero';
}

/**
 * The `kuairec` environment (C. Gao et al., CIKM 2022; EasyRL4Rec, arXiv 2402.15164): nothing is fitted, as the small matrix
 * is observed nearly wholly. The reward is the watch ratio, at most 5; pairs that were not observed have the mean of their
 * video. Users leave when more than one of the last five videos shares a category with the new one.
 */
export function createKuaiRecEnvironment(
  dataset: ImplicitDataset,
  {
    terminationRules,
    protocol = 'NX_0',
    seed = 0,
    unobserved = 'mean',
    similarity = {},
    ...options
  }: KuaiRecEnvironmentOptions,
): Environment {
  const { catalogue, interactions } = dataset;
  const categories = categoriesOf(catalogue, 'feature');
  const { userPool, sessions, historyLength, maxTurns, slate } = options;
  return createSimulator({
    name: dataset.name,
    responses: createMatrixResponses({
      users: interactions.users,
      items: catalogue.items.length,
      values: watchMatrix(interactions, catalogue.items.length, unobserved),
    }),
    terminationRules: terminationRules ?? [
      createCategorySimilarityRule({ ...SIMILARITY, window: similarity.window ?? SIMILARITY.window, categories }),
    ],
    protocol,
    seed,
    ...(userPool && { userPool }),
    ...(sessions !== undefined && { sessions }),
    ...(historyLength !== undefined && { historyLength }),
    ...(maxTurns !== undefined && { maxTurns }),
    ...(slate && { slate }),
  });
}

/** `[users, items]` */
function watchMatrix(
  { users, user, item, value }: Interactions,
  items: number,
  unobserved: 'mean' | 'zero',
): Float32Array {
  const matrix = new Float32Array(users * items).fill(Number.NaN);
  const sums = new Float64Array(items);
  const counts = new Int32Array(items);
  for (let row = 0; row < value.length; row++) {
    const watched = Math.min(MAX_WATCH_RATIO, value[row]);
    matrix[user[row] * items + item[row]] = watched;
    sums[item[row]] += watched;
    counts[item[row]]++;
  }
  for (let cell = 0; cell < matrix.length; cell++) {
    if (!Number.isNaN(matrix[cell])) continue;
    matrix[cell] = unobserved === 'zero' ? 0 : sums[cell % items] / counts[cell % items];
  }
  return matrix;
}
