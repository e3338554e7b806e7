import { checkInteger, checkNumber, checkShare, isAllowed } from '@ialp/core';
import { CheckpointReader } from '@ialp/core/checkpoint';
import { checkNamedOptions } from '../../checks/options.js';
import { checkStates } from '../../checks/states.js';
import type { CheckpointableLearner } from '../../learner.js';
import type { Histories, States } from '../../network.js';
import { firstAllowed } from '../../policies/allowed-items.js';
import { epsilonGreedyDistribution } from '../../policies/ranked-distribution.js';
import type { Policy } from '../../policy.js';
import { checkBanditExperience } from './check-experience.js';
import { ItemSimilarity } from './item-similarity.js';
import { MeanFeedback, PRIOR_NAMES, type PriorOptions } from './mean-feedback.js';
import { shownItems } from './shown-items.js';

/** Options of `createItemKnn`. `prior` and `priorStrength` concern the mean feedback, which breaks ties of the similarity score. */
export interface ItemKnnOptions extends PriorOptions {
  /** Neighbours of each item, at most. Default 50. */
  readonly neighbors?: number;
  /** Damps similarities with little support; 0 disables damping. Default 10. */
  readonly shrinkage?: number;
  /** Exploration rate: probability of a random allowed item. From 0 to 1. Default 0.1. */
  readonly epsilon?: number;
  /** Turns of each session between two updates. Default 10. */
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
 * `learn` throws a `ShapeError` for another catalogue, an `InvalidOptionError` for what is not trajectories and a
 * `DivergenceError` for a reward that is not finite; the learner is then unchanged.
 * @throws {InvalidOptionError}
 */
export function createItemKnn(options: ItemKnnOptions): CheckpointableLearner {
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

  /** The allowed items in order of their scores, then those without one in order of their mean feedback; at most `count`. */
  function rankRow(states: States, row: number, count: number): number[] {
    const score = new Map<number, number>();
    for (const { item, feedback } of likesOf(states, row)) {
      const near = similarity.of(item);
      for (let k = 0; k < near.items.length; k++) {
        const other = near.items[k];
        if (!isAllowed(states, row, other)) continue;
        score.set(other, (score.get(other) ?? 0) + near.similarity[k] * feedback);
      }
    }
    const scored = Array.from(score)
      .filter(([, value]) => value > 0)
      .sort(([a, x], [b, y]) => y - x || rankOf[a] - rankOf[b])
      .slice(0, count)
      .map(([item]) => item);
    if (scored.length === count) return scored;
    const others = firstAllowed(ranking, states, row, count).filter((item) => !scored.includes(item));
    return [...scored, ...others].slice(0, count);
  }

  const policy: Policy = {
    specificationVersion: 'v2',
    items,
    distribution(observation) {
      checkStates(observation, { items }, 'observation');
      return epsilonGreedyDistribution(observation, (row, count) => rankRow(observation, row, count), epsilon);
    },
  };

  return {
    specificationVersion: 'v2',
    policy,
    rolloutLength,
    learn(trajectories) {
      checkBanditExperience(trajectories, items);
      const shown = shownItems(trajectories);
      for (const [place, item] of shown.items.entries()) {
        if (shown.feedback[place] <= 0) continue;
        const liked = new Set(likesOf(trajectories.states, shown.row[place]).map((like) => like.item));
        if (!liked.has(item)) similarity.add(item, liked);
      }
      means.add(shown);
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
