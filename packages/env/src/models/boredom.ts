import { checkSpecification, counted, described, InvalidOptionError, type ResponseModel } from '@ialp/core';
import { checkCategories, checkOptions } from '../options.js';

/** Options of `withBoredom`. */
export interface BoredomOptions {
  /** `[items]` lists of category numbers, `0..n-1`; `categoriesOf(catalogue, 'genre')` reads them from an attribute. */
  readonly categories: readonly ArrayLike<number>[];
  /** How much one unit of boredom lowers the utility, in log-odds. Above 0. Default 0.5. */
  readonly weight?: number;
  /** Share of the boredom that remains after each item shown. From 0, below 1. Default 0.9. */
  readonly retention?: number;
}

/**
 * Users who tire of what they are shown and recover later: wraps a response model with a `utility`. Feedback becomes 1 with the
 * probability `sigmoid(utility - weight sum boredom)`, otherwise 0. Boredom with each category of an item grows by 1 when the item
 * is shown, and all boredom decays by `retention` with each item (cf. L. Leqi et al., "Rebounding Bandits for Modeling Satiation
 * Effects", NeurIPS 2021). The item with the highest utility now is the best myopic choice, but not the best one in the long run:
 * a favourite is worth more after a pause.
 * @throws {InvalidOptionError} if the model has no utility, or the categories are not those of its items.
 */
export function withBoredom(model: ResponseModel, options: BoredomOptions): ResponseModel {
  checkSpecification('model', model, ['respond'], 'a response model, such as createRatingResponses(factorization)');
  checkOptions(options, '{ categories }', ['categories', 'weight', 'retention']);
  const { categories, weight = 0.5, retention = 0.9 } = options;
  const { stateSize = 0, utility } = model;
  if (utility === undefined)
    throw new InvalidOptionError('model', described('one without a utility'), 'a response model with a utility');
  checkCategories(categories);
  if (categories.length !== model.items) {
    throw new InvalidOptionError(
      'categories',
      described(counted(categories.length, 'list')),
      `one list for each of the ${model.items} items`,
    );
  }
  if (!(weight > 0 && Number.isFinite(weight)))
    throw new InvalidOptionError('weight', weight, 'a finite number above 0');
  if (!(retention >= 0 && retention < 1))
    throw new InvalidOptionError('retention', retention, 'a number from 0, below 1');
  const width = 1 + Math.max(-1, ...categories.map((list) => Math.max(-1, ...Array.from(list))));
  // The state of the wrapped model comes first, then the boredom with each category.
  const boredomWith = (item: number, state: Float64Array): number => {
    let sum = 0;
    for (let k = 0; k < categories[item].length; k++) sum += state[stateSize + categories[item][k]];
    return weight * sum;
  };
  const boredUtility: NonNullable<ResponseModel['utility']> = (session, item, state) => {
    return utility.call(model, session, item, state) - boredomWith(item, state);
  };
  return {
    specificationVersion: 'v1',
    users: model.users,
    items: model.items,
    rewardRange: [0, 1],
    window: model.window,
    stateSize: stateSize + width,
    ...(model.hasOtherState === true && { hasOtherState: true }),
    utility: boredUtility,
    respond(session, item, random, state) {
      return random.uniform() < 1 / (1 + Math.exp(-boredUtility(session, item, state))) ? 1 : 0;
    },
    begin: (state, session, random) => model.begin?.(state, session, random),
    update(state, session, item, feedback, random) {
      model.update?.(state, session, item, feedback, random);
      for (let k = stateSize; k < state.length; k++) state[k] *= retention;
      for (let k = 0; k < categories[item].length; k++) state[stateSize + categories[item][k]] += 1;
    },
  };
}
