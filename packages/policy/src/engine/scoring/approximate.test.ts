/** Scores from weights of 8 bits: a policy of its own, close to the exact one. */
import { createRandom } from '@ialp/core';
import { describe, expect, test } from 'vitest';
import { policyChecks } from '../../conformance/policy-checks.js';
import { createA2C } from '../../learners/online/a2c.js';
import type { Network, States } from '../../network.js';
import { createNetworkPolicy } from '../../policies/network-policy.js';
import type { Policy } from '../../policy.js';
import { allowedActions, makeStates, SETTINGS } from '../../test-support/batch.js';
import { describeBuilds } from '../../test-support/builds.js';
import { createNetwork } from '../built-in-network.js';

describeBuilds(() => {
  function networkOf(items: number, hidden = 64): Network {
    const sizes = { items, historyLength: 6, embedding: 8, hidden, heads: ['actor', 'q'] as const };
    const network = createNetwork({ ...sizes, random: createRandom(1) });
    // Logits of a standard deviation of about 3: some items are far likelier than others.
    network.scaleActor(40);
    return network;
  }

  const noKeys = (rows: number) => ({
    session: Float64Array.from({ length: rows }, (_, row) => row),
    turn: new Int32Array(rows),
  });

  function tableOf(network: Network, states: States, approximate: boolean): Float32Array[] {
    const evaluation = network.evaluate(states, { approximate });
    return Array.from({ length: states.items }, (_, item) =>
      evaluation.propensity(new Int32Array(states.rows).fill(item)),
    );
  }

  describe.each([1, 7, 700])('%i items', (items) => {
    describe('a policy that keeps the rules', () => {
      const make = () => createNetworkPolicy(networkOf(items, 12), { approximate: true });
      for (const { name, run } of policyChecks(make, { historyLength: 6 })) test(name, run);
    });
  });

  test('it is close to the exact one: total variation, state by state', () => {
    const network = networkOf(1500);
    const states = makeStates(6, 1500, 6, 3);
    const [exact, rounded] = [false, true].map((approximate) => tableOf(network, states, approximate));
    // The first state, with an empty history, is 0, which rounds to itself.
    for (let row = 1; row < 6; row++) {
      const apart = exact.reduce((sum, column, item) => sum + Math.abs(column[row] - rounded[item][row]), 0) / 2;
      expect(apart).toBeLessThan(0.02);
      expect(apart).toBeGreaterThan(0);
    }
  });

  // Of logits, four times as many are listed: those of greatest rounded logit, best exact one first.
  test.each([
    ['logits', 40],
    ['actionValues', 10],
  ] as const)('%s: 99 of 100 of the best 10 are found, with exact scores', (method, count) => {
    const network = networkOf(5000);
    const states = makeStates(50, 5000, 6, 3);
    const exact = network[method]!(states).top(10);
    const rounded = network[method]!(states, { approximate: true }).top(count);
    let found = 0;
    for (let row = 0; row < 50; row++) {
      const own = exact.items.subarray(row * 10, row * 10 + 10);
      for (let place = 0; place < 10; place++) {
        const at = own.indexOf(rounded.items[row * count + place]);
        if (at < 0) continue;
        found++;
        expect(rounded.scores[row * count + place]).toBeCloseTo(exact.scores[row * 10 + at], 4);
      }
    }
    expect(found).toBeGreaterThanOrEqual(495);
  });

  test('with large weights, rankings have the probabilities of the policy that acts', () => {
    const network = networkOf(300);
    network.scaleActor(100);
    const states = makeStates(20, 300, 6, 3);
    const evaluation = network.evaluate(states, { approximate: true });
    const { items, scores } = evaluation.top(1);
    const best = [items.slice(), scores.slice()] as const;
    expect(evaluation.propensity(best[0])).toEqual(best[1]);
    expect(Math.max(...best[1])).toBeGreaterThan(0.9);
    expect(Math.max(...best[1])).toBeLessThanOrEqual(1);
  });

  test('a network whose policies act by it: its own and those of learners, unless a policy says otherwise', () => {
    const make = (approximateActing: boolean) =>
      createNetwork({ items: 700, historyLength: 6, approximateActing, random: createRandom(1) });
    const [plain, acting] = [make(false), make(true)];
    for (const network of [plain, acting]) network.scaleActor(40);
    const states = makeStates(6, 700, 6, 3);
    const actions = allowedActions(states, 4);
    const p = (policy: Policy) =>
      policy
        .distribution({ ...states, ...noKeys(6) })
        .propensity(actions)
        .slice();
    const rounded = plain.evaluate(states, { approximate: true }).propensity(actions).slice();
    const exact = plain.evaluate(states).propensity(actions).slice();
    expect(rounded).not.toEqual(exact);
    for (const network of [acting, acting.copy()]) {
      expect(p(createNetworkPolicy(network))).toEqual(rounded);
      expect(p(createA2C({ network }).policy)).toEqual(rounded);
      expect(p(createNetworkPolicy(network, { approximate: false }))).toEqual(exact);
      expect(network.evaluate(states).propensity(actions)).toEqual(exact);
    }
    expect(p(createNetworkPolicy(plain))).toEqual(exact);
  });

  test('it follows the training', () => {
    const network = networkOf(300);
    const states = makeStates(8, 300, 6, 3);
    const actions = allowedActions(states, 4);
    const p = () => network.evaluate(states, { approximate: true }).propensity(actions);
    const before = p();
    const policyWeight = new Float32Array(8).fill(1);
    for (let step = 0; step < 50; step++) network.trainStep(states, actions, () => ({ policyWeight }), SETTINGS);
    p().forEach((after, row) => {
      expect(after).toBeGreaterThan(before[row]);
    });
  });
});
