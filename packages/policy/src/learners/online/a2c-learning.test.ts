import { createRandom, type Environment, type ResponseModel } from '@ialp/core';
import { createDistractionRule, createSimulator } from '@ialp/env';
import { describe, expect, test } from 'vitest';
import { createNetwork } from '../../engine/built-in-network.js';
import { runOnline } from '../../experience/run-online.js';
import type { Learner } from '../../learner.js';
import type { Network } from '../../network.js';
import { createRandomPolicy } from '../../policies/random-policy.js';
import type { Policy } from '../../policy.js';
import { observationOf } from '../../test-support/observations.js';
import { type A2COptions, createA2C } from './a2c.js';

/** A state of which the last interaction says all: what was shown, and the answer; or none yet. */
interface Last {
  readonly item: number;
  readonly feedback: number;
}
const START: Last = { item: -1, feedback: 0 };
/** Probability that a user leaves after an interaction. */
const LEAVES = 0.1;

/** A world with one kind of user, whose feedback depends on the last interaction. */
type Answer = (last: Last, item: number) => number;

function world(items: number, answer: Answer, noise = false): Environment {
  const responses: ResponseModel = {
    specificationVersion: 'v1',
    users: 1,
    items,
    rewardRange: [0, 1],
    window: 1,
    respond(session, item, random) {
      const last = session.turn === 0 ? START : { item: session.item(0), feedback: session.feedback(0) };
      const mean = answer(last, item);
      return noise ? (random.uniform() < mean ? 1 : 0) : mean;
    },
  };
  const terminationRules = [createDistractionRule({ probability: LEAVES })];
  return createSimulator({
    name: 'test',
    responses,
    terminationRules,
    sessions: 32,
    historyLength: 1,
    maxTurns: 40,
    repeats: true,
  });
}

function smallNetwork(items: number): Network {
  return createNetwork({ items, historyLength: 1, embedding: 8, hidden: 16, random: createRandom(5) });
}

/** A batch of one-interaction histories. */
function statesOf(last: readonly Last[], items: number) {
  return observationOf(last.length, items, {
    historyItems: Int32Array.from(last, ({ item }) => item),
    historyFeedback: Float32Array.from(last, ({ feedback }) => feedback),
  });
}

/** `[states][items]` */
function probabilities(policy: Policy, last: readonly Last[]): number[][] {
  const distribution = policy.distribution(statesOf(last, policy.items));
  const byItem = Array.from({ length: policy.items }, (_, item) => [
    ...distribution.propensity(new Int32Array(last.length).fill(item)),
  ]);
  return last.map((_, row) => byItem.map((column) => column[row]));
}

/** Small worlds with a long way to the reward: many turns between updates, and a discount that looks far ahead. */
function makeLearner(options: A2COptions) {
  return createA2C({ rolloutLength: 10, discount: 0.9, ...options });
}

function train(environment: Environment, learner: Learner, interactions: number): void {
  runOnline({ environment, learner, interactions, seed: 21, random: createRandom(22), finishSessions: false });
}

describe('A2C learns', () => {
  test('a two-armed bandit', () => {
    const arms = [0.2, 0.8];
    const learner = makeLearner({ network: smallNetwork(2), discount: 0, learningRate: 0.01, entropyWeight: 0 });
    train(
      world(2, (_, item) => arms[item], true),
      learner,
      32 * 600,
    );
    const [[, better]] = probabilities(learner.policy, [START]);
    expect(better).toBeGreaterThan(0.95);
    // The critic knows what that is worth.
    expect(learner.network.values(statesOf([START], 2))[0]).toBeCloseTo(0.8, 1);
  });

  test('a contextual bandit: what is good depends on what was shown last', () => {
    const learner = makeLearner({ network: smallNetwork(4), discount: 0, learningRate: 0.01 });
    const good = (last: Last): number => (last.item + 1) % 4;
    train(
      world(4, (last, item) => (item === good(last) ? 0.9 : 0.1), true),
      learner,
      32 * 1500,
    );
    const contexts = [-1, 0, 1, 2, 3].flatMap((item) =>
      item < 0 ? [START] : [0, 1].map((feedback) => ({ item, feedback })),
    );
    probabilities(learner.policy, contexts).forEach((row, place) => {
      expect(row[good(contexts[place])], `after ${JSON.stringify(contexts[place])}`).toBeGreaterThan(0.9);
    });
  });
});

/**
 * Item 3 pays an eighth at once. Items 0, 1, 2 in this order pay nothing, an eighth, and 1: how far one has come is seen
 * in the feedback.
 */
const DELAYED: Answer = (last, item) => {
  if (item === 3) return 0.125;
  if (item === 1) return last.item === 0 ? 0.125 : 0;
  if (item === 2) return last.item === 1 && last.feedback === 0.125 ? 1 : 0;
  return 0;
};

/** All states that can be reached, and for each the state and reward that each item leads to. */
function explore(items: number, answer: Answer) {
  const states: Last[] = [START];
  const key = ({ item, feedback }: Last): string => `${item}:${feedback}`;
  const place = new Map([[key(START), 0]]);
  const moves: { reward: number; next: number }[][] = [];
  for (let at = 0; at < states.length; at++) {
    moves[at] = Array.from({ length: items }, (_, item) => {
      const reached = { item, feedback: answer(states[at], item) };
      if (!place.has(key(reached))) place.set(key(reached), states.push(reached) - 1);
      return { reward: reached.feedback, next: place.get(key(reached)) ?? 0 };
    });
  }
  return { states, moves };
}

/** Values of a policy, or the best ones, by iteration to convergence: `V = sum_a pi(a|s) (r + gamma (1 - leaves) V')`. */
function valuesOf(moves: { reward: number; next: number }[][], discount: number, policy?: number[][]): number[] {
  let values = moves.map(() => 0);
  for (let sweep = 0; sweep < 500; sweep++) {
    const before = values;
    values = moves.map((row, state) => {
      const worth = row.map(({ reward, next }) => reward + discount * (1 - LEAVES) * before[next]);
      return policy === undefined
        ? Math.max(...worth)
        : worth.reduce((sum, value, item) => sum + policy[state][item] * value, 0);
    });
  }
  return values;
}

describe('A2C on a delayed reward, against exact values', () => {
  const { states, moves } = explore(4, DELAYED);
  const best = valuesOf(moves, 0.9);

  test('the world is what it is meant to be: waiting pays, but not for the impatient', () => {
    // By hand: with g = 0.9 * 0.9 = 0.81, V = g / 8 + g^2 + g^3 V, so V = 0.75735 / 0.468559.
    expect(best[0]).toBeCloseTo(1.61634, 4);
    expect(Math.max(...valuesOf(moves, 0))).toBeCloseTo(1, 10);
    expect(valuesOf(moves, 0)[0]).toBeCloseTo(0.125, 10);
  });

  test('it finds the way, and its critic knows what it is worth', () => {
    const learner = makeLearner({ network: smallNetwork(4), learningRate: 0.01, entropyWeight: 0.05 });
    train(world(4, DELAYED), learner, 32 * 4000);
    const learned = valuesOf(moves, 0.9, probabilities(learner.policy, states))[0];
    expect(learned).toBeGreaterThan(0.9 * best[0]);
    const [critic] = learner.network.values(statesOf(states, 4));
    expect(Math.abs(critic / learned - 1)).toBeLessThan(0.1);
  });
});

describe("A2C from a uniform policy's experience", () => {
  /** Acts by one policy, learns into another. */
  function offPolicy(learner: Learner): Learner {
    return {
      specificationVersion: 'v2',
      policy: createRandomPolicy(learner.policy.items),
      rolloutLength: learner.rolloutLength,
      learn: (trajectories) => learner.learn(trajectories),
    };
  }

  test('it finds the right arm, and the critic values its own choice, not the experience', () => {
    const arms = [0.1, 0.9, 0.1, 0.1];
    const learner = makeLearner({ network: smallNetwork(4), discount: 0, learningRate: 0.01, entropyWeight: 0 });
    train(
      world(4, (_, item) => arms[item]),
      offPolicy(learner),
      32 * 3000,
    );
    const [row] = probabilities(learner.policy, [START]);
    expect(row[1]).toBeGreaterThan(0.95);
    // The experience pays 0.3 on average, the policy 0.9.
    expect(learner.network.values(statesOf([START], 4))[0]).toBeGreaterThan(0.8);
  });

  test('it finds the way to a delayed reward', () => {
    const { states, moves } = explore(4, DELAYED);
    const learner = makeLearner({ network: smallNetwork(4), learningRate: 0.01, entropyWeight: 0.02 });
    train(world(4, DELAYED), offPolicy(learner), 32 * 4000);
    const learned = valuesOf(moves, 0.9, probabilities(learner.policy, states));
    expect(learned[0]).toBeGreaterThan(0.95 * valuesOf(moves, 0.9)[0]);
  });
});

test('A2C leaves gradients and weights as they are where the limits are infinite', () => {
  const limits = { maxGradientNorm: Number.POSITIVE_INFINITY, maxImportanceWeight: Number.POSITIVE_INFINITY };
  const learner = makeLearner({ network: smallNetwork(2), discount: 0, learningRate: 0.01, ...limits });
  train(
    world(2, (_, item) => item),
    learner,
    32 * 1500,
  );
  expect(probabilities(learner.policy, [START])[0][1]).toBeGreaterThan(0.9);
});
