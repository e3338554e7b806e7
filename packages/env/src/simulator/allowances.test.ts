import { type Environment, excludedIn, type Observation } from '@ialp/core';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { createFirstAcceptableChoice } from '../choices/choice-models.js';
import { allowedItems } from '../test-support/allowed.js';
import { makeRing } from '../test-support/environment.js';
import { transparentResponses } from '../test-support/responses.js';
import { createSimulator } from './simulator.js';

describe('session keys', () => {
  const keys = (observation: Observation): number[] => [...observation.session];

  test('count sessions from 0 in the order in which they begin, from each seed on', () => {
    const env = makeRing(3);
    expect(keys(env.reset({ seed: 1 }))).toEqual([0, 1, 2]);
    expect(keys(env.step(Int32Array.of(1, 2, 3)).observation)).toEqual([0, 1, 2]);
    expect(keys(env.reset({ resetMask: Uint8Array.of(1, 0, 1) }))).toEqual([3, 1, 4]);
    expect(keys(env.reset())).toEqual([5, 6, 7]);
    expect(keys(env.reset({ resetMask: Uint8Array.of(0, 1, 0) }))).toEqual([5, 8, 7]);
    expect(keys(env.reset({ seed: 2 }))).toEqual([0, 1, 2]);
  });
});

describe('exclusions', () => {
  const lists = ({ exclusions, rows }: Observation): number[][] =>
    Array.from({ length: rows }, (_, slot) => [...excludedIn(exclusions, slot)]);

  test('are what each session was shown, in its order', () => {
    const env = makeRing(2, { terminationRules: [] });
    expect(lists(env.reset({ seed: 1 }))).toEqual([[], []]);
    env.step(Int32Array.of(4, 0));
    expect(lists(env.step(Int32Array.of(2, 8)).observation)).toEqual([
      [4, 2],
      [0, 8],
    ]);
    expect(lists(env.reset({ resetMask: Uint8Array.of(0, 1) }))).toEqual([[4, 2], []]);
  });

  test('of slates are all items shown, whatever was chosen', () => {
    const env = makeRing(1, { slate: { size: 3, choice: createFirstAcceptableChoice() }, terminationRules: [] });
    env.reset({ seed: 1 });
    env.step(Int32Array.of(8, 1, 5));
    expect(lists(env.step(Int32Array.of(0, 2, 3)).observation)).toEqual([[8, 1, 5, 0, 2, 3]]);
  });

  test('are empty where items may be repeated', () => {
    const env = makeRing(2, { repeats: true });
    env.reset({ seed: 1 });
    expect(lists(env.step(Int32Array.of(4, 0)).observation)).toEqual([[], []]);
  });

  test('hold sessions of any length, of one item or of slates', () => {
    const lengths = fc.integer({ min: 1, max: 300 });
    fc.assert(
      fc.property(lengths, fc.integer({ min: 1, max: 100 }), fc.boolean(), (turns, size, isLimited) => {
        const env = createSimulator({
          name: 'long',
          responses: transparentResponses(turns * size + 1, 0),
          slate: { size, choice: createFirstAcceptableChoice() },
          sessions: 3,
          maxTurns: isLimited ? turns + 1 : Number.POSITIVE_INFINITY,
        });
        // Session 1 begins anew half way, so that lists of several lengths are moved.
        const shown: number[][] = [[], [], []];
        let observation = env.reset({ seed: 1 });
        for (let turn = 0; turn < turns; turn++) {
          const slate = Array.from({ length: size }, (_, k) => turn * size + k);
          if (turn === Math.floor(turns / 2)) {
            env.reset({ resetMask: Uint8Array.of(0, 1, 0) });
            shown[1] = [];
          }
          observation = env.step(Int32Array.from([...slate, ...slate.toReversed(), ...slate])).observation;
          shown[0].push(...slate);
          shown[1].push(...slate.toReversed());
          shown[2].push(...slate);
        }
        expect(lists(observation)).toEqual(shown);
        expect(allowedItems(observation, 0)).toEqual([turns * size]);
      }),
      { numRuns: 30 },
    );
  });
});

test('all items are available, in one array for the life of the environment', () => {
  const env = makeRing(2);
  const { available } = env.reset({ seed: 1 });
  expect(available).toEqual(new Uint8Array(9).fill(1));
  expect(env.step(Int32Array.of(4, 0)).observation.available).toBe(available);
  expect(env.reset({ seed: 2 }).available).toBe(available);
});

test('the spec has the width of user features where there are any', () => {
  const userFeatures = { names: ['a', 'b'], values: new Float32Array(10) };
  const widthOf = (env: Environment): number | undefined => env.spec.userFeatures;
  expect(widthOf(makeRing(1, { userFeatures }))).toBe(2);
  expect('userFeatures' in makeRing(1).spec).toBe(false);
});
