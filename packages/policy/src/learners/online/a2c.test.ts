import { createRandom, InvalidOptionError } from '@ialp/core';
import { createDistractionRule, createSimulator } from '@ialp/env';
import { describe, expect, test } from 'vitest';
import { createNetwork } from '../../engine/built-in-network.js';
import { DivergenceError, ShapeError } from '../../errors.js';
import { Rollout } from '../../experience/rollout.js';
import type { Network } from '../../network.js';
import { createRandomPolicy } from '../../policies/random-policy.js';
import type { Policy } from '../../policy.js';
import { type A2COptions, createA2C } from './a2c.js';

function smallNetwork(items: number): Network {
  return createNetwork({ items, historyLength: 1, embedding: 8, hidden: 16, random: createRandom(5) });
}

describe('one update', () => {
  const ITEMS = 4;

  /** Experience in a small world: a few steps of two sessions that a policy acted in. */
  function experience(policy: Policy, steps = 5): Rollout {
    const environment = createSimulator({
      name: 'small',
      responses: {
        specificationVersion: 'v1',
        users: 1,
        items: ITEMS,
        rewardRange: [0, 1],
        window: 0,
        respond: (_session, item, random) => (item / ITEMS + random.uniform()) / 2,
      },
      terminationRules: [createDistractionRule({ probability: 0.2 })],
      sessions: 2,
      historyLength: 1,
      maxTurns: 3,
    });
    const rollout = new Rollout(steps, environment.spec);
    const random = createRandom(3);
    let observation = environment.reset({ seed: 4 });
    while (!rollout.full) {
      const action = policy.distribution(observation).sample(random);
      rollout.recordAction(observation, action);
      const step = environment.step(action.items);
      rollout.recordFeedback(step.observation, step);
      const mask = step.terminated.map((left, slot) => left | step.truncated[slot]);
      observation = environment.reset({ resetMask: mask });
    }
    return rollout;
  }

  /** `log pi(a|s)`, `V(s)` and `V(s')` of each row, from the network's own words. */
  function viewOf(network: Network, { states, actions, next }: Rollout) {
    const evaluation = network.evaluate(states);
    const value = [...evaluation.value];
    const logProbability = [...evaluation.propensity(actions)].map(Math.log);
    return { logProbability, value, nextValue: [...network.values(next)] };
  }

  /** V-trace by hand where lambda is 0: the critic moves by the weighted surprise; the plain advantage is r + gamma v' - V, with the next row's target. */
  function oneStep(
    { reward, terminated, truncated }: Rollout,
    { value, nextValue }: { readonly value: number[]; readonly nextValue: number[] },
    weight: readonly number[],
  ) {
    const surprise = value.map((v, row) => reward[row] + 0.9 * (terminated[row] === 1 ? 0 : nextValue[row]) - v);
    const target = value.map((v, row) => v + weight[row] * surprise[row]);
    const advantage = surprise.map((each, row) => {
      const after = row + 2;
      const ended = terminated[row] === 1 || truncated[row] === 1 || after >= value.length;
      return each + (ended ? 0 : 0.9 * (target[after] - value[after]));
    });
    return { target, advantage };
  }

  const mean = (numbers: number[]): number => numbers.reduce((sum, x) => sum + x, 0) / numbers.length;

  test.each([
    { maxImportanceWeight: 1, weights: 'at most 1' },
    { maxImportanceWeight: 2, weights: 'at most 2' },
  ])('takes one-step surprises, weighted $weights, where lambda is 0', ({ maxImportanceWeight }) => {
    const network = smallNetwork(ITEMS);
    network.scaleActor(100);
    const rollout = experience(createRandomPolicy(ITEMS));
    const { logProbability, value, nextValue } = viewOf(network, rollout);
    const weight = logProbability.map((log, row) =>
      Math.min(maxImportanceWeight, Math.exp(log) / rollout.propensity[row]),
    );
    expect(new Set(weight).size).toBeGreaterThan(2);
    const { target, advantage: plain } = oneStep(rollout, { value, nextValue }, weight);
    const advantage = plain.map((a, row) => weight[row] * a);

    const report = createA2C({ network, lambda: 0, discount: 0.9, maxImportanceWeight }).learn(rollout);
    expect(report['valueLoss']).toBeCloseTo(mean(value.map((v, row) => (target[row] - v) ** 2)), 5);
    expect(report['policyLoss']).toBeCloseTo(mean(advantage.map((a, row) => -a * logProbability[row])), 5);
  });

  test('takes n-step returns from its own experience where lambda is 1', () => {
    const network = smallNetwork(ITEMS);
    const learner = createA2C({ network, lambda: 1, discount: 0.8 });
    const rollout = experience(learner.policy);
    const { logProbability, value, nextValue } = viewOf(network, rollout);
    const target: number[] = [];
    for (let row = value.length - 1; row >= 0; row--) {
      const { reward, terminated, truncated } = rollout;
      const known = truncated[row] === 1 || row + 2 >= value.length ? nextValue[row] : target[row + 2];
      target[row] = reward[row] + 0.8 * (terminated[row] === 1 ? 0 : known);
    }
    const report = learner.learn(rollout);
    expect(report['valueLoss']).toBeCloseTo(mean(target.map((g, row) => (g - value[row]) ** 2)), 5);
    expect(report['policyLoss']).toBeCloseTo(mean(target.map((g, row) => -(g - value[row]) * logProbability[row])), 5);
  });

  test('takes a smaller step where another policy acted, by how far the two overlap', () => {
    const [network, plain] = [smallNetwork(ITEMS), smallNetwork(ITEMS)];
    for (const each of [network, plain]) each.scaleActor(100);
    const rollout = experience(createRandomPolicy(ITEMS));
    const { logProbability } = viewOf(network, rollout);
    const overlap = mean(logProbability.map((log, row) => Math.min(1, Math.exp(log) / rollout.propensity[row])));
    expect(overlap).toBeLessThan(0.95);
    const report = createA2C({ network, learningRate: 0.01, entropyWeight: 0.1 }).learn(rollout);
    expect(report['overlap']).toBeCloseTo(overlap, 5);
    const settings = { learningRate: 0.01 * Math.sqrt(overlap), entropyWeight: 0.1 * overlap, scaleByOverlap: false };
    expect(createA2C({ network: plain, ...settings }).learn(rollout)).not.toHaveProperty('overlap');
    const expected = plain.weights();
    for (const [name, { data }] of Object.entries(network.weights())) {
      for (const [k, weight] of data.entries()) expect(weight, name).toBeCloseTo(expected[name].data[k], 5);
    }
  });

  test('imitates what came out better than expected, as far as it would not have done it itself', () => {
    const [network, plain] = [smallNetwork(ITEMS), smallNetwork(ITEMS)];
    for (const each of [network, plain]) each.scaleActor(100);
    const rollout = experience(createRandomPolicy(ITEMS));
    // One of the two sessions has it worse than expected.
    for (let row = 0; row < rollout.reward.length; row += 2) rollout.reward[row] -= 1;
    const { logProbability, value, nextValue } = viewOf(network, rollout);
    const weight = logProbability.map((log, row) => Math.min(1, Math.exp(log) / rollout.propensity[row]));
    const { target, advantage } = oneStep(rollout, { value, nextValue }, weight);
    expect(advantage.some((a) => a < 0)).toBe(true);
    const learned = advantage.map((a, row) => weight[row] * a + 0.3 * (1 - weight[row]) * Math.max(a, 0));

    const report = createA2C({ network, lambda: 0, discount: 0.9, learningRate: 0.003, imitation: 0.3 }).learn(rollout);
    expect(report['policyLoss']).toBeCloseTo(mean(learned.map((a, row) => -a * logProbability[row])), 4);
    // The critic's targets are not touched, and the step is as large as what is learned from.
    const overlap = report['overlap'];
    expect(report['valueLoss']).toBeCloseTo(mean(target.map((v, row) => (v - value[row]) ** 2)), 5);
    const share = overlap + 0.3 * (1 - overlap);
    const settings = { learningRate: 0.003 * Math.sqrt(share), entropyWeight: 0.01 * share, scaleByOverlap: false };
    createA2C({ network: plain, lambda: 0, discount: 0.9, imitation: 0.3, ...settings }).learn(rollout);
    const expected = plain.weights();
    for (const [name, { data }] of Object.entries(network.weights())) {
      for (const [k, each] of data.entries()) expect(each, name).toBeCloseTo(expected[name].data[k], 5);
    }
  });

  test('does not imitate its own actions', () => {
    const [network, plain] = [smallNetwork(ITEMS), smallNetwork(ITEMS)];
    const learner = createA2C({ network, imitation: 1 });
    const rollout = experience(learner.policy);
    learner.learn(rollout);
    createA2C({ network: plain }).learn(rollout);
    expect(network.weights()).toEqual(plain.weights());
  });

  test('takes its whole step from its own experience', () => {
    const [network, plain] = [smallNetwork(ITEMS), smallNetwork(ITEMS)];
    const learner = createA2C({ network });
    const rollout = experience(learner.policy);
    expect(learner.learn(rollout)['overlap']).toBe(1);
    createA2C({ network: plain, scaleByOverlap: false }).learn(rollout);
    expect(network.weights()).toEqual(plain.weights());
  });

  test.each([
    ['no probability', 0],
    ['less than nothing', -0.5],
    ['more than certain', 1.5],
    ['no number', Number.NaN],
  ])('refuses a propensity that is %s, and learns nothing', (_, propensity) => {
    const network = smallNetwork(ITEMS);
    const learner = createA2C({ network });
    const before = network.weights();
    const rollout = experience(learner.policy);
    rollout.propensity[3] = propensity;
    expect(() => learner.learn(rollout)).toThrow(InvalidOptionError);
    expect(() => learner.learn(rollout)).toThrow('rollout.propensity[3]');
    expect(network.weights()).toEqual(before);
  });

  test.each([Number.NaN, Number.POSITIVE_INFINITY])('refuses a reward of %s, and learns nothing', (reward) => {
    const network = smallNetwork(ITEMS);
    const learner = createA2C({ network });
    const before = network.weights();
    const rollout = experience(learner.policy);
    rollout.reward[3] = reward;
    expect(() => learner.learn(rollout)).toThrow(DivergenceError);
    expect(network.weights()).toEqual(before);
  });

  test('copes with what it would hardly ever do itself', () => {
    const network = smallNetwork(ITEMS);
    network.scaleActor(3000);
    const learner = createA2C({ network });
    const report = learner.learn(experience(createRandomPolicy(ITEMS)));
    for (const value of Object.values(report)) expect(value).toSatisfy(Number.isFinite);
  });

  test('copes with a propensity as small as single precision has', () => {
    const learner = createA2C({ network: smallNetwork(ITEMS) });
    const rollout = experience(learner.policy);
    rollout.propensity.fill(2 ** -149);
    for (const value of Object.values(learner.learn(rollout))) expect(value).toSatisfy(Number.isFinite);
  });

  test('takes rollouts of any length, one after the other', () => {
    const learner = createA2C({ network: smallNetwork(ITEMS) });
    for (const steps of [5, 2, 40, 5]) {
      const report = learner.learn(experience(learner.policy, steps));
      expect(report['gradientNorm']).toBeGreaterThan(0);
    }
  });

  test('refuses a rollout with steps still to record, and one of another catalogue', () => {
    const learner = createA2C({ network: smallNetwork(ITEMS) });
    expect(() => learner.learn(new Rollout(2, { sessions: 2, items: ITEMS, historyLength: 1 }))).toThrow(
      InvalidOptionError,
    );
    const other = createA2C({ network: smallNetwork(ITEMS + 1) });
    expect(() => other.learn(experience(learner.policy))).toThrow(ShapeError);
  });
});

test.each<[keyof A2COptions, number]>([
  ['rolloutLength', 0],
  ['discount', 1.1],
  ['discount', Number.NaN],
  ['lambda', -0.1],
  ['learningRate', -1],
  ['learningRate', Number.POSITIVE_INFINITY],
  ['valueWeight', Number.NaN],
  ['entropyWeight', -0.01],
  ['maxGradientNorm', -1],
  ['maxImportanceWeight', Number.NaN],
  ['imitation', -1],
])('A2C refuses %s of %s', (option, value) => {
  const make = () => createA2C({ network: smallNetwork(2), [option]: value });
  expect(make).toThrow(InvalidOptionError);
  expect(make).toThrow(expect.objectContaining({ option }));
});
