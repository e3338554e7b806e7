import {
  CheckpointError,
  CheckpointReader,
  checkInteger,
  InvalidOptionError,
  type Random,
  randomCheckpoint,
  restoreRandom,
} from '@ialp/core';
import { checkRandom } from '../../checks/arguments.js';
import { checkNamedOptions } from '../../checks/options.js';
import { checkChosen, checkStates } from '../../checks/states.js';
import type { Rollout } from '../../experience/rollout.js';
import type { Learner } from '../../learner.js';
import { firstAllowed } from '../../policies/allowed-items.js';
import type { Policy } from '../../policy.js';
import { sampleBeta } from './beta-distribution.js';
import { checkBanditRollout } from './check-rollout.js';
import { checkPrior, PRIOR_NAMES, type PriorOptions, rankingOf, scaledRanks } from './mean-feedback.js';

/** Posterior samples explore by themselves, so that the prior may have more weight than in a ranking by means. */
const PRIOR_STRENGTH = 50;

/** Options of `createThompsonSampling`. */
export interface ThompsonSamplingOptions extends PriorOptions {
  /** Posterior samples of all items' means after each update. Propensities are multiples of `1 / draws`. Default 32. */
  readonly draws?: number;
  /** Steps of all sessions between updates. Default 10. */
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
 * `learn` throws a `ShapeError` for another catalogue, an `InvalidOptionError` for a rollout that is not full or a reward outside
 * 0 to 1, and a `DivergenceError` for a reward that is not finite; the learner is then unchanged.
 * @throws {InvalidOptionError}
 */
export function createThompsonSampling(options: ThompsonSamplingOptions): Learner {
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

  /** For each posterior sample, the items in descending order of their means. */
  function rank(): Int32Array[] {
    const means = new Float64Array(items);
    return Array.from({ length: draws }, () => {
      for (let item = 0; item < items; item++) means[item] = sampleBeta(successes[item], failures[item], random);
      return rankingOf(means);
    });
  }

  const policy: Policy = {
    specificationVersion: 'v1',
    items,
    distribution(observation) {
      checkStates(observation, { items }, 'observation');
      const { sessions } = observation;
      const bestOf = Int32Array.from({ length: sessions * draws }, (_, place) =>
        firstAllowed(rankings[place % draws], observation, Math.floor(place / draws)),
      );
      const propensity = (chosen: Int32Array): Float32Array => {
        checkChosen(chosen, { sessions });
        return Float32Array.from(chosen, (item, row) => {
          let count = 0;
          for (let place = row * draws; place < (row + 1) * draws; place++) if (bestOf[place] === item) count++;
          return count / draws;
        });
      };
      return {
        propensity,
        sample(actionRandom) {
          checkRandom(actionRandom, 'random', ['integer']);
          const chosen = Int32Array.from(
            { length: sessions },
            (_, row) => bestOf[row * draws + actionRandom.integer(draws)],
          );
          return { items: chosen, propensity: propensity(chosen) };
        },
      };
    },
  };

  return {
    specificationVersion: 'v1',
    policy,
    rolloutLength,
    learn(rollout) {
      checkBanditRollout(rollout, items);
      checkRewardRange(rollout);
      const { actions, reward } = rollout;
      for (let row = 0; row < actions.length; row++) {
        successes[actions[row]] += reward[row];
        failures[actions[row]] += 1 - reward[row];
      }
      rankings = rank();
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
      rankings = orders.map((order) => order.slice());
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

function checkRewardRange({ reward }: Rollout): void {
  const wrong = reward.findIndex((value) => value < 0 || value > 1);
  if (wrong !== -1) throw new InvalidOptionError(`rollout.reward[${wrong}]`, reward[wrong], 'a number from 0 to 1');
}
