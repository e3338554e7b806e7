import { createRandom, followingRows, InvalidOptionError, TRAJECTORY_END, type Trajectories } from '@ialp/core';
import { createDistractionRule, createSimulator } from '@ialp/env';
import { describe, expect, test } from 'vitest';
import { createNetwork } from '../../engine/built-in-network.js';
import { DivergenceError, ShapeError } from '../../errors.js';
import { TrajectoryRecorder } from '../../experience/trajectory-recorder.js';
import type { Network } from '../../network.js';
import { createRandomPolicy } from '../../policies/random-policy.js';
import type { Policy } from '../../policy.js';
import { recordSteps } from '../../test-support/trajectories.js';
import { type A2COptions, createA2C } from './a2c.js';

function smallNetwork(items: number): Network {
  return createNetwork({ items, historyLength: 1, embedding: 8, hidden: 16, random: createRandom(5) });
}

describe('one update', () => {
  const ITEMS = 4;

  /** Experience in a small world: a few steps of two sessions that a policy acted in. */
  function experience(policy: Policy, steps = 5): Trajectories {
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
    const random = createRandom(3);
    return recordSteps(environment, steps, (observation) => policy.distribution(observation).sample(random));
  }

  /** `log pi(a|s)`, `V(s)` and `V(s')` of each row, from the network's own words; `V(s')` is 0 after a session that was terminated. */
  function viewOf(network: Network, trajectories: Trajectories) {
    const { states, actions, last, trajectory, end } = trajectories;
    const evaluation = network.evaluate(states);
    const value = [...evaluation.value];
    const logProbability = [...evaluation.propensity(actions)].map(Math.log);
    const lastValue = [...network.values(last)];
    const following = followingRows(trajectories);
    const nextValue = value.map((_, row) => {
      if (following[row] >= 0) return value[following[row]];
      return end[trajectory[row]] === TRAJECTORY_END.terminated ? 0 : lastValue[trajectory[row]];
    });
    return { logProbability, value, nextValue, following };
  }

  /** V-trace by hand where lambda is 0: the critic moves by the weighted surprise; the plain advantage is r + gamma v' - V, with the next row's target. */
  function oneStep(
    { reward }: Trajectories,
    { value, nextValue, following }: Omit<ReturnType<typeof viewOf>, 'logProbability'>,
    weight: readonly number[],
  ) {
    const surprise = value.map((v, row) => reward[row] + 0.9 * nextValue[row] - v);
    const target = value.map((v, row) => v + weight[row] * surprise[row]);
    const advantage = surprise.map((each, row) => {
      const after = following[row];
      return each + (after < 0 ? 0 : 0.9 * (target[after] - value[after]));
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
    const trajectories = experience(createRandomPolicy(ITEMS));
    const { logProbability, ...view } = viewOf(network, trajectories);
    const { value } = view;
    const weight = logProbability.map((log, row) =>
      Math.min(maxImportanceWeight, Math.exp(log) / trajectories.propensity[row]),
    );
    expect(new Set(weight).size).toBeGreaterThan(2);
    const { target, advantage: plain } = oneStep(trajectories, view, weight);
    const advantage = plain.map((a, row) => weight[row] * a);

    const report = createA2C({ network, lambda: 0, discount: 0.9, maxImportanceWeight }).learn(trajectories);
    expect(report['valueLoss']).toBeCloseTo(mean(value.map((v, row) => (target[row] - v) ** 2)), 5);
    expect(report['policyLoss']).toBeCloseTo(mean(advantage.map((a, row) => -a * logProbability[row])), 5);
  });

  test('takes n-step returns from its own experience where lambda is 1', () => {
    const network = smallNetwork(ITEMS);
    const learner = createA2C({ network, lambda: 1, discount: 0.8 });
    const trajectories = experience(learner.policy);
    const { logProbability, value, nextValue, following } = viewOf(network, trajectories);
    const target: number[] = [];
    for (let row = value.length - 1; row >= 0; row--) {
      const after = following[row] < 0 ? nextValue[row] : target[following[row]];
      target[row] = trajectories.reward[row] + 0.8 * after;
    }
    const report = learner.learn(trajectories);
    expect(report['valueLoss']).toBeCloseTo(mean(target.map((g, row) => (g - value[row]) ** 2)), 5);
    expect(report['policyLoss']).toBeCloseTo(mean(target.map((g, row) => -(g - value[row]) * logProbability[row])), 5);
  });

  test('takes a smaller step where another policy acted, by how far the two overlap', () => {
    const [network, plain] = [smallNetwork(ITEMS), smallNetwork(ITEMS)];
    for (const each of [network, plain]) each.scaleActor(100);
    const trajectories = experience(createRandomPolicy(ITEMS));
    const { logProbability } = viewOf(network, trajectories);
    const overlap = mean(logProbability.map((log, row) => Math.min(1, Math.exp(log) / trajectories.propensity[row])));
    expect(overlap).toBeLessThan(0.95);
    const report = createA2C({ network, learningRate: 0.01, entropyWeight: 0.1 }).learn(trajectories);
    expect(report['overlap']).toBeCloseTo(overlap, 5);
    const settings = { learningRate: 0.01 * Math.sqrt(overlap), entropyWeight: 0.1 * overlap, scaleByOverlap: false };
    expect(createA2C({ network: plain, ...settings }).learn(trajectories)).not.toHaveProperty('overlap');
    const expected = plain.weights();
    for (const [name, { data }] of Object.entries(network.weights())) {
      for (const [k, weight] of data.entries()) expect(weight, name).toBeCloseTo(expected[name].data[k], 5);
    }
  });

  test('imitates what came out better than expected, as far as it would not have done it itself', () => {
    const [network, plain] = [smallNetwork(ITEMS), smallNetwork(ITEMS)];
    for (const each of [network, plain]) each.scaleActor(100);
    const trajectories = experience(createRandomPolicy(ITEMS));
    // One of the two sessions has it worse than expected.
    for (let row = 0; row < trajectories.reward.length; row += 2) trajectories.reward[row] -= 1;
    const { logProbability, ...view } = viewOf(network, trajectories);
    const { value } = view;
    const weight = logProbability.map((log, row) => Math.min(1, Math.exp(log) / trajectories.propensity[row]));
    const { target, advantage } = oneStep(trajectories, view, weight);
    expect(advantage.some((a) => a < 0)).toBe(true);
    const learned = advantage.map((a, row) => weight[row] * a + 0.3 * (1 - weight[row]) * Math.max(a, 0));

    const report = createA2C({ network, lambda: 0, discount: 0.9, learningRate: 0.003, imitation: 0.3 }).learn(
      trajectories,
    );
    expect(report['policyLoss']).toBeCloseTo(mean(learned.map((a, row) => -a * logProbability[row])), 4);
    // The critic's targets are not touched, and the step is as large as what is learned from.
    const overlap = report['overlap'];
    expect(report['valueLoss']).toBeCloseTo(mean(target.map((v, row) => (v - value[row]) ** 2)), 5);
    const share = overlap + 0.3 * (1 - overlap);
    const settings = { learningRate: 0.003 * Math.sqrt(share), entropyWeight: 0.01 * share, scaleByOverlap: false };
    createA2C({ network: plain, lambda: 0, discount: 0.9, imitation: 0.3, ...settings }).learn(trajectories);
    const expected = plain.weights();
    for (const [name, { data }] of Object.entries(network.weights())) {
      for (const [k, each] of data.entries()) expect(each, name).toBeCloseTo(expected[name].data[k], 5);
    }
  });

  test('does not imitate its own actions', () => {
    const [network, plain] = [smallNetwork(ITEMS), smallNetwork(ITEMS)];
    const learner = createA2C({ network, imitation: 1 });
    const trajectories = experience(learner.policy);
    learner.learn(trajectories);
    createA2C({ network: plain }).learn(trajectories);
    expect(network.weights()).toEqual(plain.weights());
  });

  test('takes its whole step from its own experience', () => {
    const [network, plain] = [smallNetwork(ITEMS), smallNetwork(ITEMS)];
    const learner = createA2C({ network });
    const trajectories = experience(learner.policy);
    expect(learner.learn(trajectories)['overlap']).toBe(1);
    createA2C({ network: plain, scaleByOverlap: false }).learn(trajectories);
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
    const trajectories = experience(learner.policy);
    trajectories.propensity[3] = propensity;
    expect(() => learner.learn(trajectories)).toThrow(InvalidOptionError);
    expect(() => learner.learn(trajectories)).toThrow('trajectories.propensity[3]');
    expect(network.weights()).toEqual(before);
  });

  test.each([Number.NaN, Number.POSITIVE_INFINITY])('refuses a reward of %s, and learns nothing', (reward) => {
    const network = smallNetwork(ITEMS);
    const learner = createA2C({ network });
    const before = network.weights();
    const trajectories = experience(learner.policy);
    trajectories.reward[3] = reward;
    expect(() => learner.learn(trajectories)).toThrow(DivergenceError);
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
    const trajectories = experience(learner.policy);
    trajectories.propensity.fill(2 ** -149);
    for (const value of Object.values(learner.learn(trajectories))) expect(value).toSatisfy(Number.isFinite);
  });

  test('takes experience of any length, one after the other', () => {
    const learner = createA2C({ network: smallNetwork(ITEMS) });
    for (const steps of [5, 2, 40, 5]) {
      const report = learner.learn(experience(learner.policy, steps));
      expect(report['gradientNorm']).toBeGreaterThan(0);
    }
  });

  test('refuses trajectories without a decision, and those of another catalogue', () => {
    const learner = createA2C({ network: smallNetwork(ITEMS) });
    const empty = new TrajectoryRecorder({ items: ITEMS, historyLength: 1 }).take();
    expect(() => learner.learn(empty)).toThrow(InvalidOptionError);
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
