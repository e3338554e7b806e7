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
import { checkOptions } from '../../checks/options.js';
import { checkChosen, checkStates } from '../../checks/states.js';
import type { Rollout } from '../../experience/rollout.js';
import type { Learner } from '../../learner.js';
import { firstAllowed } from '../../policies/allowed-items.js';
import type { Policy } from '../../policy.js';
import { checkCountable } from './baseline-rules.js';
import { sampleBeta } from './beta-distribution.js';
import { checkPrior, evenlyByRank, type PriorOptions, rankingOf } from './mean-feedback.js';

/** Samples explore by themselves: a prior may count for more than where means alone decide. */
const PRIOR_STRENGTH = 50;

/** Options of `createThompsonSampling`. */
export interface ThompsonSamplingOptions extends PriorOptions {
  /** Samples of all items' means between two updates. Propensities are multiples of `1 / draws`. Default 32. */
  readonly draws?: number;
  /** Steps between two updates. Default 10. */
  readonly rolloutLength?: number;
  /** Draws the samples of the means: at the start and after each update. Give it a generator of its own. */
  readonly random: Random;
}

/**
 * Thompson sampling (Thompson 1933, On the likelihood that one unknown probability exceeds another): an item is shown
 * as often as it is likely to be the best. Each item's mean feedback has a Beta posterior, which begins uniform. A
 * graded reward `r` counts as `r` of a success and `1 - r` of a failure: the expectation of the coin that Agrawal and
 * Goyal (2012, Analysis of Thompson sampling for the multi-armed bandit problem) toss. A prior, falling evenly from 1
 * for the best known item to 0 for the least known, counts as the mean of `priorStrength` rewards.
 *
 * Propensities are exact. After each update `draws` samples of all items' means are taken. In a state each sample names
 * its best allowed item (ties: the lower index), the item shown is that of one sample, each as likely as the others,
 * and its propensity is the share of samples that name it.
 *
 * The policy refuses a state that allows nothing with a `NothingAllowedError` and another catalogue with a `ShapeError`.
 * Its `learn` refuses another catalogue with a `ShapeError`, a rollout that is not full or a reward outside of 0 to 1
 * with an `InvalidOptionError`, and a reward that is not finite with a `DivergenceError`; nothing has changed then.
 * @throws {InvalidOptionError}
 */
export function createThompsonSampling(options: ThompsonSamplingOptions): Learner {
  checkOptions(options, '{ items: 100, random: createRandom(1) }');
  const { items, draws = 32, rolloutLength = 10, random, prior, priorStrength = PRIOR_STRENGTH } = options;
  checkPrior(options);
  checkRandom(random, 'random', ['uniform', 'normal']);
  checkInteger('draws', draws, 1);
  checkInteger('rolloutLength', rolloutLength, 1);
  const expected = prior && evenlyByRank(prior);
  const successes = Float64Array.from({ length: items }, (_, item) => 1 + priorStrength * (expected?.[item] ?? 0));
  const failures = Float64Array.from({ length: items }, (_, item) =>
    expected === undefined ? 1 : 1 + priorStrength * (1 - expected[item]),
  );
  let rankings = rank();

  /** For each sample of the means the items in their order. */
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
      const named = Int32Array.from({ length: sessions * draws }, (_, place) =>
        firstAllowed(rankings[place % draws], observation, Math.floor(place / draws)),
      );
      const propensity = (chosen: Int32Array): Float32Array => {
        checkChosen(chosen, { sessions });
        return Float32Array.from(chosen, (item, row) => {
          let count = 0;
          for (let place = row * draws; place < (row + 1) * draws; place++) if (named[place] === item) count++;
          return count / draws;
        });
      };
      return {
        propensity,
        sample(actionRandom) {
          checkRandom(actionRandom, 'random', ['integer']);
          const chosen = Int32Array.from(
            { length: sessions },
            (_, row) => named[row * draws + actionRandom.integer(draws)],
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
      checkCountable(rollout, items);
      checkGrades(rollout);
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

function checkGrades({ reward }: Rollout): void {
  const wrong = reward.findIndex((value) => value < 0 || value > 1);
  if (wrong !== -1) throw new InvalidOptionError(`rollout.reward[${wrong}]`, reward[wrong], 'a number from 0 to 1');
}
