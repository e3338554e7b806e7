import { CheckpointError, checkInteger, InvalidOptionError, type Random, type Trajectories } from '@ialp/core';
import { CheckpointReader, randomCheckpoint, restoreRandom } from '@ialp/core/checkpoint';
import { checkRandom } from '../../checks/arguments.js';
import { checkNamedOptions } from '../../checks/options.js';
import { checkStates } from '../../checks/states.js';
import { NothingAllowedError } from '../../errors.js';
import type { CheckpointableLearner } from '../../learner.js';
import { firstAllowed, includes, isOpen, NOTHING_TAKEN, type Taken } from '../../policies/allowed-items.js';
import { slateDistribution } from '../../policies/slate-distribution.js';
import type { Policy } from '../../policy.js';
import { sampleBeta } from './beta-distribution.js';
import { checkBanditExperience } from './check-experience.js';
import { checkPrior, PRIOR_NAMES, type PriorOptions, rankingOf, scaledRanks } from './mean-feedback.js';
import { shownItems } from './shown-items.js';

/** Posterior samples explore by themselves, so that the prior may have more weight than in a ranking by means. */
const PRIOR_STRENGTH = 50;

/** Options of `createThompsonSampling`. */
export interface ThompsonSamplingOptions extends PriorOptions {
  /** Posterior samples of all items' means after each update. Propensities are multiples of `1 / draws`. Default 32. */
  readonly draws?: number;
  /** Turns of each session between two updates. Default 10. */
  readonly rolloutLength?: number;
  /** Draws the posterior samples, at the start and after each update. Use a generator of its own. */
  readonly random: Random;
}

const OPTION_NAMES: readonly (keyof ThompsonSamplingOptions)[] = [...PRIOR_NAMES, 'draws', 'rolloutLength', 'random'];

/**
 * Thompson sampling (Thompson 1933, On the likelihood that one unknown probability exceeds another): an item is shown with the
 * posterior probability that it is the best. Each item's mean feedback has a Beta posterior, initially uniform. A graded reward
 * `r` counts as `r` successes and `1 - r` failures, the expectation of the Bernoulli trial of Agrawal and Goyal (2012, Analysis
 * of Thompson sampling for the multi-armed bandit problem). A prior, which decreases linearly with the item's rank in `prior`,
 * from 1 to 0, counts as the mean of `priorStrength` rewards.
 *
 * Propensities are exact. After each update `draws` posterior samples of all items' means are drawn. In a state, each sample has
 * a best allowed item (ties: the lower index). The policy shows the best item of a uniformly random sample; its propensity is
 * the share of the samples with that best item.
 *
 * The policy throws a `NothingAllowedError` for a state that allows no item, and a `ShapeError` for another catalogue.
 * `learn` throws a `ShapeError` for another catalogue, an `InvalidOptionError` for what is not trajectories or a reward outside
 * 0 to 1, and a `DivergenceError` for a reward that is not finite; the learner is then unchanged.
 * @throws {InvalidOptionError}
 */
export function createThompsonSampling(options: ThompsonSamplingOptions): CheckpointableLearner {
  checkNamedOptions(options, '{ items: 100, random: createRandom(1) }', OPTION_NAMES);
  const { items, draws = 32, rolloutLength = 10, random, prior, priorStrength = PRIOR_STRENGTH } = options;
  checkPrior(options);
  checkRandom(random, 'random', ['uniform', 'normal']);
  checkInteger('draws', draws, 1);
  checkInteger('rolloutLength', rolloutLength, 1);
  const expected = prior && scaledRanks(prior);
  const successes = Float64Array.from({ length: items }, (_, item) => 1 + priorStrength * (expected?.[item] ?? 0));
  const failures = Float64Array.from({ length: items }, (_, item) =>
    expected === undefined ? 1 : 1 + priorStrength * (1 - expected[item]),
  );
  let rankings = rank();
  let order = rankMeans();

  /** For each posterior sample, the items in descending order of their means. */
  function rank(): Int32Array[] {
    const means = new Float64Array(items);
    return Array.from({ length: draws }, () => {
      for (let item = 0; item < items; item++) means[item] = sampleBeta(successes[item], failures[item], random);
      return rankingOf(means);
    });
  }

  /** The items in descending order of their posterior means. */
  function rankMeans(): Int32Array {
    return rankingOf(successes.map((won, item) => won / (won + failures[item])));
  }

  const policy: Policy = {
    specificationVersion: 'v2',
    items,
    distribution(observation) {
      checkStates(observation, { items }, 'observation');
      const orders = rankings;
      const meanOrder = order;
      /** The best item of a posterior sample that is not in the slate. */
      const best = (draw: number, row: number, taken: Taken): number => {
        for (const item of orders[draw]) if (isOpen(observation, row, item, taken)) return item;
        throw new NothingAllowedError(row, 1 + taken.length);
      };
      /** `[rows, draws]`: the best item of each sample in each row, before anything is in the slate. */
      const first = Int32Array.from({ length: observation.rows * draws }, (_, place) =>
        best(place % draws, Math.floor(place / draws), NOTHING_TAKEN),
      );
      const bestOf = (draw: number, row: number, taken: Taken): number =>
        includes(taken, first[row * draws + draw]) ? best(draw, row, taken) : first[row * draws + draw];
      return slateDistribution(observation, {
        uses: ['integer'],
        draw: (row, taken, actionRandom) => bestOf(actionRandom.integer(draws), row, taken),
        probability(row, taken, item) {
          if (!isOpen(observation, row, item, taken)) return 0;
          let count = 0;
          for (let draw = 0; draw < draws; draw++) if (bestOf(draw, row, taken) === item) count++;
          return count / draws;
        },
        rank(row, count) {
          const shares = new Map<number, number>();
          for (const item of first.subarray(row * draws, (row + 1) * draws))
            shares.set(item, (shares.get(item) ?? 0) + 1);
          const ranked = firstAllowed(meanOrder, observation, row, items);
          return ranked.sort((a, b) => (shares.get(b) ?? 0) - (shares.get(a) ?? 0)).slice(0, count);
        },
      });
    },
  };

  return {
    specificationVersion: 'v2',
    policy,
    rolloutLength,
    learn(trajectories) {
      checkBanditExperience(trajectories, items);
      checkRewardRange(trajectories);
      const { items: shown, feedback } = shownItems(trajectories);
      for (const [place, item] of shown.entries()) {
        successes[item] += feedback[place];
        failures[item] += 1 - feedback[place];
      }
      rankings = rank();
      order = rankMeans();
      return {};
    },
    checkpoint: () => ({
      successes: successes.slice(),
      failures: failures.slice(),
      rankings: rankings.map((ranking) => ranking.slice()),
      random: randomCheckpoint(random),
    }),
    restore(checkpoint) {
      const reader = new CheckpointReader(checkpoint);
      const [won, lost] = ['successes', 'failures'].map((name) => reader.array(name, Float64Array, items));
      const orders = reader.arrays('rankings', Int32Array, items);
      if (!orders.every((order) => isOrder(order))) {
        throw new CheckpointError(`rankings: expected each item once; found other numbers.`);
      }
      if (![...won, ...lost].every((sum) => sum > 0 && Number.isFinite(sum))) {
        throw new CheckpointError('checkpoint: expected successes and failures above 0; found other numbers.');
      }
      if (orders.length !== draws) throw new CheckpointError(`rankings: expected ${draws}; found ${orders.length}.`);
      restoreRandom(random, reader.numbers('random'));
      successes.set(won);
      failures.set(lost);
      rankings = orders.map((each) => each.slice());
      order = rankMeans();
    },
  };
}

/** Whether a ranking has each item once. */
function isOrder(order: Int32Array): boolean {
  return order
    .slice()
    .sort()
    .every((item, place) => item === place);
}

function checkRewardRange({ reward }: Trajectories): void {
  const wrong = reward.findIndex((value) => value < 0 || value > 1);
  if (wrong !== -1)
    throw new InvalidOptionError(`trajectories.reward[${wrong}]`, reward[wrong], 'a number from 0 to 1');
}
