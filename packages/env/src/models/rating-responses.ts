import { checkMethods, InvalidOptionError, type ResponseModel } from '@ialp/core';
import { checkOptions } from '../options.js';
import { bernoulli, denseTable, type ResponseStorage } from './dense-table.js';
import type { Factorization } from './factorization/factorize.js';
import { type LikingRule, likeLogit, likeProbability } from './factorization/liking.js';
import { withResponseTable } from './response-table.js';

/** Options of `createRatingResponses`. */
export interface RatingResponsesOptions {
  /** A user likes an item if they would rate it this or higher, in the unit of the ratings; 4 for ratings from 1 to 5. */
  readonly likeThreshold: number;
  /**
   * `like`: the feedback is 1 with the probability that the user likes the item, otherwise 0. `rating`: it is the expected rating,
   * without noise, as in EasyRL4Rec's simulators. Default `like`.
   */
  readonly reward?: 'like' | 'rating';
  /** Where responses come from: see `ResponseStorage`. Default `auto`. */
  readonly storage?: ResponseStorage;
}

/**
 * Users who respond as factorised ratings predict. The factorisation gives an expected rating, and its held-out error says how
 * far the true rating may be from it. The feedback is 1 with the probability that the rating is at least `likeThreshold`, with half
 * a step for rounding, and otherwise 0: `P(like | u, i) = Phi((predicted - (likeThreshold - step / 2)) / rmse)`. The log-odds are
 * the utility.
 * @throws {InvalidOptionError}
 */
export function createRatingResponses(model: Factorization, options: RatingResponsesOptions): ResponseModel {
  checkMethods('model', model, ['predict'], 'a factorization, such as factorize gives');
  checkOptions(options, '{ likeThreshold: 4 }', ['likeThreshold', 'reward', 'storage']);
  const { likeThreshold, reward = 'like', storage = 'auto' } = options;
  const { users, items, scale, step, heldOut } = model;
  if (!Number.isFinite(likeThreshold)) throw new InvalidOptionError('likeThreshold', likeThreshold, 'a finite number');
  if (reward !== 'like' && reward !== 'rating') throw new InvalidOptionError('reward', reward, "'like' or 'rating'");
  const predict = predictor(model);
  const rule: LikingRule = { likeThreshold, step, spread: heldOut.rmse };
  const shared = { specificationVersion: 'v1', users, items, window: 0 } as const;
  if (reward === 'rating') {
    const table = denseTable(users, items, storage, predict);
    const rating = (user: number, item: number): number =>
      table === undefined ? Math.fround(predict(user, item)) : table[user * items + item];
    const responses: ResponseModel = {
      ...shared,
      rewardRange: [Math.fround(scale[0]), Math.fround(scale[1])],
      utility: (session, item) => likeLogit(rating(session.user, item), rule),
      respond: (session, item) => rating(session.user, item),
    };
    return withResponseTable(responses, table);
  }
  const probability = (user: number, item: number): number => likeProbability(predict(user, item), rule);
  const table = denseTable(users, items, storage, probability);
  const responses: ResponseModel = {
    ...shared,
    rewardRange: [0, 1],
    utility: (session, item) => likeLogit(predict(session.user, item), rule),
    respond: bernoulli(items, table, probability),
  };
  return withResponseTable(responses, table);
}

/** `model.predict` without its checks, which the simulator has made. */
function predictor(model: Factorization): (user: number, item: number) => number {
  const { mean, userBias, itemBias, userFactors, itemFactors, factors, scale } = model;
  const [least, greatest] = scale;
  return (user, item) => {
    let sum = mean + userBias[user] + itemBias[item];
    const [u, i] = [user * factors, item * factors];
    for (let k = 0; k < factors; k++) sum += userFactors[u + k] * itemFactors[i + k];
    return Math.min(greatest, Math.max(least, sum));
  };
}
