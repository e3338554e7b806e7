import { CHOSEN_BY, createRandom, type Observation } from '@ialp/core';
import { createA2C, createFrozenLearner, createNetwork, createNetworkPolicy, type Policy } from '@ialp/policy';
import { policyChecks } from '@ialp/policy/testing';
import { describe, expect, test } from 'vitest';
import { createConstantGate } from '../gates/constant.js';
import { withRewardFloor } from '../guardrails/reward-floor.js';
import { createAdaptiveLearner } from '../learners/adaptive-learner.js';
import { fixedPolicy, makeObservation, turnPolicy } from '../test-support/policies.js';
import { Visitors } from '../test-support/visitors.js';
import { createMixturePolicy } from './mixture-policy.js';
import { createSessionPolicy } from './session-policy.js';

const ITEMS = 5;
const PRE = [0.5, 0.2, 0.1, 0.1, 0.1];
const ONLINE = [0.05, 0.05, 0.2, 0.3, 0.4];
const COUNT = 3;

const makers: Readonly<Record<string, (weight: number) => Policy>> = {
  mixture: (weight) => createMixturePolicy(fixedPolicy(PRE), fixedPolicy(ONLINE), (_, w) => void w.fill(weight)),
  'session policy': (weight) =>
    createSessionPolicy(fixedPolicy(PRE), fixedPolicy(ONLINE), (_, w) => void w.fill(weight)),
};

/** All slates of distinct items. */
function slatesOf(count: number): number[][] {
  if (count === 0) return [[]];
  const items = Array.from({ length: ITEMS }, (_, item) => item);
  return slatesOf(count - 1).flatMap((above) =>
    items.filter((item) => !above.includes(item)).map((item) => [...above, item]),
  );
}

/** The probability of a slate whose items are drawn one after the other, without replacement (Plackett 1975). */
function plackettLuce(preferences: readonly number[], slate: readonly number[]): number {
  let [left, product] = [1, 1];
  for (const item of slate) {
    product *= preferences[item] / left;
    left -= preferences[item];
  }
  return product;
}

const network = (seed: number) =>
  createNetwork({ items: 11, historyLength: 10, embedding: 4, hidden: 8, random: createRandom(seed) });

/** Policies that combine others, which `policyChecks` has to pass. The second argument tells whether sampling changes what they do. */
const COMBINED: Readonly<Record<string, readonly [make: () => Policy, samplingChangesPolicy: boolean]>> = {
  'a mixture of networks': [
    () => {
      const sharp = network(1);
      sharp.scaleActor(200);
      const parts = [sharp, network(2)].map((each) => createNetworkPolicy(each));
      return createMixturePolicy(parts[0], parts[1], ({ turn }, w) =>
        w.set(Array.from(turn, (turns) => 1 / (1 + turns))),
      );
    },
    false,
  ],
  'a mixture of mixtures': [
    () =>
      createMixturePolicy(makers['mixture'](0.3), fixedPolicy([0.2, 0.2, 0.2, 0.2, 0.2]), (_, w) => void w.fill(0.6)),
    false,
  ],
  'a mixture of policies that depend on the turn': [
    () => createMixturePolicy(turnPolicy(7, 0), turnPolicy(7, 3), (_, w) => void w.fill(0.5)),
    false,
  ],
  'a session policy': [() => makers['session policy'](0.5), true],
  'a session policy of networks': [
    () =>
      createSessionPolicy(createNetworkPolicy(network(1)), createNetworkPolicy(network(2)), (_, w) => void w.fill(0.5)),
    true,
  ],
  'a policy behind a reward floor': [
    () => withRewardFloor({ pretrained: fixedPolicy(PRE), learner: createFrozenLearner(fixedPolicy(ONLINE)) }).policy,
    true,
  ],
  'an adaptive learner by session behind a reward floor': [
    () => {
      const online = createA2C({ network: network(3) });
      const pretrained = createNetworkPolicy(network(4));
      const learner = createAdaptiveLearner({ pretrained, online, gate: createConstantGate(0.5), by: 'session' });
      return withRewardFloor({ pretrained, learner }).policy;
    },
    true,
  ],
};

describe.each(Object.entries(COMBINED))('%s keeps the rules of a policy', (_name, [make, samplingChangesPolicy]) => {
  for (const check of policyChecks(make, { samplingChangesPolicy })) test(check.name, check.run);
});

describe.each(Object.entries(makers))('slates of a %s', (_name, make) => {
  const weight = 0.4;
  const slates = slatesOf(COUNT);
  const expected = slates.map(
    (slate) => weight * plackettLuce(PRE, slate) + (1 - weight) * plackettLuce(ONLINE, slate),
  );

  test('the product of the conditional propensities is the probability of the slate', () => {
    const observation = makeObservation(slates.length, ITEMS);
    const propensity = make(weight).distribution(observation).propensity(Int32Array.from(slates.flat()));
    for (const [k, probability] of expected.entries()) {
      const product = propensity.subarray(k * COUNT, (k + 1) * COUNT).reduce((all, each) => all * each, 1);
      expect(product).toBeCloseTo(probability, 6);
    }
    expect(expected.reduce((sum, each) => sum + each, 0)).toBeCloseTo(1, 9);
  });

  test('slates come as often as the products of their propensities say', () => {
    const rows = 30_000;
    const action = make(weight).distribution(makeObservation(rows, ITEMS)).sample(createRandom(11), { count: COUNT });
    const found = new Map<string, number>();
    for (let row = 0; row < rows; row++) {
      const [from, to] = [row * COUNT, (row + 1) * COUNT];
      const slate = Array.from(action.items.subarray(from, to));
      found.set(slate.join(), (found.get(slate.join()) ?? 0) + 1);
      const product = action.propensity.subarray(from, to).reduce((all, each) => all * each, 1);
      expect(product).toBeCloseTo(expected[slates.findIndex((each) => each.join() === slate.join())], 6);
    }
    const chiSquare = slates.reduce((sum, slate, k) => {
      const mean = rows * expected[k];
      return sum + ((found.get(slate.join()) ?? 0) - mean) ** 2 / mean;
    }, 0);
    // 59 degrees of freedom: 98.3 is passed once in a thousand.
    expect(slates.length).toBe(60);
    expect(chiSquare).toBeLessThan(98.3);
  });

  test('an action says which policy chose each slate, and with which propensity each would have', () => {
    const policy = make(weight);
    const observation = makeObservation(2000, ITEMS);
    const { items, attribution } = policy.distribution(observation).sample(createRandom(5), { count: COUNT });
    const ofPart = (preferences: number[]) => fixedPolicy(preferences).distribution(observation).propensity(items);
    expect(attribution?.pretrained).toEqual(ofPart(PRE));
    expect(attribution?.online).toEqual(ofPart(ONLINE));
    const share = attribution!.chosenBy.filter((who) => who === CHOSEN_BY.pretrained).length / 2000;
    expect(Math.abs(share - weight)).toBeLessThan(0.05);
    expect(attribution!.chosenBy.every((who) => who === CHOSEN_BY.pretrained || who === CHOSEN_BY.online)).toBe(true);
  });

  test('each slate is one policy’s own, where the two show different items', () => {
    const [first, second] = [fixedPolicy([0.5, 0.5, 0, 0, 0]), fixedPolicy([0, 0, 0, 0.5, 0.5])];
    const half = (_: unknown, w: Float32Array) => void w.fill(0.5);
    const policy =
      _name === 'mixture' ? createMixturePolicy(first, second, half) : createSessionPolicy(first, second, half);
    const { items, attribution } = policy
      .distribution(makeObservation(500, ITEMS))
      .sample(createRandom(6), { count: 2 });
    for (const [row, who] of attribution!.chosenBy.entries()) {
      const own = who === CHOSEN_BY.pretrained ? [0, 1] : [3, 4];
      expect(Array.from(items.subarray(2 * row, 2 * row + 2)).sort()).toEqual(own);
    }
  });
});

test('a policy that has no share is not evaluated, and its propensities are unknown', () => {
  for (const [weight, who] of [
    [1, CHOSEN_BY.pretrained],
    [0, CHOSEN_BY.online],
  ]) {
    for (const make of Object.values(makers)) {
      const distribution = make(weight).distribution(makeObservation(3, ITEMS));
      const { items, propensity, attribution } = distribution.sample(createRandom(1), { count: COUNT });
      expect(Array.from(attribution!.chosenBy)).toEqual([who, who, who]);
      const [known, unknown] = weight === 1 ? (['pretrained', 'online'] as const) : (['online', 'pretrained'] as const);
      expect(attribution![known]).toEqual(propensity);
      expect(attribution![unknown].every(Number.isNaN)).toBe(true);
      expect(attribution![unknown].length).toBe(items.length);
    }
  }
});

test('behind a reward floor, rows of the learner have its own attribution; those of the baseline have no propensities', () => {
  const pretrained = fixedPolicy([1, 0, 0, 0, 0]);
  const online = createFrozenLearner(fixedPolicy([0, 1, 0, 0, 0]));
  const learner = createAdaptiveLearner({ pretrained, online, gate: createConstantGate(0.5) });
  const baseline = fixedPolicy([0, 0, 1, 0, 0]);
  const floor = withRewardFloor({ pretrained: baseline, learner, maxLossShare: 1, firstSessions: 2 });
  const visitors = new Visitors({ items: ITEMS, turnsOf: (session) => (session < 2 ? 1 : 9) });
  const random = createRandom(1);
  const decide = (observation: Observation) => floor.policy.distribution(observation).sample(random);
  // The first two sessions and session 2 begin with the baseline; then the learner gets the others.
  for (const session of [0, 1, 2]) visitors.serve([session], decide);
  floor.learn(visitors.take());
  const others = Array.from({ length: 40 }, (_, k) => 3 + k);
  visitors.serve([2, ...others], decide);
  visitors.serve([2], decide);
  const { states, actions, chosenBy, pretrainedPropensity, onlinePropensity } = visitors.take();
  const counts = new Map<string, number>();
  for (const [row, session] of states.session.entries()) {
    const of = [chosenBy[row], actions[row], pretrainedPropensity![row].toFixed(2), onlinePropensity![row].toFixed(2)];
    const name = `${session === 2 ? 'baseline' : 'learner'}: ${of.join(' ')}`;
    counts.set(name, (counts.get(name) ?? 0) + 1);
  }
  const [byPretrained, byOnline] = [`learner: 1 0 1.00 0.00`, `learner: 2 1 0.00 1.00`];
  expect([...counts.keys()].sort()).toEqual(['baseline: 1 2 NaN NaN', byPretrained, byOnline]);
  expect(counts.get('baseline: 1 2 NaN NaN')).toBe(2);
  expect(counts.get(byPretrained)! + counts.get(byOnline)!).toBe(40);
});
