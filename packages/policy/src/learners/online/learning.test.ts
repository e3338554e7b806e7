import { createRandom, type Environment, type ResponseModel } from '@ialp/core';
import { createDistractionRule, createSimulator } from '@ialp/env';
import { describe, expect, test } from 'vitest';
import { createNetwork } from '../../engine/built-in-network.js';
import { runOnline } from '../../experience/run-online.js';
import type { Learner } from '../../learner.js';
import type { Head, Network } from '../../network.js';
import { createActionValuePolicy } from '../../policies/action-value-policy.js';
import { createRandomPolicy } from '../../policies/random-policy.js';
import type { Policy } from '../../policy.js';
import { observationOf } from '../../test-support/observations.js';
import { createA2C } from './a2c.js';
import { createDqn } from './dqn.js';
import { createPpo } from './ppo.js';
import { createReinforce } from './reinforce.js';
import { createDiscreteSac } from './sac-discrete.js';

const ITEMS = 4;
const DISCOUNT = 0.9;
/** Probability that a user leaves after an interaction. */
const LEAVES = 0.1;

/** What the last interaction was: the whole state. */
interface Last {
  readonly item: number;
  readonly feedback: number;
}
const START: Last = { item: -1, feedback: 0 };

/**
 * A chain: item 3 pays an eighth at once; items 0, 1, 2 in this order pay nothing, an eighth, and 1. How far one has come is
 * seen in the feedback.
 */
function chain(last: Last, item: number): number {
  if (item === 3) return 0.125;
  if (item === 1) return last.item === 0 ? 0.125 : 0;
  if (item === 2) return last.item === 1 && last.feedback === 0.125 ? 1 : 0;
  return 0;
}

function world(answer: (last: Last, item: number) => number, noise: boolean): Environment {
  const responses: ResponseModel = {
    specificationVersion: 'v1',
    users: 1,
    items: ITEMS,
    rewardRange: [0, 1],
    window: 1,
    respond(session, item, random) {
      const last = session.turn === 0 ? START : { item: session.item(0), feedback: session.feedback(0) };
      const mean = answer(last, item);
      return noise ? (random.uniform() < mean ? 1 : 0) : mean;
    },
  };
  return createSimulator({
    name: 'small',
    responses,
    terminationRules: [createDistractionRule({ probability: LEAVES })],
    sessions: 32,
    historyLength: 1,
    maxTurns: 40,
    repeats: true,
  });
}

function networkWith(heads: readonly Head[], seed: number): Network {
  return createNetwork({ items: ITEMS, historyLength: 1, embedding: 8, hidden: 16, heads, random: createRandom(seed) });
}

/** `[states][items]` */
function probabilities(policy: Policy, last: readonly Last[]): number[][] {
  const historyItems = Int32Array.from(last, ({ item }) => item);
  const historyFeedback = Float32Array.from(last, ({ feedback }) => feedback);
  const distribution = policy.distribution(observationOf(last.length, ITEMS, { historyItems, historyFeedback }));
  const byItem = Array.from({ length: ITEMS }, (_, item) => [
    ...distribution.propensity(new Int32Array(last.length).fill(item)),
  ]);
  return last.map((_, row) => byItem.map((column) => column[row]));
}

/** All states of the chain that can be reached, and for each the state and reward that each item leads to. */
function explore() {
  const states: Last[] = [START];
  const key = ({ item, feedback }: Last): string => `${item}:${feedback}`;
  const place = new Map([[key(START), 0]]);
  const moves: { reward: number; next: number }[][] = [];
  for (let at = 0; at < states.length; at++) {
    moves[at] = Array.from({ length: ITEMS }, (_, item) => {
      const reached = { item, feedback: chain(states[at], item) };
      if (!place.has(key(reached))) place.set(key(reached), states.push(reached) - 1);
      return { reward: reached.feedback, next: place.get(key(reached)) ?? 0 };
    });
  }
  return { states, moves };
}

/** Value of the first state, of a policy or of the best one, by value iteration. */
function valueOfStart(moves: { reward: number; next: number }[][], policy?: number[][]): number {
  let values = moves.map(() => 0);
  for (let sweep = 0; sweep < 500; sweep++) {
    const before = values;
    values = moves.map((row, state) => {
      const worth = row.map(({ reward, next }) => reward + DISCOUNT * (1 - LEAVES) * before[next]);
      if (policy === undefined) return Math.max(...worth);
      return worth.reduce((sum, value, item) => sum + policy[state][item] * value, 0);
    });
  }
  return values[0];
}

/** Each learner, with settings under which the small worlds are easy, and what it has learned as a policy. */
const LEARNERS: Record<string, (discount: number, seed: number) => { learner: Learner; learned: Policy }> = {
  reinforce: (discount, seed) => {
    const learner = createReinforce({
      network: networkWith(['actor'], seed + 5),
      ...{ discount, learningRate: 0.01, rolloutLength: 20, entropyWeight: 0.03 },
    });
    return { learner, learned: learner.policy };
  },
  a2c: (discount, seed) => {
    const network = networkWith(['actor', 'value'], seed + 5);
    const entropyWeight = discount === 0 ? 0.02 : 0.05;
    const learner = createA2C({ network, discount, learningRate: 0.01, rolloutLength: 10, entropyWeight });
    return { learner, learned: learner.policy };
  },
  ppo: (discount, seed) => {
    const network = networkWith(['actor', 'value'], seed + 5);
    const random = createRandom(seed + 8);
    const settings = { rolloutLength: 20, learningRate: 0.005, batchSize: 160, entropyWeight: 0.02 };
    const learner = createPpo({ network, random, discount, ...settings });
    return { learner, learned: learner.policy };
  },
  dqn: (discount, seed) => dqn(discount, seed, {}),
  'dqn, dueling': (discount, seed) => dqn(discount, seed, { dueling: true }),
  'dqn, not double': (discount, seed) => dqn(discount, seed, { double: false }),
  'sac-discrete': (discount, seed) => sac(discount, seed, {}),
  'sac-discrete, twin critics': (discount, seed) => sac(discount, seed, { twin: networkWith(['q'], seed + 6) }),
};

function dqn(discount: number, seed: number, options: { double?: boolean; dueling?: boolean }) {
  const network = networkWith(options.dueling ? ['q', 'value'] : ['q'], seed + 5);
  const random = createRandom(seed + 8);
  const learner = createDqn({
    network,
    random,
    discount,
    learningRate: 0.005,
    epsilonDecaySteps: 20_000,
    batchSize: 64,
    targetUpdateInterval: 50,
    ...options,
  });
  return { learner, learned: createActionValuePolicy(network) };
}

function sac(discount: number, seed: number, options: { twin?: Network }) {
  const network = networkWith(['actor', 'q'], seed + 5);
  const random = createRandom(seed + 8);
  const settings = {
    discount,
    learningRate: 0.005,
    batchSize: 64,
    targetUpdateInterval: 50,
    temperature: 0.03,
    ...options,
  };
  const learner = createDiscreteSac({ network, random, ...settings });
  return { learner, learned: learner.policy };
}

function meet(environment: Environment, learner: Learner, steps: number, seed = 0): void {
  const interactions = 32 * steps;
  const random = createRandom(seed + 22);
  runOnline({ environment, learner, interactions, seed: seed + 21, random, finishSessions: false });
}

/** Steps of all sessions in each world. Who replays what was seen needs fewer, and takes longer over each. */
const stepsOf = (name: string) =>
  /^(dqn|sac)/.test(name) ? { bandit: 400, chain: 800 } : { bandit: 1500, chain: 2000 };

/** Acts by one policy, learns into another. */
function fromUniform(learner: Learner): Learner {
  return {
    specificationVersion: 'v2',
    policy: createRandomPolicy(ITEMS),
    rolloutLength: learner.rolloutLength,
    learn: (trajectories) => learner.learn(trajectories),
  };
}

/** Calls back each time that a learner has learned from so many steps of all sessions. */
function watched(learner: Learner, steps: number, look: () => void): Learner {
  let rows = 0;
  return {
    ...fromUniform(learner),
    policy: learner.policy,
    learn(trajectories) {
      const report = learner.learn(trajectories);
      const before = Math.floor(rows / (32 * steps));
      rows += trajectories.rows;
      if (Math.floor(rows / (32 * steps)) > before) look();
      return report;
    },
  };
}

/** Seeds of the runs in the chain, and looks at each, of which those of the second half count. */
const [CHAIN_SEEDS, CHAIN_LOOKS] = [[0, 100], 8] as const;

describe.each(Object.entries(LEARNERS))('%s', (name, make) => {
  const steps = stepsOf(name);

  test('finds the best arm of a noisy bandit', () => {
    const arms = [0.2, 0.4, 0.8, 0.3];
    const { learner, learned } = make(0, 0);
    meet(
      world((_, item) => arms[item], true),
      learner,
      steps.bandit,
    );
    expect(probabilities(learned, [START])[0][2]).toBeGreaterThan(0.9);
  });

  test('finds the way to a delayed reward, by value iteration the best', () => {
    const { states, moves } = explore();
    const best = valueOfStart(moves);
    // A greedy policy jumps between one update and the next: what counts is its mean over a while. Item 3 alone is worth 0.41 of the best.
    const shares = CHAIN_SEEDS.flatMap((seed) => {
      const { learner, learned } = make(DISCOUNT, seed);
      const looks: number[] = [];
      const look = () => looks.push(valueOfStart(moves, probabilities(learned, states)) / best);
      meet(world(chain, false), watched(learner, steps.chain / CHAIN_LOOKS, look), steps.chain, seed);
      expect(looks).toHaveLength(CHAIN_LOOKS);
      return looks.slice(CHAIN_LOOKS / 2);
    });
    expect(shares.reduce((sum, share) => sum + share, 0) / shares.length).toBeGreaterThan(0.8);
  });

  test('learns the same bandit from what a uniform policy did', () => {
    const arms = [0.1, 0.9, 0.1, 0.1];
    const { learner, learned } = make(0, 0);
    meet(
      world((_, item) => arms[item], false),
      fromUniform(learner),
      steps.bandit,
    );
    expect(probabilities(learned, [START])[0][1]).toBeGreaterThan(0.9);
  });
});

test('the chain is what it is meant to be', () => {
  // By hand: with g = 0.9 * 0.9 = 0.81, V = g / 8 + g^2 + g^3 V, so V = 0.75735 / 0.468559.
  expect(valueOfStart(explore().moves)).toBeCloseTo(1.61634, 4);
});
