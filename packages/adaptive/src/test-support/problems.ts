import { noExclusions, type Random } from '@ialp/core';
import { TrajectoryRecorder } from '@ialp/policy';
import type { GateExperience } from '../gate.js';

/** A decision problem with few states and two policies, small enough to be solved exactly. For tests. */
export interface TwoPolicyProblem {
  /** `[states]`: where sessions begin. */
  readonly start: number[];
  /** `[states][actions][states]`. */
  readonly next: number[][][];
  /** `[states][actions]`: probability that the session is terminated. */
  readonly leave: number[][];
  /** `[states][actions]`: probability of a reward, and its size. */
  readonly chance: number[][];
  readonly size: number[][];
  /** `[states][actions]`. */
  readonly pretrained: number[][];
  readonly online: number[][];
  readonly discount: number;
}

/** What is true of a problem, of the mixture with `w` of the pre-trained policy. */
export interface Truth {
  /** `[states]`: how often the mixture is in each state. */
  readonly visits: number[];
  /** `[states]`: `V_mu`. */
  readonly value: number[];
  /** The gap as `createReturnAdaptiveGate` defines it. */
  readonly gap: number;
  /** `1 - r_on / r_pre`, with the mean rewards of a step of either policy in the mixture's states. */
  readonly rewardGap: number;
}

export const mixtureOf = ({ pretrained, online }: TwoPolicyProblem, w: number): number[][] =>
  pretrained.map((row, s) => row.map((p, a) => w * p + (1 - w) * online[s][a]));

const weighted = (weights: readonly number[], values: readonly number[]): number =>
  weights.reduce((sum, weight, k) => sum + weight * values[k], 0);

/** Solves a problem by iteration, to rounding. */
export function solve(problem: TwoPolicyProblem, w: number): Truth {
  const { start, next, leave, chance, size, pretrained, online, discount } = problem;
  const mu = mixtureOf(problem, w);
  const reward = chance.map((row, s) => row.map((p, a) => p * size[s][a]));
  let visits = start;
  let value = start.map(() => 0);
  const q = (s: number, a: number): number => reward[s][a] + discount * (1 - leave[s][a]) * weighted(next[s][a], value);
  for (let k = 0; k < 2000; k++) {
    const follows = start.map(() => 0);
    for (const [s, visited] of visits.entries()) {
      for (const [a, p] of mu[s].entries()) {
        for (const to of follows.keys()) {
          follows[to] += visited * p * ((1 - leave[s][a]) * next[s][a][to] + leave[s][a] * start[to]);
        }
      }
    }
    visits = follows;
    value = value.map((_, s) =>
      weighted(
        mu[s],
        mu[s].map((_, a) => q(s, a)),
      ),
    );
  }
  const mean = (policy: number[][], of: (s: number, a: number) => number): number =>
    weighted(
      visits,
      policy.map((row, s) =>
        weighted(
          row,
          row.map((_, a) => of(s, a)),
        ),
      ),
    );
  const rewards = [pretrained, online].map((policy) => mean(policy, (s, a) => reward[s][a]));
  const difference = mean(pretrained, q) - mean(online, q);
  return { visits, value, gap: difference / rewards[0], rewardGap: 1 - rewards[1] / rewards[0] };
}

/** Index drawn with the given probabilities. */
export function draw(probabilities: readonly number[], random: Random): number {
  let target = random.uniform();
  for (const [k, p] of probabilities.entries()) {
    target -= p;
    if (target < 0) return k;
  }
  return probabilities.findLastIndex((p) => p > 0);
}

/** How a problem is played. */
export interface Play {
  readonly problem: TwoPolicyProblem;
  readonly w: number;
  readonly sessions: number;
  readonly steps: number;
  readonly updates: number;
  readonly random: Random;
}

/** Plays a problem by the mixture, and shows the trajectories of each update. A state's number stands in its history. */
export function play({ problem, w, sessions, steps, updates, random }: Play, observe: (seen: GateExperience) => void) {
  const { start, next, leave, chance, size, pretrained, online } = problem;
  const mu = mixtureOf(problem, w);
  const items = mu[0].length;
  const observation = {
    ...{ rows: sessions, items, historyLength: 1, historyItems: new Int32Array(sessions) },
    ...{ historyFeedback: new Float32Array(sessions), available: new Uint8Array(items).fill(1) },
    session: Float64Array.from({ length: sessions }, (_, row) => row),
    turn: new Int32Array(sessions),
    exclusions: noExclusions(sessions),
  };
  let begun = sessions;
  const recorder = new TrajectoryRecorder({ items, historyLength: 1 });
  const state = Int32Array.from({ length: sessions }, () => draw(start, random));
  const ofPolicies = [pretrained, online].map(() => new Float32Array(steps * sessions));
  for (let update = 0; update < updates; update++) {
    for (let step = 0; step < steps; step++) {
      observation.historyItems.set(state);
      const actions = Int32Array.from(state, (s) => draw(mu[s], random));
      const propensity = Float32Array.from(actions, (a, row) => mu[state[row]][a]);
      for (const [k, policy] of [pretrained, online].entries()) {
        actions.forEach((a, row) => {
          ofPolicies[k][step * sessions + row] = policy[state[row]][a];
        });
      }
      recorder.recordAction(observation, { items: actions, propensity });
      const reward = Float32Array.from(actions, (a, row) =>
        random.uniform() < chance[state[row]][a] ? size[state[row]][a] : 0,
      );
      const terminated = Uint8Array.from(actions, (a, row) => (random.uniform() < leave[state[row]][a] ? 1 : 0));
      const follows = Int32Array.from(actions, (a, row) => draw(next[state[row]][a], random));
      observation.historyItems.set(follows);
      for (const row of observation.turn.keys()) observation.turn[row]++;
      recorder.recordFeedback(observation, { reward, terminated, truncated: new Uint8Array(sessions) });
      for (const [row, left] of terminated.entries()) {
        if (left === 0) continue;
        observation.session[row] = begun++;
        observation.turn[row] = 0;
      }
      state.set(follows.map((s, row) => (terminated[row] === 1 ? draw(start, random) : s)));
    }
    const trajectories = recorder.take();
    observe({ trajectories, propensities: () => ({ pretrained: ofPolicies[0], online: ofPolicies[1] }) });
  }
}

/** A critic that knows a value of each state, by the number in its history. */
export const tableCritic = (values: readonly number[]) => ({
  values: ({ historyItems }: { readonly historyItems: Int32Array }): Float32Array =>
    Float32Array.from(historyItems, (state) => values[state]),
});

const distribution = (length: number, sharpness: number, random: Random): number[] => {
  const weights = Array.from({ length }, () => Math.exp(sharpness * random.normal()));
  const total = weights.reduce((sum, each) => sum + each, 0);
  return weights.map((each) => each / total);
};

/** How the problems of a family go on after an action. */
export type Family = 'one step' | 'independent states' | 'any';

/**
 * A random problem of 1 to 4 states and 2 to 6 actions, with rewards between 0.01 and 1 in size, certain or rare.
 * After one step each session is over; or states are independent and actions decide only whether the user leaves; or both.
 */
export function randomProblem(family: Family, random: Random): TwoPolicyProblem {
  const below = (limit: number): number => Math.floor(random.uniform() * limit);
  const [states, actions] = [1 + below(4), 2 + below(5)];
  const each = <T>(of: () => T): T[][] =>
    Array.from({ length: states }, () => Array.from({ length: actions }, () => of()));
  const start = distribution(states, 1, random);
  const [rare, scale, patience] = [0.05 + random.uniform() * 0.95, 10 ** (-2 * random.uniform()), random.uniform()];
  const policy = () => {
    const sharpness = 3 * random.uniform();
    return Array.from({ length: states }, () => distribution(actions, sharpness, random));
  };
  return {
    start,
    next: each(() => (family === 'any' ? distribution(states, 1.5, random) : start)),
    leave: each(() => (family === 'one step' ? 1 : 0.05 + 0.9 * patience * random.uniform())),
    chance: each(() => rare * random.uniform()),
    size: each(() => Math.max(0.01, scale * (0.5 + 0.5 * random.uniform()))),
    ...{ pretrained: policy(), online: policy() },
    discount: family === 'one step' ? 0.9 : 0.5 + 0.45 * random.uniform(),
  };
}
