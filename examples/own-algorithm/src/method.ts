import { TurnBandit } from './turn-bandit.js';

/** The algorithm as a method of the study: `npm run study -- --method turn-bandit=examples/own-algorithm/dist/method.js`. */
export const method = {
  description: 'for each turn of a session, what was liked at that turn',
  isPretrained: false,
  create: ({ space }: { readonly space: { readonly items: number } }) => ({ learner: new TurnBandit(space.items) }),
};
