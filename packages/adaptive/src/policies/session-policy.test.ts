import { CHOSEN_BY, createRandom, InvalidOptionError } from '@ialp/core';
import { createSimulator } from '@ialp/env';
import {
  createA2C,
  createFrozenLearner,
  createNetwork,
  createRandomPolicy,
  type Policy,
  runOnline,
} from '@ialp/policy';
import { learnerChecks } from '@ialp/policy/testing';
import { describe, expect, test } from 'vitest';
import { GateError } from '../errors.js';
import { createConstantGate } from '../gates/constant.js';
import { createAdaptiveLearner } from '../learners/adaptive-learner.js';
import { fixedPolicy, makeObservation } from '../test-support/policies.js';
import { createMixturePolicy } from './mixture-policy.js';
import { createSessionPolicy, type SessionPolicy } from './session-policy.js';

const ITEMS = 4;
const FIRST = [0.7, 0.1, 0.1, 0.1];
const SECOND = [0, 0.25, 0.25, 0.5];
const half = (weight: number) =>
  createSessionPolicy(fixedPolicy(FIRST), fixedPolicy(SECOND), (_, w) => void w.fill(weight));

/** An observation of sessions that are all at one turn. */
const atTurn = (rows: number, turn: number) => ({
  ...makeObservation(rows, ITEMS),
  turn: new Int32Array(rows).fill(turn),
});
/** `[rows]`: whether the first policy serves each of the sessions 0, 1, ... */
const ownersOf = (policy: SessionPolicy, rows: number) => Array.from({ length: rows }, (_, key) => policy.isFirst(key));

test('a session stays with the policy that began it', () => {
  const policy = half(0.5);
  const random = createRandom(1);
  policy.distribution(atTurn(1000, 0)).sample(random);
  const owner = ownersOf(policy, 1000);
  const share = owner.filter((isFirst) => isFirst).length / 1000;
  expect(Math.abs(share - 0.5)).toBeLessThan(0.06);
  for (let turn = 1; turn < 4; turn++) {
    const { items, propensity } = policy.distribution(atTurn(1000, turn)).sample(random);
    expect(ownersOf(policy, 1000)).toEqual(owner);
    items.forEach((item, row) => {
      expect(propensity[row]).toBeCloseTo(owner[row] ? FIRST[item] : SECOND[item], 6);
    });
  }
});

test('the first item has the propensity of the mixture, and comes as often', () => {
  const { items, propensity } = half(0.3).distribution(atTurn(20_000, 0)).sample(createRandom(2));
  const expected = FIRST.map((p, item) => 0.3 * p + 0.7 * SECOND[item]);
  items.forEach((item, row) => {
    expect(propensity[row]).toBeCloseTo(expected[item], 6);
  });
  for (const [item, p] of expected.entries()) {
    const found = items.filter((shown) => shown === item).length / 20_000;
    expect(Math.abs(found - p)).toBeLessThan(0.015);
  }
});

test('sessions that are under way when it comes are drawn for', () => {
  const policy = half(0.5);
  policy.distribution(atTurn(1000, 5)).sample(createRandom(3));
  expect(new Set(ownersOf(policy, 1000))).toEqual(new Set([true, false]));
});

/** How often each item was shown, as a share. */
const shareOf = (items: Int32Array) =>
  FIRST.map((_, item) => items.filter((shown) => shown === item).length / items.length);

describe('a first decision that is sampled again, as when a page is loaded again', () => {
  const rows = 20_000;
  let weight = 0.3;
  const make = () => createSessionPolicy(fixedPolicy(FIRST), fixedPolicy(SECOND), (_, w) => void w.fill(weight));
  const mixture = FIRST.map((p, item) => 0.3 * p + 0.7 * SECOND[item]);

  test.each([0, 5])('stays with its policy and the propensities of the mixture (turn %d)', (turn) => {
    weight = 0.3;
    const policy = make();
    const random = createRandom(6);
    policy.distribution(atTurn(rows, turn)).sample(random);
    const owner = ownersOf(policy, rows);
    // The weight of the assignment counts, not that of now.
    weight = 0.9;
    for (let again = 0; again < 2; again++) {
      const { items, propensity, attribution } = policy.distribution(atTurn(rows, turn)).sample(random);
      expect(ownersOf(policy, rows)).toEqual(owner);
      items.forEach((item, row) => {
        expect(propensity[row]).toBeCloseTo(mixture[item], 6);
        expect(attribution!.chosenBy[row]).toBe(owner[row] ? CHOSEN_BY.pretrained : CHOSEN_BY.online);
      });
      for (const [item, share] of shareOf(items).entries()) expect(Math.abs(share - mixture[item])).toBeLessThan(0.015);
      const asked = policy.distribution(atTurn(rows, turn)).propensity(items);
      expect(asked).toEqual(propensity);
    }
    // After the first turn, they are those of the policy that serves the session; asked for the first decision, still those of the mixture.
    const later = policy.distribution(atTurn(rows, turn + 1)).sample(random);
    later.items.forEach((item, row) => {
      expect(later.propensity[row]).toBeCloseTo(owner[row] ? FIRST[item] : SECOND[item], 6);
    });
    const asked = policy.distribution(atTurn(rows, turn)).propensity(later.items);
    for (const [row, item] of later.items.entries()) expect(asked[row]).toBeCloseTo(mixture[item], 6);
  });

  test('draws no assignment, so that other sessions get the same policies', () => {
    weight = 0.5;
    const servedWith = (reloads: number) => {
      const policy = make();
      const random = createRandom(7);
      const owners: (boolean | undefined)[] = [];
      for (let key = 0; key < 50; key++) {
        const state = { ...atTurn(1, 0), session: Float64Array.of(key) };
        policy.distribution(state).sample(random);
        // From a generator of its own: items are drawn, and nothing else.
        for (let k = 0; k < reloads; k++) policy.distribution(state).sample(createRandom(k));
        owners.push(policy.isFirst(key));
      }
      return owners;
    };
    expect(servedWith(3)).toEqual(servedWith(0));
  });

  test('a restored policy knows the weight and the turn of each assignment', () => {
    weight = 0.3;
    const policy = make();
    policy.distribution(atTurn(100, 2)).sample(createRandom(8));
    const restored = make();
    restored.state.restore(policy.state.checkpoint());
    weight = 0.9;
    const items = Int32Array.from({ length: 100 }, (_, row) => row % ITEMS);
    for (const turn of [2, 3]) {
      const [own, other] = [policy, restored].map((each) => each.distribution(atTurn(100, turn)).propensity(items));
      expect(other).toEqual(own);
    }
    expect(ownersOf(restored, 100)).toEqual(ownersOf(policy, 100));
  });

  test('samples of one distribution are independent; the last one assigns the session', () => {
    weight = 0.3;
    const policy = make();
    const random = createRandom(9);
    const distribution = policy.distribution(atTurn(1, 0));
    const drawn = Array.from({ length: 4000 }, () => {
      const { items, attribution } = distribution.sample(random);
      expect(policy.isFirst(0)).toBe(attribution!.chosenBy[0] === CHOSEN_BY.pretrained);
      return items[0];
    });
    const found = shareOf(Int32Array.from(drawn));
    for (const [item, share] of found.entries()) expect(Math.abs(share - mixture[item])).toBeLessThan(0.03);
  });
});

test('one policy in both places, which uses its arrays again, is sampled from as two', () => {
  const reusing = (): Policy => {
    const [items, propensity] = [new Int32Array(400), new Float32Array(400)];
    const plain = fixedPolicy([0.25, 0.25, 0.25, 0.25]);
    return {
      ...plain,
      distribution(observation) {
        const distribution = plain.distribution(observation);
        return {
          ...distribution,
          sample(random) {
            const action = distribution.sample(random);
            items.set(action.items);
            propensity.set(action.propensity);
            return { items, propensity };
          },
        };
      },
    };
  };
  const weigh = (_: unknown, w: Float32Array) => void w.fill(0.5);
  for (const make of [createMixturePolicy, createSessionPolicy]) {
    const shared = reusing();
    const [of, ofTwo] = [make(shared, shared, weigh), make(reusing(), reusing(), weigh)].map((policy) =>
      policy.distribution(atTurn(400, 0)).sample(createRandom(3)),
    );
    expect(of.items).toEqual(ofTwo.items);
  }
});

test('a policy that no session belongs to is not asked', () => {
  const silent: Policy = {
    specificationVersion: 'v2',
    items: ITEMS,
    distribution: () => expect.fail('was asked'),
  };
  const ask = (weight: number) =>
    createSessionPolicy(silent, fixedPolicy(SECOND), (_, w) => void w.fill(weight)).distribution(atTurn(2, 0));
  expect(() => ask(0)).not.toThrow();
  expect(() => ask(0.1)).toThrow();
});

test('refuses shares outside [0, 1] and policies for different catalogues', () => {
  expect(() => half(1.1).distribution(atTurn(2, 0))).toThrow(GateError);
  expect(() => createSessionPolicy(fixedPolicy(FIRST), fixedPolicy([1]), () => {})).toThrow(InvalidOptionError);
});

const makeEnv = () =>
  createSimulator({
    name: 'even',
    responses: {
      ...{ specificationVersion: 'v1', users: 1, items: 8, rewardRange: [0, 1], window: 0 },
      respond: (_session, item) => (item % 2 === 0 ? 1 : 0),
    },
    ...{ sessions: 16, maxTurns: 6, historyLength: 4 },
  });
const makeA2C = () =>
  createA2C({
    network: createNetwork({ items: 8, historyLength: 4, embedding: 4, hidden: 8, random: createRandom(1) }),
    ...{ rolloutLength: 4, learningRate: 0.02 },
  });

describe('an adaptive learner by session', () => {
  describe('keeps the rules of a learner', () => {
    const make = () =>
      createAdaptiveLearner({
        ...{
          pretrained: createRandomPolicy(8),
          online: makeA2C(),
          gate: createConstantGate(0),
          by: 'session' as const,
        },
      });
    for (const check of learnerChecks(make, { historyLength: 4 })) test(check.name, check.run);
  });

  test('tells the gate who acted in each row, which is who was drawn from', () => {
    const seen = new Set<string>();
    const learner = createAdaptiveLearner({
      pretrained: fixedPolicy([1, 0, 0, 0]),
      online: { ...createFrozenLearner(fixedPolicy([0, 1, 0, 0])), rolloutLength: 3 },
      gate: {
        specificationVersion: 'v2',
        weigh: (_, weights) => void weights.fill(0.5),
        observe({ trajectories: { actions, chosenBy } }) {
          for (const [row, item] of actions.entries()) seen.add(`${chosenBy[row]} shows ${item}`);
        },
      },
      by: 'session',
    });
    const environment = createSimulator({
      name: 'four',
      responses: { specificationVersion: 'v1', users: 1, items: 4, rewardRange: [0, 1], window: 0, respond: () => 1 },
      ...{ sessions: 16, maxTurns: 5, historyLength: 2, repeats: true },
    });
    runOnline({ environment, learner, interactions: 960, seed: 1, random: createRandom(4) });
    expect(seen).toEqual(new Set([`${CHOSEN_BY.pretrained} shows 0`, `${CHOSEN_BY.online} shows 1`]));
  });

  test('learns from the sessions of both', () => {
    const online = makeA2C();
    const pretrained = createRandomPolicy(8);
    const learner = createAdaptiveLearner({ pretrained, online, gate: createConstantGate(0.5), by: 'session' });
    runOnline({ environment: makeEnv(), learner, interactions: 20_000, seed: 1, random: createRandom(5) });
    const distribution = online.policy.distribution(makeEnv().reset({ seed: 9 }));
    const even = [0, 2, 4, 6].reduce((sum, item) => sum + distribution.propensity(new Int32Array(16).fill(item))[0], 0);
    expect(even).toBeGreaterThan(0.9);
  });

  test('by anything else is refused', () => {
    const options = { pretrained: createRandomPolicy(8), online: makeA2C(), gate: createConstantGate(0) };
    expect(() => createAdaptiveLearner({ ...options, by: 'week' as never })).toThrow(
      /by: expected 'step' or 'session'/,
    );
  });
});
