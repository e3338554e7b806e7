import { excludedIn, exclusionsOf, isAllowed, type Observation } from '@ialp/core';
import { type ConformanceCheck, checkRule, denseMasks, ofVersion2, versionCheck } from '@ialp/core/testing';
import type { Policy } from '../policy.js';
import { checkClose, checkSame, checkThrows } from './comparisons.js';
import { type ConformanceOptions, makeRandom } from './conformance-options.js';
import { behaviorOf, chiSquare, probabilitiesOf } from './probabilities.js';
import { checkForgetting, checkIdempotent, checkMemories } from './session-memory-checks.js';
import {
  checkConditionals,
  checkFirstPosition,
  checkSlateFrequencies,
  checkSlates,
  checkTooLong,
  checkTop,
} from './slate-checks.js';
import { copyObservation, singleState, syntheticStates } from './synthetic-sessions.js';

/** States in a batch: not a multiple of the SIMD width. */
const ROWS = 7;
/** Samples from each of a few states, to compare frequencies with probabilities. */
const DRAWS = 4000;
/** How far a sum of probabilities in single precision may be from 1. */
const SUM_TOLERANCE = 1e-4;

/**
 * The rules of `Policy`, one check each, for any test runner:
 *
 * ```ts
 * for (const check of policyChecks(makeMine)) test(check.name, check.run);
 * ```
 *
 * @param make makes the policy to check, always the same one. The states are synthetic.
 */
export function policyChecks(make: () => Policy, options: ConformanceOptions = {}): ConformanceCheck[] {
  const makePolicy = ofVersion2(make);
  const { samplingChangesPolicy = false } = options;
  const states = (policy: Policy, rows = ROWS): Observation => syntheticStates(rows, policy.items, options);
  /** A check that makes a policy and states for it. */
  const onStates = (name: string, check: (policy: Policy, observation: Observation) => void): ConformanceCheck => ({
    name,
    run() {
      const policy = makePolicy();
      check(policy, states(policy));
    },
  });

  return [
    versionCheck('policy', make),
    { name: 'items is an integer of at least 1', run: () => checkItems(makePolicy()) },
    onStates('every state gets an item and a propensity', (policy, observation) => {
      const action = policy.distribution(observation).sample(makeRandom(options));
      checkArray('items', action.items, Int32Array, ROWS);
      checkArray('propensity', action.propensity, Float32Array, ROWS);
      const asked = policy.distribution(observation).propensity(new Int32Array(ROWS));
      checkArray('propensity(items)', asked, Float32Array, ROWS);
    }),
    onStates('the probabilities of the allowed items sum to 1 in every state', checkSums),
    onStates('forbidden items have probability 0', checkForbidden),
    onStates('only allowed items are sampled', (policy, observation) => {
      const distribution = policy.distribution(observation);
      const random = makeRandom(options);
      for (let draw = 0; draw < DRAWS / 10; draw++) {
        distribution.sample(random).items.forEach((item, row) => {
          checkRule(
            isAllowed(observation, row, item),
            `items[${row}]: expected an item that is available and not excluded; found ${item}`,
          );
        });
      }
    }),
    onStates('the reported propensity is the probability of the sampled item', (policy, observation) => {
      const distribution = policy.distribution(observation);
      const random = makeRandom(options);
      for (let draw = 0; draw < 20; draw++) {
        const { items, propensity } = distribution.sample(random);
        const [drawn, reported] = [items.slice(), propensity.slice()];
        checkSame(reported, distribution.propensity(drawn), 'propensity');
        reported.forEach((value, row) => {
          checkRule(
            value > 0 && value <= 1 + SUM_TOLERANCE,
            `propensity[${row}] of an item drawn: expected above 0, at most 1; found ${value}`,
          );
        });
      }
    }),
    {
      name: 'items are sampled with the frequencies of their probabilities',
      run() {
        const policy = makePolicy();
        checkFrequencies(policy, states(policy, 4), options);
      },
    },
    onStates("a state's distribution does not depend on the rest of the batch", (policy, observation) => {
      const together = behaviorOf(policy, observation);
      const { items } = observation;
      for (let row = 0; row < ROWS; row++) {
        const alone = behaviorOf(policy, singleState(observation, row));
        checkClose(
          alone,
          together.subarray(row * items, (row + 1) * items),
          1e-6,
          `probabilities of state ${row} alone`,
        );
      }
    }),
    onStates('batches of different sizes can follow each other', (policy, observation) => {
      const before = behaviorOf(policy, observation);
      policy.distribution(states(policy, 10 * ROWS)).sample(makeRandom(options));
      const after = behaviorOf(policy, observation);
      if (samplingChangesPolicy) return;
      checkSame(after, before, 'probabilities after a greater batch');
    }),
    onStates('the observation is not modified', (policy, observation) => {
      const before = copyObservation(observation);
      const distribution = policy.distribution(observation);
      distribution.propensity(distribution.sample(makeRandom(options)).items);
      for (const field of ['session', 'turn', 'historyItems', 'historyFeedback', 'available'] as const) {
        checkSame(observation[field], before[field], field);
      }
      for (const field of ['offset', 'count', 'items'] as const) {
        checkSame(observation.exclusions[field], before.exclusions[field], `exclusions.${field}`);
      }
    }),
    onStates(
      'the same seed gives the same sample: all randomness comes from the given generator',
      (policy, observation) => {
        const draw = (each: Policy): number[] => {
          const random = makeRandom(options);
          const distribution = each.distribution(observation);
          return Array.from({ length: 10 }, () => [...distribution.sample(random).items]).flat();
        };
        const first = draw(policy);
        if (!samplingChangesPolicy) checkSame(draw(policy), first, 'items drawn again with the same seed');
        checkSame(draw(makePolicy()), first, 'items that a second policy draws with the same seed');
      },
    ),
    onStates('sampling does not change probabilities', (policy, observation) => {
      const distribution = policy.distribution(observation);
      const before = probabilitiesOf(distribution, observation);
      distribution.sample(makeRandom(options));
      checkSame(probabilitiesOf(distribution, observation), before, 'probabilities after a draw');
      if (samplingChangesPolicy) return;
      checkSame(behaviorOf(policy, observation), before, 'probabilities when the policy is asked again');
    }),
    onStates('the only allowed item has probability 1', checkOnlyItem(options)),
    onStates('sampling in a state that allows no item is refused', (policy, observation) => {
      const all = Array.from({ length: observation.items }, (_, item) => item);
      const lists = Array.from({ length: ROWS }, (_, row) =>
        row === 1 ? all : Array.from(excludedIn(observation.exclusions, row)),
      );
      const closed = { ...observation, exclusions: exclusionsOf(lists) };
      checkThrows(
        () => policy.distribution(closed).sample(makeRandom(options)),
        'a draw in a state in which nothing is allowed',
      );
    }),
    onStates('slates have distinct allowed items, with their propensities', (policy, observation) =>
      checkSlates(policy, observation, options),
    ),
    onStates('at each position of a slate the propensities sum to 1', (policy, observation) =>
      checkConditionals(policy, observation, options),
    ),
    onStates('the items of a slate are drawn with the frequencies of their propensities', (policy, observation) =>
      checkSlateFrequencies(policy, observation, options),
    ),
    onStates('the first item of a slate is a single recommendation', (policy, observation) =>
      checkFirstPosition(policy, observation, options),
    ),
    onStates('top lists allowed items, with their probabilities', checkTop),
    onStates('a slate of more items than a state allows is refused', (policy, observation) => {
      checkRule(checkTooLong(policy, observation, options), 'sample: expected an error; found a slate');
    }),
    onStates('what it remembers of sessions is plain data, from which a second policy goes on', (policy, observation) =>
      checkMemories(makePolicy, policy, observation, options),
    ),
    onStates('to remember a session that is known changes nothing', (policy, observation) =>
      checkIdempotent(policy, observation, options),
    ),
    onStates(
      'a session that was forgotten is unknown, and a memory of something else is refused',
      (policy, observation) => checkForgetting(policy, observation, options),
    ),
    onStates('states of another catalogue are refused', (policy) => {
      const stranger = syntheticStates(ROWS, policy.items + 1, options);
      checkThrows(() => policy.distribution(stranger), `states over ${stranger.items} items`);
    }),
  ];
}

function checkItems({ items }: Policy): void {
  checkRule(Number.isSafeInteger(items) && items >= 1, `items: expected an integer of at least 1; found ${items}`);
}

function checkArray(
  name: string,
  array: ArrayLike<number>,
  type: { new (): ArrayLike<number>; name: string },
  length: number,
): void {
  checkRule(array instanceof type, `${name}: expected ${type.name}; found ${Object.prototype.toString.call(array)}`);
  checkRule(array.length === length, `${name}: expected length ${length}; found ${array.length}`);
}

function checkSums(policy: Policy, observation: Observation): void {
  const { rows, items } = observation;
  const table = behaviorOf(policy, observation);
  for (let row = 0; row < rows; row++) {
    let sum = 0;
    for (let item = 0; item < items; item++) if (isAllowed(observation, row, item)) sum += table[row * items + item];
    checkRule(Math.abs(sum - 1) <= SUM_TOLERANCE, `sum of the probabilities in state ${row}: expected 1; found ${sum}`);
  }
}

function checkForbidden(policy: Policy, observation: Observation): void {
  const { items } = observation;
  const mask = denseMasks(observation);
  behaviorOf(policy, observation).forEach((probability, place) => {
    const where = `probability of item ${place % items} in state ${Math.floor(place / items)}`;
    checkRule(
      probability >= 0 && probability <= 1 + SUM_TOLERANCE,
      `${where}: expected a number from 0 to 1; found ${probability}`,
    );
    checkRule(mask[place] === 1 || probability === 0, `${where}, which is forbidden: expected 0; found ${probability}`);
  });
}

function checkFrequencies(policy: Policy, observation: Observation, options: ConformanceOptions): void {
  const { rows, items } = observation;
  const distribution = policy.distribution(observation);
  const table = probabilitiesOf(distribution, observation);
  const drawn = new Int32Array(rows * items);
  const random = makeRandom(options);
  for (let draw = 0; draw < DRAWS; draw++) {
    distribution.sample(random).items.forEach((item, row) => {
      drawn[row * items + item]++;
    });
  }
  for (let row = 0; row < rows; row++) {
    const [start, end] = [row * items, (row + 1) * items];
    const { statistic, freedom } = chiSquare(drawn.subarray(start, end), table.subarray(start, end), DRAWS);
    // Five deviations above the mean, and a margin for few bins: chance alone does it once in tens of thousands.
    const limit = freedom + 5 * Math.sqrt(2 * freedom) + 10;
    checkRule(
      statistic <= limit,
      `draws from state ${row}: chi-square of at most ${limit.toFixed(1)} expected; found ${statistic.toFixed(1)}`,
    );
  }
}

function checkOnlyItem(options: ConformanceOptions): (policy: Policy, observation: Observation) => void {
  return (policy, observation) => {
    const { items } = observation;
    const only = Int32Array.from({ length: ROWS }, (_, row) => Math.floor((row * items) / ROWS));
    const all = Array.from({ length: items }, (_, item) => item);
    const exclusions = exclusionsOf(Array.from(only, (own) => all.filter((item) => item !== own)));
    const distribution = policy.distribution({ ...observation, exclusions });
    checkClose(distribution.propensity(only), new Float32Array(ROWS).fill(1), 1e-6, 'probability of the only item');
    checkSame(distribution.sample(makeRandom(options)).items, only, 'items');
  };
}
