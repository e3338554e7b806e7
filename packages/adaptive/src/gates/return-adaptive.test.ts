import { createRandom } from '@ialp/core';
import { describe, expect, test } from 'vitest';
import {
  type Family,
  play,
  randomProblem,
  solve,
  type TwoPolicyProblem,
  tableCritic,
} from '../test-support/problems.js';
import { createReturnAdaptiveGate } from './return-adaptive.js';

const W = 0.98;
const ROWS = 64;
const noiseOf = (rows: number): Float32Array => Float32Array.from({ length: rows }, (_, row) => Math.sin(row * row));
const total = (values: number[]): number => values.reduce((sum, value) => sum + value, 0);

/** One state, two actions; each policy shows one of them; each session ends after one step. */
function oneState(chances: number[], sizes: number[]): TwoPolicyProblem {
  return {
    ...{ start: [1], next: [[[1], [1]]], leave: [[1, 1]], chance: [chances], size: [sizes] },
    ...{ pretrained: [[1, 0]], online: [[0, 1]], discount: 0.9 },
  };
}

test('while every reward is 0 nothing is known, whatever the critic says', () => {
  const problem = oneState([0, 0], [1, 1]);
  const gate = createReturnAdaptiveGate({ critic: { values: (states) => noiseOf(states.rows) } });
  play({ problem, w: W, sessions: ROWS, steps: 1, updates: 200, random: createRandom(3) }, (seen) =>
    gate.observe?.(seen),
  );
  expect(gate.estimates).toEqual({ weight: W, gap: 0, standardError: Number.POSITIVE_INFINITY });
});

test('a critic that does not value each state is refused', () => {
  const problem = oneState([0.5, 0.5], [1, 1]);
  const gate = createReturnAdaptiveGate({ critic: { values: () => new Float32Array(1) } });
  const observe = () =>
    play({ problem, w: W, sessions: ROWS, steps: 1, updates: 1, random: createRandom(3) }, (seen) =>
      gate.observe?.(seen),
    );
  expect(observe).toThrow(/critic: expected a value for each of 64 states; found 1 value\./);
  expect(() => createReturnAdaptiveGate({ critic: (() => 0) as never })).toThrow(/critic: expected a network/);
});

describe('whatever constant the critic is off by', () => {
  test.each([
    ['certain rewards', oneState([1, 1], [0.1, 0.02])],
    ['rare rewards', oneState([0.1, 0.02], [1, 1])],
  ])('one state, two actions, a gap of 0.8, %s: the gap is found and the share is the same', (_what, problem) => {
    const gates = [0, 1, -1, 100, -100].map((constant) =>
      createReturnAdaptiveGate({ critic: tableCritic([constant]) }),
    );
    play({ problem, w: W, sessions: ROWS, steps: 1, updates: 200, random: createRandom(3) }, (seen) => {
      for (const gate of gates) gate.observe?.(seen);
      const [{ weight, gap, standardError }, ...others] = gates.map(({ estimates }) => estimates);
      for (const other of others) {
        expect(other.weight).toBeCloseTo(weight, 4);
        if (standardError < 10) expect(other.gap).toBeCloseTo(gap, 3);
      }
    });
    for (const { estimates } of gates) {
      expect(Math.abs(estimates.gap - 0.8)).toBeLessThan(3 * estimates.standardError + 1e-6);
      expect(estimates.standardError).toBeLessThan(0.2);
      // After 12,800 interactions (1 - w) 0.8 may lose 0.5 (0.64)^2 = 0.2048, less what is doubtful and presumed.
      expect(estimates.weight).toBeGreaterThan(1 - 0.2048 / 0.8);
      expect(estimates.weight).toBeLessThan(0.9);
    }
  });

  /** In states that do not follow from actions any constant will do; elsewhere the critic knows the values but for it. */
  test.each<[Family, number]>([
    ['one step', 1],
    ['independent states', 4],
    ['any', 4],
  ])(
    'random problems, %s, %d steps between updates: the gap lies within three of its standard errors',
    (family, steps) => {
      const runs = 30;
      const checkpoints = [1024, 6400];
      const inside = checkpoints.map(() => 0);
      for (let run = 0; run < runs; run++) {
        const random = createRandom(1000 + run);
        const problem = randomProblem(family, random);
        const { gap, rewardGap, value } = solve(problem, W);
        if (family === 'one step') expect(gap).toBeCloseTo(rewardGap, 9);
        const known = family === 'any' ? value : value.map(() => 0);
        const range = Math.max(...value) / (1 - problem.discount * 0.5);
        const [one, other] = [0, (2 * random.uniform() - 1) * range].map((constant) =>
          createReturnAdaptiveGate({
            critic: tableCritic(known.map((each) => each + constant)),
            discount: problem.discount,
          }),
        );
        let rows = 0;
        play({ problem, w: W, sessions: ROWS / steps, steps, updates: 6400 / ROWS, random }, (seen) => {
          one.observe?.(seen);
          other.observe?.(seen);
          rows += ROWS;
          const checkpoint = checkpoints.indexOf(rows);
          if (checkpoint === -1) return;
          const found = other.estimates;
          expect(found.weight).toBeCloseTo(one.estimates.weight, 4);
          if (Number.isFinite(found.standardError)) {
            expect(Math.abs(found.gap - one.estimates.gap)).toBeLessThan(0.01 * found.standardError + 1e-6);
            // An error so great that it says nothing would not do.
            if (checkpoint === 1) expect(found.standardError).toBeLessThan(2);
          }
          if (Math.abs(found.gap - gap) <= 3 * found.standardError) inside[checkpoint]++;
        });
      }
      for (const count of inside) expect(count / runs).toBeGreaterThanOrEqual(0.95);
    },
  );
});

test.each([1, 2, 5])(
  'a critic that is wrong about each state by as much as a return adds no bias, with %d steps between updates',
  (steps) => {
    const runs = 30;
    let inside = 0;
    let bias = 0;
    let known = 0;
    for (let run = 0; run < runs; run++) {
      const random = createRandom(2000 + run);
      const problem = randomProblem('any', random);
      const { gap, value } = solve(problem, W);
      const range = Math.max(...value);
      const wrong = value.map((each) => each + (2 * random.uniform() - 1) * range);
      const gate = createReturnAdaptiveGate({ critic: tableCritic(wrong), discount: problem.discount });
      play({ problem, w: W, sessions: ROWS, steps, updates: 6400 / ROWS / steps, random }, (seen) =>
        gate.observe?.(seen),
      );
      const { gap: found, standardError } = gate.estimates;
      if (Math.abs(found - gap) <= 3 * standardError) inside++;
      if (!Number.isFinite(standardError)) continue;
      bias += (found - gap) / standardError;
      known++;
    }
    expect(inside / runs).toBeGreaterThanOrEqual(0.95);
    expect(known).toBeGreaterThan(runs / 2);
    expect(Math.abs(bias / known)).toBeLessThan(0.5);
  },
);

test('recorded propensities that are all too great by the same factor change nothing', () => {
  const problem = randomProblem('one step', createRandom(5));
  const [right, scaled] = [1, 2].map(() => createReturnAdaptiveGate({ critic: tableCritic([0, 0, 0, 0]) }));
  play({ problem, w: W, sessions: ROWS, steps: 1, updates: 60, random: createRandom(6) }, (seen) => {
    right.observe?.(seen);
    const propensity = seen.trajectories.propensity.map((p) => 2 * p);
    scaled.observe?.({ ...seen, trajectories: { ...seen.trajectories, propensity } });
  });
  expect(scaled.estimates.gap).toBeCloseTo(right.estimates.gap, 9);
});

describe('a reward that nothing can be divided by', () => {
  const follow = (chances: number[], sizes: number[], updates = 100) => {
    const gate = createReturnAdaptiveGate({ critic: tableCritic([0]) });
    const weights: number[] = [];
    const problem = oneState(chances, sizes);
    play({ problem, w: W, sessions: ROWS, steps: 1, updates, random: createRandom(7) }, (seen) => {
      gate.observe?.(seen);
      weights.push(gate.estimates.weight);
    });
    return { weights, estimates: gate.estimates };
  };

  test.each([
    ['neither policy earns anything', [0, 0], [1, 1]],
    ['both lose', [1, 1], [-0.1, -0.5]],
    ['rewards cancel out', [0.5, 0.5], [0, 0]],
  ])('%s: the pre-trained policy has the greatest share, and the gap is not known', (_what, chances, sizes) => {
    const { weights, estimates } = follow(chances, sizes);
    expect(weights.every((weight) => weight === 0.98)).toBe(true);
    expect(estimates).toEqual({ weight: 0.98, gap: 0, standardError: Number.POSITIVE_INFINITY });
  });

  test.each([
    ['nothing', [0, 0.3], [1, 1]],
    ['less than nothing', [1, 1], [-0.5, -0.1]],
  ])('a pre-trained policy that earns %s gives way to an online policy that earns more', (_what, chances, sizes) => {
    expect(follow(chances, sizes).estimates.weight).toBe(0);
  });

  test('before anything was seen the gap is not known', () => {
    const { estimates } = createReturnAdaptiveGate({ critic: tableCritic([0]) });
    expect(estimates).toEqual({ weight: 0.98, gap: 0, standardError: Number.POSITIVE_INFINITY });
  });
});

test('once the pre-trained policy has no share, what is known of it does not fade, and the share stays', () => {
  const problem = { ...oneState([0.1, 0.4], [1, 1]), pretrained: [[0.999, 0.001]], online: [[0.001, 0.999]] };
  const gate = createReturnAdaptiveGate({ critic: tableCritic([0]) });
  const random = createRandom(8);
  play({ problem, w: W, sessions: ROWS, steps: 1, updates: 100, random }, (seen) => gate.observe?.(seen));
  expect(gate.estimates.weight).toBe(0);
  const weights: number[] = [];
  play({ problem, w: 0, sessions: ROWS, steps: 1, updates: 600, random }, (seen) => {
    gate.observe?.(seen);
    weights.push(gate.estimates.weight);
  });
  expect(total(weights)).toBe(0);
});
