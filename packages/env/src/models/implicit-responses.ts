import type { ResponseModel } from '@ialp/core';
import { bernoulli, denseTable, type LikelihoodMemory } from './dense-table.js';
import type { ImplicitFactorization } from './factorization/factorize-implicit.js';

/** Options of `implicitResponses`. */
export interface ImplicitResponsesOptions {
  /** Default `auto`. */
  readonly memory?: LikelihoodMemory;
}

/**
 * People who take items as their implicit feedback predicts: the feedback is 1 with the probability
 * `sigmoid(slope score + intercept)`, else 0, by the curve that `factorizeImplicit` fitted; its log-odds are the utility. How
 * much is taken on the whole is that factorisation's assumption, `acceptance`.
 */
export function implicitResponses(
  model: ImplicitFactorization,
  { memory = 'auto' }: ImplicitResponsesOptions = {},
): ResponseModel {
  const { users, items, factors, userFactors, itemFactors, taking } = model;
  const { slope, intercept } = taking;
  const logit = (user: number, item: number): number => {
    let sum = 0;
    const [u, i] = [user * factors, item * factors];
    for (let k = 0; k < factors; k++) sum += userFactors[u + k] * itemFactors[i + k];
    return slope * sum + intercept;
  };
  const likelihood = (user: number, item: number): number => 1 / (1 + Math.exp(-logit(user, item)));
  return {
    users,
    items,
    rewardRange: [0, 1],
    window: 0,
    utility: (session, item) => logit(session.user, item),
    respond: bernoulli(items, denseTable(users, items, memory, likelihood), likelihood),
  };
}
