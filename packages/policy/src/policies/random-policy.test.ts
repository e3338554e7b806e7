import { createRandom, InvalidOptionError, type Observation } from '@ialp/core';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { NothingAllowedError, ShapeError } from '../errors.js';
import { observationOf } from '../test-support/observations.js';
import { createRandomPolicy } from './random-policy.js';

function masked(rows: number, mask: Uint8Array): Observation {
  return observationOf(rows, mask.length / rows, { mask });
}

describe('random policy', () => {
  test('each allowed item is as likely as the others, for any mask', () => {
    const masks = fc.array(fc.constantFrom(0, 1), { minLength: 1, maxLength: 40 }).filter((mask) => mask.includes(1));
    fc.assert(
      fc.property(masks, fc.integer(), (mask, seed) => {
        const observation = masked(1, Uint8Array.from(mask));
        const distribution = createRandomPolicy(mask.length).distribution(observation);
        const share = Math.fround(1 / mask.reduce<number>((sum, value) => sum + value, 0));
        mask.forEach((value, item) => {
          expect(distribution.propensity(Int32Array.of(item))[0]).toBe(value === 1 ? share : 0);
        });
        const { items, propensity } = distribution.sample(createRandom(seed));
        expect(mask[items[0]]).toBe(1);
        expect(propensity[0]).toBe(share);
      }),
    );
  });

  test('refuses a state in which nothing is allowed, naming the row', () => {
    const distribution = createRandomPolicy(2).distribution(masked(2, Uint8Array.of(1, 1, 0, 0)));
    expect(() => distribution.sample(createRandom(1))).toThrow(new NothingAllowedError(1));
  });

  test('refuses a catalogue of no items', () => {
    expect(() => createRandomPolicy(0)).toThrow(InvalidOptionError);
  });

  test('refuses another catalogue', () => {
    expect(() => createRandomPolicy(3).distribution(masked(1, Uint8Array.of(1, 1)))).toThrow(ShapeError);
  });
});
