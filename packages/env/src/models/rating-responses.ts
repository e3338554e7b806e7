import { checkMethods, InvalidOptionError, type ResponseModel } from '@ialp/core';
import { checkOptions } from '../options.js';
import { bernoulli, denseTable, type ResponseStorage } from './dense-table.js';
import type { Factorization } from './factorization/factorize.js';
import { type LikingRule, likeLogit, likeProbability } from './factorization/liking.js';

/** Options of `createRatingResponses`. */
export interface RatingResponsesOptions {
  /** A user likes an item that they would rate this high or higher. In the unit of the ratings; for 1 to 5, say 4. */
  readonly likeThreshold: number;
  /**
   * What the reward is. `like`: 1 with the probability that the user likes the item, else 0. `rating`: the expected rating
   * itself, without chance, as EasyRL4Rec's simulators have it. Default `like`.
   */
  readonly reward?: 'like' | 'rating';
  /** Default `auto`. */
  readonly storage?: ResponseStorage;
}

/**
 * Users who answer as their ratings predict. Factorised ratings give an expected rating; the factorisation's own
 * held-out error says how far the true one may lie from it. The feedback is 1 with the probability that the rating is
 * `likeThreshold` or more (half a step of rounding allowed), else 0:
 * `P(like | u, i) = Phi((predicted - (likeThreshold - step / 2)) / rmse)`; its log-odds are the utility of the item.
 * @throws {InvalidOptionError}
 */
export function createRatingResponses(model: Factorization, options: RatingResponsesOptions): ResponseModel {
  checkMethods('model', model, ['predict'], 'a factorization, such as factorize gives');
  checkOptions(options, '{ likeThreshold: 4 }');
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
    return {
      ...shared,
      rewardRange: [Math.fround(scale[0]), Math.fround(scale[1])],
      utility: (session, item) => likeLogit(rating(session.user, item), rule),
      respond: (session, item) => rating(session.user, item),
    };
  }
  const probability = (user: number, item: number): number => likeProbability(predict(user, item), rule);
  return {
    ...shared,
    rewardRange: [0, 1],
    utility: (session, item) => likeLogit(predict(session.user, item), rule),
    respond: bernoulli(items, denseTable(users, items, storage, probability), probability),
  };
}

/** `model.predict` without its checks: the simulator has made them. */
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
