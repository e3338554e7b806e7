import { createRandom } from '@ialp/core';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { type ChoiceModel, NO_CHOICE, type Slate } from './choice-model.js';
import { createCascadeChoice, createFirstAcceptableChoice, createMultinomialLogitChoice } from './choice-models.js';

/** A slate whose items answer with these numbers, and are wanted as much. */
function slateOf(values: readonly number[], asked: number[] = []): Slate {
  return {
    size: values.length,
    item: (position) => position,
    respond(position) {
      asked.push(position);
      return values[position];
    },
    utility: (position) => values[position],
  };
}

/** How often each position is chosen, nothing last. */
function shares(model: ChoiceModel, slate: Slate, draws = 40_000): number[] {
  const random = createRandom(11);
  const counts = new Float64Array(slate.size + 1);
  for (let k = 0; k < draws; k++) {
    const position = model.choose(slate, random);
    counts[position === NO_CHOICE ? slate.size : position]++;
  }
  return Array.from(counts, (count) => count / draws);
}

describe('createFirstAcceptableChoice', () => {
  test('takes the first item that is good enough, and looks no further', () => {
    const asked: number[] = [];
    expect(createFirstAcceptableChoice().choose(slateOf([0, 0.5, 1], asked), createRandom(1))).toBe(1);
    expect(asked).toEqual([0, 1]);
    expect(createFirstAcceptableChoice({ acceptThreshold: 0.6 }).choose(slateOf([0, 0.5, 1]), createRandom(1))).toBe(2);
    // Single precision has 0.7 as 0.699999988.
    const stored = slateOf([...Float32Array.of(0.1, 0.7, 1)]);
    expect(createFirstAcceptableChoice({ acceptThreshold: 0.7 }).choose(stored, createRandom(1))).toBe(1);
  });

  test('takes nothing where nothing is', () => {
    expect(createFirstAcceptableChoice().choose(slateOf([0, 0.4]), createRandom(1))).toBe(NO_CHOICE);
  });
});

describe('createCascadeChoice', () => {
  test('reaches position k with probability perseverance^k', () => {
    const [, , third, none] = shares(createCascadeChoice({ perseverance: 0.7 }), slateOf([0, 0, 1]));
    expect(third).toBeCloseTo(0.49, 1.9);
    expect(third + none).toBeCloseTo(1, 12);
  });

  test('of somebody who never goes on is about the first item alone', () => {
    expect(shares(createCascadeChoice({ perseverance: 0 }), slateOf([0, 1]), 100)).toEqual([0, 0, 1]);
  });

  test.each([createCascadeChoice, createFirstAcceptableChoice, createMultinomialLogitChoice])(
    '%s refuses what are no options',
    (make) => {
      expect(() => make(null as never)).toThrow(/options: expected an object/);
      expect(() => createCascadeChoice(undefined as never)).toThrow(
        /options: expected an object, such as { perseverance: 0.8 }/,
      );
    },
  );

  test('refuses a perseverance that is no probability', () => {
    expect(() => createCascadeChoice({ perseverance: 1.2 })).toThrow(
      /perseverance: expected a number from 0 to 1; found 1.2/,
    );
  });
});

describe('createMultinomialLogitChoice', () => {
  test('chooses in proportion to exp(utility), nothing among the rest', () => {
    const weights = [1, Math.E, Math.exp(-1), Math.exp(0.5)];
    const sum = weights.reduce((total, weight) => total + weight, 0);
    const found = shares(createMultinomialLogitChoice({ noChoice: 0.5 }), slateOf([0, 1, -1]));
    found.forEach((share, k) => {
      expect(share).toBeCloseTo(weights[k] / sum, 1.9);
    });
  });

  test('always gives a position of the slate or nothing, however large the utilities are', () => {
    const utility = fc.double({ min: -1e6, max: 1e6, noNaN: true });
    fc.assert(
      fc.property(fc.array(utility, { minLength: 1, maxLength: 6 }), fc.integer(), (utilities, seed) => {
        const position = createMultinomialLogitChoice().choose(slateOf(utilities), createRandom(seed));
        expect(position).toBeGreaterThanOrEqual(NO_CHOICE);
        expect(position).toBeLessThan(utilities.length);
      }),
    );
  });

  test('shares the probability between items that are certain, and never gives one that is impossible', () => {
    const { POSITIVE_INFINITY, NEGATIVE_INFINITY } = Number;
    const found = shares(
      createMultinomialLogitChoice(),
      slateOf([POSITIVE_INFINITY, 3, POSITIVE_INFINITY, NEGATIVE_INFINITY]),
    );
    expect(found[0]).toBeCloseTo(0.5, 1.9);
    expect(found[2]).toBeCloseTo(0.5, 1.9);
    expect(found[0] + found[2]).toBe(1);
  });

  test('of somebody who must take something never gives nothing', () => {
    const model = createMultinomialLogitChoice({ noChoice: Number.NEGATIVE_INFINITY });
    expect(shares(model, slateOf([-50, -51]), 1000)[2]).toBe(0);
    expect(() => createMultinomialLogitChoice({ noChoice: Number.NaN })).toThrow(/noChoice/);
  });
});

test('other options are refused', () => {
  expect(() => createCascadeChoice({ perseverance: 0.5, threshold: 1 } as never)).toThrow(/found "threshold"/);
});
