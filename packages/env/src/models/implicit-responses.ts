import { InvalidOptionError, type ResponseModel } from '@ialp/core';
import { bernoulli, denseTable, type ResponseStorage } from './dense-table.js';
import type { ImplicitFactorization } from './factorization/factorize-implicit.js';
import { withResponseTable } from './response-table.js';

/** Options of `createImplicitResponses`. */
export interface ImplicitResponsesOptions {
  /** Where responses come from: see `ResponseStorage`. Default `auto`. */
  readonly storage?: ResponseStorage;
}

/**
 * Users who take items as factorised implicit feedback predicts: the feedback is 1 with the probability
 * `sigmoid(slope score + intercept)`, otherwise 0, with the Platt scaling that `factorizeImplicit` fitted. The log-odds are the
 * utility. How often users take items overall is an assumption of that factorisation, `acceptanceRate`.
 * @throws {InvalidOptionError}
 */
export function createImplicitResponses(
  model: ImplicitFactorization,
  { storage = 'auto' }: ImplicitResponsesOptions = {},
): ResponseModel {
  if (typeof model?.plattScaling?.slope !== 'number') {
    throw new InvalidOptionError('model', model, 'a factorization, such as factorizeImplicit gives');
  }
  const { users, items, factors, userFactors, itemFactors, plattScaling } = model;
  const { slope, intercept } = plattScaling;
  const logit = (user: number, item: number): number => {
    let sum = 0;
    const [u, i] = [user * factors, item * factors];
    for (let k = 0; k < factors; k++) sum += userFactors[u + k] * itemFactors[i + k];
    return slope * sum + intercept;
  };
  const probability = (user: number, item: number): number => 1 / (1 + Math.exp(-logit(user, item)));
  const table = denseTable(users, items, storage, probability);
  const responses: ResponseModel = {
    specificationVersion: 'v1',
    users,
    items,
    rewardRange: [0, 1],
    window: 0,
    utility: (session, item) => logit(session.user, item),
    respond: bernoulli(items, table, probability),
  };
  return withResponseTable(responses, table);
}
