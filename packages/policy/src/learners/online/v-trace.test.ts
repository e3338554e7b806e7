import { TRAJECTORY_END } from '@ialp/core';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { ShapeError } from '../../errors.js';
import { lockStep, type Order, orderOf } from '../../test-support/trajectories.js';
import { type VTraceInput, type VTraceOutput, type VTraceSettings, vTrace } from './v-trace.js';

const { open, terminated, truncated } = TRAJECTORY_END;

function run(input: VTraceInput, settings: VTraceSettings): VTraceOutput {
  const output = { target: new Float32Array(input.rows), advantage: new Float32Array(input.rows) };
  vTrace(input, settings, output);
  return output;
}

/** Three steps of one slot. All numbers are binary fractions, so that single precision is exact. */
function threeSteps(ends: readonly number[] = [open, open, open], lastValue: readonly number[] = [2]): VTraceInput {
  return {
    ...lockStep(1, ends),
    reward: Float32Array.of(1, 0, 2),
    ratio: Float32Array.of(0.5, 2, 1),
    value: Float32Array.of(0.5, 1, 0.5),
    lastValue: Float32Array.from(lastValue),
  };
}
const SETTINGS: VTraceSettings = { discount: 0.5, lambda: 1, maxRho: 1, maxTrace: 1 };

describe('by hand, from the last step to the first', () => {
  test('weights cut at 1', () => {
    // v2 = 0.5 + (2 + 0.5 * 2 - 0.5) = 3
    // v1 = 1 + (0 + 0.5 * 0.5 - 1) + 0.5 * (3 - 0.5) = 1.5
    // v0 = 0.5 + 0.5 * (1 + 0.5 * 1 - 0.5) + 0.5 * 0.5 * (1.5 - 1) = 1.125
    const { target, advantage } = run(threeSteps(), SETTINGS);
    expect([...target]).toEqual([1.125, 1.5, 3]);
    // 0.5 * (1 + 0.5 * 1.5 - 0.5), 0 + 0.5 * 3 - 1, 2 + 0.5 * 2 - 0.5
    expect([...advantage]).toEqual([0.625, 0.5, 2.5]);
  });

  test('single steps cut at 2, the trace at 1', () => {
    // v1 = 1 + 2 * (-0.75) + 0.5 * 2.5 = 0.75; v0 = 0.5 + 0.5 + 0.25 * (0.75 - 1) = 0.9375
    const { target, advantage } = run(threeSteps(), { ...SETTINGS, maxRho: 2 });
    expect([...target]).toEqual([0.9375, 0.75, 3]);
    expect([...advantage]).toEqual([0.4375, 1, 2.5]);
  });

  test('the trace cut at 2 and shortened by lambda', () => {
    // c = 0.5 * (0.5, 2, 1): v1 = 1 - 0.75 + 0.5 * 1 * 2.5 = 1.5; v0 = 0.5 + 0.5 + 0.5 * 0.25 * 0.5 = 1.0625
    const { target, advantage } = run(threeSteps(), { ...SETTINGS, lambda: 0.5, maxTrace: 2 });
    expect([...target]).toEqual([1.0625, 1.5, 3]);
    expect([...advantage]).toEqual([0.625, 0.5, 2.5]);
  });

  test('a session terminated after the second step has no next value', () => {
    // v1 = 1 + (0 - 1) = 0; v0 = 0.5 + 0.5 + 0.25 * (0 - 1) = 0.75
    const { target, advantage } = run(threeSteps([open, terminated, open], [99, 2]), SETTINGS);
    expect([...target]).toEqual([0.75, 0, 3]);
    expect([...advantage]).toEqual([0.25, -1, 2.5]);
  });

  test('a session cut after the second step: its last state has a value, the next session is another', () => {
    // v1 = 1 + (0 + 0.5 * 0.5 - 1) = 0.25; v0 = 0.5 + 0.5 + 0.25 * (0.25 - 1) = 0.8125
    const { target, advantage } = run(threeSteps([open, truncated, open], [0.5, 2]), SETTINGS);
    expect([...target]).toEqual([0.8125, 0.25, 3]);
    expect([...advantage]).toEqual([0.3125, -0.75, 2.5]);
  });

  test('a ratio of 0: what the new policy never does says nothing', () => {
    const { target, advantage } = run({ ...threeSteps(), ratio: new Float32Array(3) }, SETTINGS);
    expect([...target]).toEqual([0.5, 1, 0.5]);
    expect([...advantage].map(Math.abs)).toEqual([0, 0, 0]);
  });
});

/** Trajectories of any number and length, whose rows are interleaved in any way. */
const orders: fc.Arbitrary<Order> = fc
  .record({
    lengths: fc.array(fc.integer({ min: 1, max: 7 }), { minLength: 1, maxLength: 5 }),
    ends: fc.array(fc.constantFrom(open, terminated, truncated), { minLength: 5, maxLength: 5 }),
    seed: fc.array(fc.nat(), { minLength: 35, maxLength: 35 }),
  })
  .map(({ lengths, ends, seed }) => {
    // The next row belongs to any trajectory that is not complete.
    const lists = lengths.map((_, k) => ({ rows: [] as number[], end: ends[k] }));
    const total = lengths.reduce((sum, length) => sum + length, 0);
    for (let row = 0; row < total; row++) {
      const incomplete = lists.filter(({ rows }, k) => rows.length < lengths[k]);
      incomplete[seed[row] % incomplete.length].rows.push(row);
    }
    return orderOf(lists);
  });

const experience: fc.Arbitrary<VTraceInput> = orders.chain((order) => {
  const floats = (length: number, min: number, max: number) =>
    fc
      .array(fc.double({ min, max, noNaN: true }), { minLength: length, maxLength: length })
      .map((values) => Float32Array.from(values));
  return fc
    .record({
      reward: floats(order.rows, -2, 2),
      value: floats(order.rows, -5, 5),
      ratio: floats(order.rows, 0, 4),
      lastValue: floats(order.count, -5, 5),
    })
    .map((columns) => ({ ...order, ...columns }));
});

const settingsOf = fc.record({
  discount: fc.double({ min: 0, max: 1, noNaN: true }),
  lambda: fc.double({ min: 0, max: 1, noNaN: true }),
  maxRho: fc.double({ min: 0.1, max: 3, noNaN: true }),
  maxTrace: fc.double({ min: 0.1, max: 3, noNaN: true }),
});

/** The rows of a trajectory. */
const rowsOf = ({ offsets, steps }: VTraceInput, k: number): number[] => [
  ...steps.subarray(offsets[k], offsets[k + 1]),
];

/** `V` of the state after each step of a trajectory; 0 after its end. */
function nextValues(input: VTraceInput, k: number): number[] {
  const rows = rowsOf(input, k);
  const after = input.end[k] === terminated ? 0 : input.lastValue[k];
  return rows.map((_, place) => (place === rows.length - 1 ? after : input.value[rows[place + 1]]));
}

/**
 * The definition, forwards and in double precision: `v_s = V(x_s) + sum over t >= s of gamma^(t - s) (c_s ... c_{t-1}) delta_t`, and the
 * advantage `rho_s (r_s + gamma v_{s+1} - V(x_s))`.
 */
function reference(input: VTraceInput, { discount, lambda, maxRho, maxTrace }: VTraceSettings) {
  const [target, advantage] = [new Float64Array(input.rows), new Float64Array(input.rows)];
  for (let k = 0; k < input.count; k++) {
    const rows = rowsOf(input, k);
    const next = nextValues(input, k);
    const rho = (place: number): number => Math.min(maxRho, input.ratio[rows[place]]);
    const surprise = (place: number): number =>
      rho(place) * (input.reward[rows[place]] + discount * next[place] - input.value[rows[place]]);
    const targets = rows.map((row, from) => {
      let [sum, weight] = [input.value[row], 1];
      for (let place = from; place < rows.length; place++) {
        sum += weight * surprise(place);
        weight *= discount * lambda * Math.min(maxTrace, input.ratio[rows[place]]);
      }
      return sum;
    });
    for (const [place, row] of rows.entries()) {
      const follows = place === rows.length - 1 ? next[place] : targets[place + 1];
      target[row] = targets[place];
      advantage[row] = rho(place) * (input.reward[row] + discount * follows - input.value[row]);
    }
  }
  return { target, advantage };
}

/** Throws unless numbers in single precision are close to a reference, relative to the greatest of them. */
function expectClose(found: Float32Array, expected: Float64Array): void {
  const scale = expected.reduce((most, value) => Math.max(most, Math.abs(value)), 1);
  for (const [row, value] of expected.entries()) expect(Math.abs(found[row] - value) / scale).toBeLessThan(1e-4);
}

/** The n-step return from one step of a trajectory: discounted rewards, then what the last state is worth. */
function returnFrom(input: VTraceInput, k: number, from: number, discount: number): number {
  const rows = rowsOf(input, k);
  let total = 0;
  let weight = 1;
  for (const row of rows.slice(from)) {
    total += weight * input.reward[row];
    weight *= discount;
  }
  return input.end[k] === terminated ? total : total + weight * input.lastValue[k];
}

describe('for any trajectories, their rows in any order', () => {
  test('targets and advantages are those of the definition', () => {
    fc.assert(
      fc.property(experience, settingsOf, (input, settings) => {
        const found = run(input, settings);
        const expected = reference(input, settings);
        expectClose(found.target, expected.target);
        expectClose(found.advantage, expected.advantage);
      }),
    );
  });

  test("the policy's own, with lambda 1: targets are n-step returns, advantages what they exceed the value by", () => {
    fc.assert(
      fc.property(experience, fc.double({ min: 0, max: 1, noNaN: true }), (given, discount) => {
        const input = { ...given, ratio: given.ratio.map(() => 1) };
        const { target, advantage } = run(input, { discount, lambda: 1, maxRho: 1, maxTrace: 1 });
        for (let k = 0; k < input.count; k++) {
          for (const [place, row] of rowsOf(input, k).entries()) {
            const expected = returnFrom(input, k, place, discount);
            expect(target[row]).toBeCloseTo(expected, 4);
            expect(advantage[row]).toBeCloseTo(expected - input.value[row], 4);
          }
        }
      }),
    );
  });

  test('lambda 0: targets look one step ahead', () => {
    fc.assert(
      fc.property(experience, (input) => {
        const { target } = run(input, { discount: 0.9, lambda: 0, maxRho: 2, maxTrace: 1 });
        for (let k = 0; k < input.count; k++) {
          const next = nextValues(input, k);
          for (const [place, row] of rowsOf(input, k).entries()) {
            const surprise = input.reward[row] + 0.9 * next[place] - input.value[row];
            expect(target[row]).toBeCloseTo(input.value[row] + Math.min(2, input.ratio[row]) * surprise, 4);
          }
        }
      }),
    );
  });

  test('a ratio above both limits is as good as the limit', () => {
    fc.assert(
      fc.property(experience, (input) => {
        const settings = { discount: 0.9, lambda: 0.9, maxRho: 1.5, maxTrace: 1.5 };
        const cut = { ...input, ratio: input.ratio.map((ratio) => Math.min(1.5, ratio)) };
        expect(run(input, settings)).toEqual(run(cut, settings));
      }),
    );
  });

  test('trajectories do not mix: each alone gives the same bits', () => {
    fc.assert(
      fc.property(experience, (input) => {
        const settings = { discount: 0.9, lambda: 0.8, maxRho: 1, maxTrace: 1 };
        const together = run(input, settings);
        for (let k = 0; k < input.count; k++) {
          const rows = rowsOf(input, k);
          const own = (column: Float32Array): Float32Array => Float32Array.from(rows, (row) => column[row]);
          const alone = run(
            {
              ...orderOf([{ rows: rows.map((_, place) => place), end: input.end[k] }]),
              reward: own(input.reward),
              ratio: own(input.ratio),
              value: own(input.value),
              lastValue: input.lastValue.slice(k, k + 1),
            },
            settings,
          );
          expect(alone).toEqual({ target: own(together.target), advantage: own(together.advantage) });
        }
      }),
    );
  });

  test('the value after a terminated trajectory does not matter', () => {
    fc.assert(
      fc.property(experience, (input) => {
        const lastValue = input.lastValue.map((value, k) => (input.end[k] === terminated ? 1e6 : value));
        expect(run({ ...input, lastValue }, SETTINGS)).toEqual(run(input, SETTINGS));
      }),
    );
  });
});

test.each(['reward', 'ratio', 'value', 'lastValue', 'end', 'steps'] as const)(
  '%s that is too short is refused',
  (name) => {
    const input = threeSteps();
    expect(() => run({ ...input, [name]: input[name].slice(1) }, SETTINGS)).toThrow(ShapeError);
  },
);
