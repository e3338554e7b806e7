import { InvalidOptionError, type Observation } from '@ialp/core';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { gateChecks } from '../conformance/index.js';
import type { Gate } from '../gate.js';
import { type AnnealingShape, createAnnealedGate } from './annealed.js';
import { createConstantGate } from './constant.js';

const SHAPES: AnnealingShape[] = ['linear', 'cosine', 'exponential'];

function weightAt(gate: Gate, interactions: number): number {
  const weights = new Float32Array(2);
  gate.weigh({ interactions, observation: {} as Observation }, weights);
  expect(weights[0]).toBe(weights[1]);
  return weights[0];
}

describe.each<[string, () => Gate]>([
  ['constant 0', () => createConstantGate(0)],
  ['constant 0.3', () => createConstantGate(0.3)],
  ['constant 1', () => createConstantGate(1)],
  ...SHAPES.map(
    (shape) => [shape, () => createAnnealedGate({ interactions: 50_000, shape })] satisfies [string, () => Gate],
  ),
  ['rising', () => createAnnealedGate({ from: 0.2, to: 0.9, interactions: 1 })],
])('the gate %s keeps the rules', (_, make) => {
  for (const check of gateChecks(make)) test(check.name, check.run);
});

test('constant is constant', () => {
  for (const interactions of [0, 1, 1e9]) expect(weightAt(createConstantGate(0.25), interactions)).toBe(0.25);
});

// Worked out by hand: linear 1 - t; cosine (1 + cos(pi t)) / 2; exponential (0.01^t - 0.01) / 0.99.
test.each([
  { shape: 'linear', expected: [1, 0.75, 0.5, 0.25, 0] },
  { shape: 'cosine', expected: [1, 0.853553, 0.5, 0.146447, 0] },
  { shape: 'exponential', expected: [1, 0.309316, 0.090909, 0.02184, 0] },
] as const)('$shape annealing from 1 to 0 at each quarter of the way', ({ shape, expected }) => {
  const gate = createAnnealedGate({ interactions: 1000, shape });
  for (const [quarter, weight] of expected.entries()) expect(weightAt(gate, 250 * quarter)).toBeCloseTo(weight, 5);
});

test('annealing starts and ends where it says, never leaves the way, never turns back, and then stays', () => {
  const share = fc.double({ min: 0, max: 1, noNaN: true });
  fc.assert(
    fc.property(
      share,
      share,
      fc.integer({ min: 1, max: 1e6 }),
      fc.constantFrom(...SHAPES),
      (from, to, interactions, shape) => {
        const gate = createAnnealedGate({ from, to, interactions, shape });
        const way = Array.from({ length: 21 }, (_, k) => weightAt(gate, (interactions * k) / 20));
        expect(way[0]).toBeCloseTo(from, 6);
        expect(way[20]).toBeCloseTo(to, 6);
        expect(weightAt(gate, 10 * interactions)).toBeCloseTo(to, 6);
        const direction = Math.sign(to - from);
        for (let k = 1; k < way.length; k++) expect(direction * (way[k] - way[k - 1])).toBeGreaterThanOrEqual(-1e-6);
      },
    ),
  );
});

test.each([
  [() => createConstantGate(1.5), /weight: expected a number from 0 to 1; found 1.5/],
  [() => createConstantGate(Number.NaN), /weight/],
  [() => createAnnealedGate({ interactions: 0 }), /interactions: expected a number of at least 1; found 0/],
  [() => createAnnealedGate({ interactions: Number.POSITIVE_INFINITY }), /interactions/],
  [() => createAnnealedGate({ interactions: 5, from: -1 }), /from/],
  [() => createAnnealedGate({ interactions: 5, to: 2 }), /to/],
  [
    () => createAnnealedGate({ interactions: 5, shape: 'sudden' as AnnealingShape }),
    /shape: expected 'linear' or 'cosine' or 'exponential'/,
  ],
])('bad options are refused: %s', (make, message) => {
  expect(make).toThrow(message);
  expect(make).toThrow(InvalidOptionError);
});
