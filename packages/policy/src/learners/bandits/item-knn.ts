import { CheckpointReader, checkInteger, checkNumber, checkShare } from '@ialp/core';
import { checkOptions } from '../../checks/options.js';
import { checkStates } from '../../checks/states.js';
import type { Learner } from '../../learner.js';
import type { Histories, States } from '../../network.js';
import { firstAllowed } from '../../policies/allowed-items.js';
import { epsilonGreedyDistribution } from '../../policies/epsilon-greedy-distribution.js';
import type { Policy } from '../../policy.js';
import { checkCountable } from './baseline-rules.js';
import { ItemSimilarity } from './item-similarity.js';
import { MeanFeedback, type PriorOptions } from './mean-feedback.js';

/** Options of `createItemKnn`. Prior and prior strength are about the mean feedback, which ranks where nothing else does. */
export interface ItemKnnOptions extends PriorOptions {
  /** The most items that a liked item speaks for. Default 50. */
  readonly neighbours?: number;
  /** Damps similarities that few sessions support; 0 does not. Default 10. */
  readonly shrinkage?: number;
  /** Probability of showing any allowed item instead of the best one. From 0 to 1, default 0.1. */
  readonly epsilon?: number;
  /** Steps between two updates. Default 10. */
  readonly rolloutLength?: number;
}

/**
 * Item-based nearest neighbours (Sarwar, Karypis, Konstan and Riedl 2001, Item-based collaborative filtering
 * recommendation algorithms), in the form for sessions that Hidasi et al. (2016, Session-based recommendations with
 * recurrent neural networks) compare with: "who liked this also liked". Items are similar as far as the same sessions
 * liked them, that is, gave positive feedback: `sim(a, b) = co(a, b) / (sqrt(n_a n_b) + shrinkage)`. An item is liked
 * once a session as long as the history shows it.
 *
 * In a state an item scores the sum, over what the history shows as liked, of similarity times feedback. The allowed
 * item of the greatest score is shown, and with probability `epsilon` any allowed item. Ties, as between items of which
 * the history says nothing, go to the greater mean feedback, shrunk as that of `createPopularity` is.
 *
 * The policy refuses a state that allows nothing with a `NothingAllowedError` and another catalogue with a `ShapeError`.
 * Its `learn` refuses another catalogue with a `ShapeError`, a rollout that is not full with an `InvalidOptionError`
 * and a reward that is not finite with a `DivergenceError`, and has learned nothing then.
 * @throws {InvalidOptionError}
 */
export function createItemKnn(options: ItemKnnOptions): Learner {
  checkOptions(options, '{ items: 100 }');
  const { items, neighbours = 50, shrinkage = 10, epsilon = 0.1, rolloutLength = 10 } = options;
  checkInteger('neighbours', neighbours, 1);
  checkNumber('shrinkage', shrinkage, 0);
  checkShare('epsilon', epsilon);
  checkInteger('rolloutLength', rolloutLength, 1);
  const means = new MeanFeedback(options);
  const similarity = new ItemSimilarity(items, neighbours, shrinkage);
  let ranking: Int32Array = new Int32Array(0);
  let place: Int32Array = ranking;
  function rank(): void {
    ranking = means.ranking();
    place = inverseOf(ranking);
  }
  rank();

  /** The allowed item of the greatest score, or of the greatest mean feedback where none has a score. */
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
      if (value > greatest || (value === greatest && place[item] < place[found])) [found, greatest] = [item, value];
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
      checkCountable(rollout, items);
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

/** What a state's history shows as liked, oldest first. */
function likesOf({ historyLength, historyItems, historyFeedback }: Histories, row: number): Like[] {
  const likes: Like[] = [];
  for (let at = row * historyLength; at < (row + 1) * historyLength; at++) {
    if (historyItems[at] >= 0 && historyFeedback[at] > 0) {
      likes.push({ item: historyItems[at], feedback: historyFeedback[at] });
    }
  }
  return likes;
}

/** The place of each item in a ranking. */
function inverseOf(ranking: Int32Array): Int32Array {
  const place = new Int32Array(ranking.length);
  ranking.forEach((item, at) => {
    place[item] = at;
  });
  return place;
}
