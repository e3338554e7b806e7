import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { type VTraceInput, type VTraceOutput, type VTraceSettings, vTrace } from './v-trace.js';

function run(input: VTraceInput, settings: VTraceSettings): VTraceOutput {
  const rows = input.steps * input.sessions;
  const output = { target: new Float32Array(rows), advantage: new Float32Array(rows) };
  vTrace(input, settings, output);
  return output;
}

/** Three steps of one session. All numbers are binary fractions, so that single precision is exact. */
const THREE_STEPS: VTraceInput = {
  steps: 3,
  sessions: 1,
  reward: Float32Array.of(1, 0, 2),
  terminated: new Uint8Array(3),
  truncated: new Uint8Array(3),
  ratio: Float32Array.of(0.5, 2, 1),
  value: Float32Array.of(0.5, 1, 0.5),
  nextValue: Float32Array.of(1, 0.5, 2),
};
const SETTINGS: VTraceSettings = { discount: 0.5, lambda: 1, maxRho: 1, maxTrace: 1 };

describe('by hand, from the last step to the first', () => {
  test('weights cut at 1', () => {
    // v2 = 0.5 + (2 + 0.5 * 2 - 0.5) = 3
    // v1 = 1 + (0 + 0.5 * 0.5 - 1) + 0.5 * (3 - 0.5) = 1.5
    // v0 = 0.5 + 0.5 * (1 + 0.5 * 1 - 0.5) + 0.5 * 0.5 * (1.5 - 1) = 1.125
    const { target, advantage } = run(THREE_STEPS, SETTINGS);
    expect([...target]).toEqual([1.125, 1.5, 3]);
    // 0.5 * (1 + 0.5 * 1.5 - 0.5), 0 + 0.5 * 3 - 1, 2 + 0.5 * 2 - 0.5
    expect([...advantage]).toEqual([0.625, 0.5, 2.5]);
  });

  test('single steps cut at 2, the trace at 1', () => {
    // v1 = 1 + 2 * (-0.75) + 0.5 * 2.5 = 0.75; v0 = 0.5 + 0.5 + 0.25 * (0.75 - 1) = 0.9375
    const { target, advantage } = run(THREE_STEPS, { ...SETTINGS, maxRho: 2 });
    expect([...target]).toEqual([0.9375, 0.75, 3]);
    expect([...advantage]).toEqual([0.4375, 1, 2.5]);
  });

  test('the trace cut at 2 and shortened by lambda', () => {
    // c = 0.5 * (0.5, 2, 1): v1 = 1 - 0.75 + 0.5 * 1 * 2.5 = 1.5; v0 = 0.5 + 0.5 + 0.5 * 0.25 * 0.5 = 1.0625
    const { target, advantage } = run(THREE_STEPS, { ...SETTINGS, lambda: 0.5, maxTrace: 2 });
    expect([...target]).toEqual([1.0625, 1.5, 3]);
    expect([...advantage]).toEqual([0.625, 0.5, 2.5]);
  });

  test('a session terminated after the second step has no next value', () => {
    // v1 = 1 + (0 - 1) = 0; v0 = 0.5 + 0.5 + 0.25 * (0 - 1) = 0.75
    const { target, advantage } = run({ ...THREE_STEPS, terminated: Uint8Array.of(0, 1, 0) }, SETTINGS);
    expect([...target]).toEqual([0.75, 0, 3]);
    expect([...advantage]).toEqual([0.25, -1, 2.5]);
  });

  test('a session cut after the second step: its last state has a value, the next session is another', () => {
    // v1 = 1 + (0 + 0.5 * 0.5 - 1) = 0.25; v0 = 0.5 + 0.5 + 0.25 * (0.25 - 1) = 0.8125
    const { target, advantage } = run({ ...THREE_STEPS, truncated: Uint8Array.of(0, 1, 0) }, SETTINGS);
    expect([...target]).toEqual([0.8125, 0.25, 3]);
    expect([...advantage]).toEqual([0.3125, -0.75, 2.5]);
  });

  test('a ratio of 0: what the new policy never does says nothing', () => {
    const { target, advantage } = run({ ...THREE_STEPS, ratio: new Float32Array(3) }, SETTINGS);
    expect([...target]).toEqual([0.5, 1, 0.5]);
    expect([...advantage].map(Math.abs)).toEqual([0, 0, 0]);
  });
});

/** Experience of a few sessions in which values agree: `nextValue` is the next row's `value` where a session goes on. */
const experience = fc
  .record({ steps: fc.integer({ min: 1, max: 6 }), sessions: fc.integer({ min: 1, max: 4 }) })
  .chain(({ steps, sessions }) => {
    const rows = steps * sessions;
    const number = (min: number, max: number) => fc.double({ min, max, noNaN: true });
    const floats = (min: number, max: number) =>
      fc.array(number(min, max), { minLength: rows, maxLength: rows }).map((values) => Float32Array.from(values));
    return fc
      .record({
        reward: floats(-2, 2),
        value: floats(-5, 5),
        last: floats(-5, 5),
        ratio: floats(0, 4),
        fate: fc.array(fc.constantFrom('on', 'on', 'left', 'cut'), { minLength: rows, maxLength: rows }),
      })
      .map(({ reward, value, last, ratio, fate }): VTraceInput => {
        const goesOn = (row: number): boolean => fate[row] === 'on' && row + sessions < rows;
        return {
          steps,
          sessions,
          reward,
          value,
          ratio,
          terminated: Uint8Array.from(fate, (each) => (each === 'left' ? 1 : 0)),
          truncated: Uint8Array.from(fate, (each) => (each === 'cut' ? 1 : 0)),
          nextValue: last.map((other, row) => (goesOn(row) ? value[row + sessions] : other)),
        };
      });
  });

/** The n-step return from one row, forwards: discounted rewards, then what the last state is worth. */
function returnFrom(
  row: number,
  { sessions, reward, terminated, truncated, nextValue }: VTraceInput,
  discount: number,
) {
  let total = 0;
  let weight = 1;
  for (let at = row; ; at += sessions) {
    total += weight * reward[at];
    weight *= discount;
    if (terminated[at] === 1) return total;
    if (truncated[at] === 1 || at + sessions >= reward.length) return total + weight * nextValue[at];
  }
}

describe('for any experience', () => {
  test("the policy's own, with lambda 1: targets are n-step returns, advantages what they exceed the value by", () => {
    fc.assert(
      fc.property(experience, fc.double({ min: 0, max: 1, noNaN: true }), (given, discount) => {
        const input = { ...given, ratio: given.ratio.map(() => 1) };
        const { target, advantage } = run(input, { discount, lambda: 1, maxRho: 1, maxTrace: 1 });
        for (let row = 0; row < target.length; row++) {
          const expected = returnFrom(row, input, discount);
          expect(target[row]).toBeCloseTo(expected, 4);
          expect(advantage[row]).toBeCloseTo(expected - input.value[row], 4);
        }
      }),
    );
  });

  test('lambda 0: targets look one step ahead', () => {
    fc.assert(
      fc.property(experience, (input) => {
        const { target } = run(input, { discount: 0.9, lambda: 0, maxRho: 2, maxTrace: 1 });
        for (let row = 0; row < target.length; row++) {
          const follows = input.terminated[row] === 1 ? 0 : input.nextValue[row];
          const surprise = input.reward[row] + 0.9 * follows - input.value[row];
          expect(target[row]).toBeCloseTo(input.value[row] + Math.min(2, input.ratio[row]) * surprise, 4);
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

  test('sessions beside each other do not mix', () => {
    fc.assert(
      fc.property(experience, (input) => {
        const settings = { discount: 0.9, lambda: 0.8, maxRho: 1, maxTrace: 1 };
        const together = run(input, settings);
        for (let slot = 0; slot < input.sessions; slot++) {
          const own = <T extends Float32Array | Uint8Array>(column: T): T =>
            column.filter((_, row) => row % input.sessions === slot) as T;
          const alone = run(
            {
              steps: input.steps,
              sessions: 1,
              reward: own(input.reward),
              terminated: own(input.terminated),
              truncated: own(input.truncated),
              ratio: own(input.ratio),
              value: own(input.value),
              nextValue: own(input.nextValue),
            },
            settings,
          );
          expect(alone).toEqual({ target: own(together.target), advantage: own(together.advantage) });
        }
      }),
    );
  });
});
