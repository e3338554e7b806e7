/** Small slate problems whose best slate is found by enumeration, for the tests of slate learners. */
import { createRandom, type Environment } from '@ialp/core';
import { createMultinomialLogitChoice, createSimulator } from '@ialp/env';
import { createNetwork } from '../../engine/built-in-network.js';
import { runOnline } from '../../experience/run-online.js';
import type { Learner } from '../../learner.js';
import type { Head, Network } from '../../network.js';

/** Users who choose by a multinomial logit, where choosing nothing has the utility 0. */
export interface SlateProblem {
  readonly utilities: readonly number[];
  /** Feedback to each item if it is chosen. */
  readonly rewards: readonly number[];
  readonly slateSize: number;
}

/**
 * Item 0 is clickbait: it is nearly always chosen, and worth little. It earns more than any other item beside it, so whoever counts the
 * feedback to each item shows it; the best slate is without it.
 */
export const CLICKBAIT: SlateProblem = {
  utilities: [Math.log(10), Math.log(1.5), Math.log(1.5), Math.log(0.2), Math.log(0.2), Math.log(0.2)],
  rewards: [0.4, 1, 1, 1, 0.5, 0.5],
  slateSize: 2,
};

/** The expected reward of a slate. */
export function slateReward({ utilities, rewards }: SlateProblem, slate: readonly number[]): number {
  const odds = slate.map((item) => Math.exp(utilities[item]));
  const total = odds.reduce((sum, v) => sum + v, 1);
  return slate.reduce((sum, item, k) => sum + odds[k] * rewards[item], 0) / total;
}

/** All slates as sets of items, best first. */
export function rankedSlates(problem: SlateProblem): readonly (readonly number[])[] {
  const slates: number[][] = [];
  const extend = (slate: readonly number[], from: number): void => {
    if (slate.length === problem.slateSize) slates.push([...slate]);
    else for (let item = from; item < problem.utilities.length; item++) extend([...slate, item], item + 1);
  };
  extend([], 0);
  return slates.sort((a, b) => slateReward(problem, b) - slateReward(problem, a));
}

/** Sessions of one slate each. */
export function slateEnvironment({ utilities, rewards, slateSize }: SlateProblem): Environment {
  return createSimulator({
    name: 'slates',
    responses: {
      ...{ specificationVersion: 'v1', users: 1, items: utilities.length, rewardRange: [0, 1], window: 0 },
      respond: (_session, item) => rewards[item],
      utility: (_session, item) => utilities[item],
      consume: (_session, item) => rewards[item],
    },
    slate: { size: slateSize, choice: createMultinomialLogitChoice() },
    ...{ sessions: 64, historyLength: 1, maxTurns: 1, repeats: true },
  });
}

/** A network for a problem. */
export function slateNetwork({ utilities }: SlateProblem, heads: readonly Head[], seed: number): Network {
  return createNetwork({
    ...{ items: utilities.length, historyLength: 1, embedding: 8, hidden: 16, heads },
    random: createRandom(seed),
  });
}

/** Trains a learner on a problem, and returns the slate that it would show without exploration, as a sorted set. */
export function learnedSlate(problem: SlateProblem, learner: Learner, interactions: number, seed: number): number[] {
  const environment = slateEnvironment(problem);
  runOnline({ environment, learner, interactions, seed, random: createRandom(seed) });
  const { items } = learner.policy.distribution(environment.reset({ seed })).top(problem.slateSize);
  return Array.from(items.subarray(0, problem.slateSize)).sort((a, b) => a - b);
}
