import { InvalidOptionError } from '@ialp/core';
import { describe, expect, test } from 'vitest';
import { createOptimizer, type Optimizer, type OptimizerOptions } from './optimizer.js';

/** A weight of 1 after steps with these gradients. */
function walk(optimizer: Optimizer, gradients: readonly (number | undefined)[], rate = 0.1): number {
  let weights = Float32Array.of(1);
  for (const gradient of gradients) {
    optimizer.begin(rate);
    weights = Float32Array.from(
      optimizer.update('w', weights, gradient === undefined ? undefined : Float32Array.of(gradient), 1),
    );
  }
  return weights[0];
}

describe('Adam', () => {
  test('by hand: two steps', () => {
    // m1 = 0.2, v1 = 0.004; corrected 2 and 4: 1 - 0.1 * 2 / 2 = 0.9.
    expect(walk(createOptimizer({ name: 'adam' }), [2])).toBeCloseTo(0.9, 6);
    // m2 = 0.9 * 0.2 - 0.1 = 0.08, v2 = 0.999 * 0.004 + 0.001 = 0.004996; corrected 0.42105 and 2.49925:
    // 0.9 - 0.1 * 0.42105 / 1.58090 = 0.87337.
    expect(walk(createOptimizer({ name: 'adam' }), [2, -1])).toBeCloseTo(0.87337, 5);
  });

  test('epsilon is added to the corrected root, as Kingma and Ba do', () => {
    // Corrected moments 1 and 1: 1 - 0.1 * 1 / (1 + 3).
    expect(walk(createOptimizer({ name: 'adam', epsilon: 3 }), [1])).toBeCloseTo(0.975, 6);
  });

  test('decay rates are its options', () => {
    // m2 = 0.5 * 0.5 - 0.5 = -0.25 over 0.75; v2 = 0 * ... + 1.
    expect(walk(createOptimizer({ name: 'adam', beta1: 0.5, beta2: 0 }), [1, -1])).toBeCloseTo(0.9 + 0.1 / 3, 6);
  });

  test('no gradient is a gradient of 0: the weight moves on; one that never had any stays', () => {
    const expected = walk(createOptimizer({ name: 'adam' }), [2, 0, 0]);
    expect(walk(createOptimizer({ name: 'adam' }), [2, undefined, undefined])).toBe(expected);
    expect(walk(createOptimizer({ name: 'adam', epsilon: 0 }), [undefined, 0])).toBe(1);
  });

  test('a first moment that is no longer fed ends at 0, not among the subnormal numbers', () => {
    const optimizer = createOptimizer({ name: 'adam', epsilon: 0, beta2: 0.9999 });
    walk(optimizer, [1e-3, ...new Array<number>(1000).fill(0)], 0);
    expect(walk(optimizer, [0], 1e30)).toBe(1);
  });
});

describe('SGD', () => {
  test('goes down the gradient', () => {
    expect(walk(createOptimizer({ name: 'sgd' }), [2, -1])).toBeCloseTo(0.9, 6);
  });

  test('momentum keeps part of the last step', () => {
    // Steps 2, then 0.5 * 2 - 1 = 0, then 0.5 * 0 + 1.
    expect(walk(createOptimizer({ name: 'sgd', momentum: 0.5 }), [2, -1, 1])).toBeCloseTo(0.7, 6);
    expect(walk(createOptimizer({ name: 'sgd', momentum: 0.5 }), [2, undefined])).toBeCloseTo(0.7, 6);
    expect(walk(createOptimizer({ name: 'sgd', momentum: 0.5 }), [undefined])).toBe(1);
  });
});

test.each([
  { name: 'adam', beta1: 1 },
  { name: 'adam', beta2: -0.1 },
  { name: 'adam', epsilon: Number.NaN },
  { name: 'sgd', momentum: 1 },
  { name: 'rmsprop' },
])('refuses %o', (options) => {
  expect(() => createOptimizer(options as OptimizerOptions)).toThrow(InvalidOptionError);
});
