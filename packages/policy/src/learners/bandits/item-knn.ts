import { CheckpointReader, checkInteger, checkNumber, checkShare } from '@ialp/core';
import { checkNamedOptions } from '../../checks/options.js';
import { checkStates } from '../../checks/states.js';
import type { Learner } from '../../learner.js';
import type { Histories, States } from '../../network.js';
import { firstAllowed } from '../../policies/allowed-items.js';
import { epsilonGreedyDistribution } from '../../policies/epsilon-greedy-distribution.js';
import type { Policy } from '../../policy.js';
import { checkBanditRollout } from './check-rollout.js';
import { ItemSimilarity } from './item-similarity.js';
import { MeanFeedback, PRIOR_NAMES, type PriorOptions } from './mean-feedback.js';

/** Options of `createItemKnn`. `prior` and `priorStrength` concern the mean feedback, which breaks ties of the similarity score. */
export interface ItemKnnOptions extends PriorOptions {
  /** Neighbours of each item, at most. Default 50. */
  readonly neighbors?: number;
  /** Damps similarities with little support; 0 disables damping. Default 10. */
  readonly shrinkage?: number;
  /** Exploration rate: probability of a random allowed item. From 0 to 1. Default 0.1. */
  readonly epsilon?: number;
  /** Steps of all sessions between updates. Default 10. */
  readonly rolloutLength?: number;
}

const OPTION_NAMES: readonly (keyof ItemKnnOptions)[] = [
  ...PRIOR_NAMES,
  'neighbors',
  'shrinkage',
  'epsilon',
  'rolloutLength',
];

/**
 * Item-based nearest neighbours (Sarwar, Karypis, Konstan and Riedl 2001, Item-based collaborative filtering
 * recommendation algorithms), in the form for sessions that Hidasi et al. (2016, Session-based recommendations with
 * recurrent neural networks) use as a baseline: "users who liked this also liked". The similarity of two items counts the
 * sessions with positive feedback on both: `sim(a, b) = co(a, b) / (sqrt(n_a n_b) + shrinkage)`. A like of an item is counted
 * once per session as long as the item is in the history.
 *
 * An item's score in a state is the sum of similarity times feedback over the liked items of the history. It shows the allowed
 * item of the greatest score, and with probability `epsilon` a uniformly random allowed item. Ties, also among items without a
 * score, go to the greater mean feedback, shrunk as in `createPopularity`.
 *
 * The policy throws a `NothingAllowedError` for a state that allows no item, and a `ShapeError` for another catalogue.
 * `learn` throws a `ShapeError` for another catalogue, an `InvalidOptionError` for a rollout that is not full and a
 * `DivergenceError` for a reward that is not finite; the learner is then unchanged.
 * @throws {InvalidOptionError}
 */
export function createItemKnn(options: ItemKnnOptions): Learner {
  checkNamedOptions(options, '{ items: 100 }', OPTION_NAMES);
  const { items, neighbors = 50, shrinkage = 10, epsilon = 0.1, rolloutLength = 10 } = options;
  checkInteger('neighbors', neighbors, 1);
  checkNumber('shrinkage', shrinkage, 0);
  checkShare('epsilon', epsilon);
  checkInteger('rolloutLength', rolloutLength, 1);
  const means = new MeanFeedback(options);
  const similarity = new ItemSimilarity(items, neighbors, shrinkage);
  let ranking: Int32Array = new Int32Array(0);
  let rankOf: Int32Array = ranking;
  function rank(): void {
    ranking = means.ranking();
    rankOf = ranksOf(ranking);
  }
  rank();

  /** The allowed item of the greatest score, or of the greatest mean feedback if no item has a score. */
  function best(states: States, row: number): number {
    const score = new Map<number, number>();
    for (const { item, feedback } of likesOf(states, row)) {
      const near = similarity.of(item);
      for (let k = 0; k < near.items.length; k++) {
        const other = near.items[k];
        if (states.mask[row * items + other] !== 1) continue;
        score.set(other, (score.get(other) ?? 0) + near.similarity[k] * feedback);
      }
    }
    let [found, greatest] = [-1, 0];
    for (const [item, value] of score) {
      if (value > greatest || (value === greatest && rankOf[item] < rankOf[found])) [found, greatest] = [item, value];
    }
    return found === -1 ? firstAllowed(ranking, states, row) : found;
  }

  const policy: Policy = {
    specificationVersion: 'v1',
    items,
    distribution(observation) {
      checkStates(observation, { items }, 'observation');
      const shown = Int32Array.from({ length: observation.sessions }, (_, row) => best(observation, row));
      return epsilonGreedyDistribution(observation, shown, epsilon);
    },
  };

  return {
    specificationVersion: 'v1',
    policy,
    rolloutLength,
    learn(rollout) {
      checkBanditRollout(rollout, items);
      const { states, actions, reward } = rollout;
      for (let row = 0; row < actions.length; row++) {
        if (reward[row] <= 0) continue;
        const liked = new Set(likesOf(states, row).map(({ item }) => item));
        if (!liked.has(actions[row])) similarity.add(actions[row], liked);
      }
      means.add(rollout);
      rank();
      return {};
    },
    checkpoint: () => ({ means: means.checkpoint(), similarity: similarity.checkpoint() }),
    restore(checkpoint) {
      const reader = new CheckpointReader(checkpoint);
      const parts = ['means', 'similarity'].map((name) => reader.part(name).whole());
      const before = similarity.checkpoint();
      similarity.restore(parts[1]);
      try {
        means.restore(parts[0]);
      } catch (error) {
        similarity.restore(before);
        throw error;
      }
      rank();
    },
  };
}

interface Like {
  readonly item: number;
  /** Above 0. */
  readonly feedback: number;
}

/** The liked items of a state's history, oldest first. */
function likesOf({ historyLength, historyItems, historyFeedback }: Histories, row: number): Like[] {
  const likes: Like[] = [];
  for (let at = row * historyLength; at < (row + 1) * historyLength; at++) {
    if (historyItems[at] >= 0 && historyFeedback[at] > 0) {
      likes.push({ item: historyItems[at], feedback: historyFeedback[at] });
    }
  }
  return likes;
}

/** The rank of each item. */
function ranksOf(ranking: Int32Array): Int32Array {
  const rankOf = new Int32Array(ranking.length);
  ranking.forEach((item, at) => {
    rankOf[item] = at;
  });
  return rankOf;
}
