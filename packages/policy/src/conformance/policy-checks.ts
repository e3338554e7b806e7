import type { Observation } from '@ialp/core';
import { type ConformanceCheck, checkRule } from '@ialp/core/testing';
import type { Policy } from '../policy.js';
import { checkClose, checkSame, checkThrows } from './comparisons.js';
import { type ConformanceOptions, makeRandom } from './conformance-options.js';
import { behaviorOf, chiSquare, probabilitiesOf } from './probabilities.js';
import { specificationCheck } from './specification-check.js';
import { copyObservation, singleState, syntheticStates } from './synthetic-sessions.js';

/** States in a batch: not a multiple of the SIMD width. */
const SESSIONS = 7;
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
 * @param makePolicy makes the policy to check, always the same one. The states are synthetic.
 */
export function policyChecks(makePolicy: () => Policy, options: ConformanceOptions = {}): ConformanceCheck[] {
  const states = (policy: Policy, sessions = SESSIONS): Observation => syntheticStates(sessions, policy.items, options);
  /** A check that makes a policy and states for it. */
  const onStates = (name: string, check: (policy: Policy, observation: Observation) => void): ConformanceCheck => ({
    name,
    run() {
      const policy = makePolicy();
      check(policy, states(policy));
    },
  });

  return [
    specificationCheck(makePolicy),
    { name: 'items is an integer of at least 1', run: () => checkItems(makePolicy()) },
    onStates('every state gets an item and a propensity', (policy, observation) => {
      const action = policy.distribution(observation).sample(makeRandom(options));
      checkArray('items', action.items, Int32Array, SESSIONS);
      checkArray('propensity', action.propensity, Float32Array, SESSIONS);
      const asked = policy.distribution(observation).propensity(new Int32Array(SESSIONS));
      checkArray('propensity(items)', asked, Float32Array, SESSIONS);
    }),
    onStates('the probabilities of the allowed items sum to 1 in every state', checkSums),
    onStates('forbidden items have probability 0', checkForbidden),
    onStates('only allowed items are sampled', (policy, observation) => {
      const distribution = policy.distribution(observation);
      const random = makeRandom(options);
      for (let draw = 0; draw < DRAWS / 10; draw++) {
        distribution.sample(random).items.forEach((item, row) => {
          checkRule(
            observation.mask[row * observation.items + item] === 1,
            `items[${row}]: expected an item that the mask allows; found ${item}`,
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
      for (let row = 0; row < SESSIONS; row++) {
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
      policy.distribution(states(policy, 10 * SESSIONS)).sample(makeRandom(options));
      checkSame(behaviorOf(policy, observation), before, 'probabilities after a greater batch');
    }),
    onStates('the observation is not modified', (policy, observation) => {
      const before = copyObservation(observation);
      const distribution = policy.distribution(observation);
      distribution.propensity(distribution.sample(makeRandom(options)).items);
      for (const field of ['historyItems', 'historyFeedback', 'mask', 'turn'] as const) {
        checkSame(observation[field], before[field], field);
      }
    }),
    onStates(
      'the same seed gives the same sample: all randomness comes from the given generator',
      (policy, observation) => {
        const draws = [policy, policy, makePolicy()].map((each) => {
          const random = makeRandom(options);
          const distribution = each.distribution(observation);
          return Array.from({ length: 10 }, () => [...distribution.sample(random).items]).flat();
        });
        checkSame(draws[1], draws[0], 'items drawn again with the same seed');
        checkSame(draws[2], draws[0], 'items that a second policy draws with the same seed');
      },
    ),
    onStates('sampling does not change probabilities', (policy, observation) => {
      const distribution = policy.distribution(observation);
      const before = probabilitiesOf(distribution, observation);
      distribution.sample(makeRandom(options));
      checkSame(probabilitiesOf(distribution, observation), before, 'probabilities after a draw');
      checkSame(behaviorOf(policy, observation), before, 'probabilities when the policy is asked again');
    }),
    onStates('the only allowed item has probability 1', checkOnlyItem(options)),
    onStates('sampling in a state that allows no item is refused', (policy, observation) => {
      const { items, mask } = observation;
      mask.fill(0, items, 2 * items);
      checkThrows(
        () => policy.distribution(observation).sample(makeRandom(options)),
        'a draw in a state in which nothing is allowed',
      );
    }),
    onStates('states of another catalogue are refused', (policy) => {
      const stranger = syntheticStates(SESSIONS, policy.items + 1, options);
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
  const { items, mask } = observation;
  const table = behaviorOf(policy, observation);
  for (let row = 0; row < observation.sessions; row++) {
    let sum = 0;
    for (let place = row * items; place < (row + 1) * items; place++) if (mask[place] === 1) sum += table[place];
    checkRule(Math.abs(sum - 1) <= SUM_TOLERANCE, `sum of the probabilities in state ${row}: expected 1; found ${sum}`);
  }
}

function checkForbidden(policy: Policy, observation: Observation): void {
  const { items, mask } = observation;
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
  const { sessions, items } = observation;
  const distribution = policy.distribution(observation);
  const table = probabilitiesOf(distribution, observation);
  const drawn = new Int32Array(sessions * items);
  const random = makeRandom(options);
  for (let draw = 0; draw < DRAWS; draw++) {
    distribution.sample(random).items.forEach((item, row) => {
      drawn[row * items + item]++;
    });
  }
  for (let row = 0; row < sessions; row++) {
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
    const { items, mask } = observation;
    const only = Int32Array.from({ length: SESSIONS }, (_, row) => Math.floor((row * items) / SESSIONS));
    mask.fill(0);
    only.forEach((item, row) => {
      mask[row * items + item] = 1;
    });
    const distribution = policy.distribution(observation);
    checkClose(distribution.propensity(only), new Float32Array(SESSIONS).fill(1), 1e-6, 'probability of the only item');
    checkSame(distribution.sample(makeRandom(options)).items, only, 'items');
  };
}
