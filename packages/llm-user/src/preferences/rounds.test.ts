import { createRandom } from '@ialp/core';
import { describe, expect, test } from 'vitest';
import { LanguageModelError } from '../errors.js';
import type { LanguageModel } from '../language-model.js';
import { createListwiseSource } from '../sources/listwise-source.js';
import { CATALOGUE } from '../test-support/catalogue.js';
import { createRandomSampler } from './candidate-samplers.js';
import { type CollectInRoundsOptions, collectPreferencesInRounds } from './rounds.js';

const model = (answer: () => string = () => '{"liked": [1]}'): LanguageModel => ({
  specificationVersion: 'v1',
  name: 'm',
  generate: async () => ({ text: answer(), usage: { input: 90, output: 10 } }),
});
const states = Array.from({ length: 30 }, (_, k) => ({ items: [k % 12], feedback: [1], persona: `number ${k}` }));
const options = (rest: Partial<CollectInRoundsOptions> = {}): CollectInRoundsOptions => ({
  states,
  candidates: [{ sampler: createRandomSampler(12), count: 2 }],
  source: createListwiseSource({ model: model(), catalogue: CATALOGUE }),
  improve: () => [],
  random: createRandom(1),
  ...rest,
});

describe('rounds', () => {
  test('ask about all, each about its part, with what was learned in between', async () => {
    const learned: number[] = [];
    const seen: number[] = [];
    const { preferences, summaries } = await collectPreferencesInRounds(
      options({
        rounds: 3,
        improve: (found, round) => {
          learned.push(found.length);
          return [{ sampler: () => [10 + round], count: 1 }];
        },
        onProgress: ({ done, total }) => seen.push(done, total!),
      }),
    );
    expect(preferences.map(({ state }) => state)).toEqual(states);
    expect(learned).toEqual([10, 20]);
    expect(summaries.map(({ done }) => done)).toEqual([10, 10, 10]);
    for (const [k, { candidates }] of preferences.entries()) {
      if (k >= 10) expect(candidates).toContain(k < 20 ? 10 : 11);
      else expect(candidates).toHaveLength(2);
    }
    expect(seen.slice(-2)).toEqual([30, 30]);
  });

  test('share one budget', async () => {
    const calls = await collectPreferencesInRounds(options({ budget: { calls: 18 } }));
    expect(calls.preferences).toHaveLength(18);
    expect(calls.summaries.map(({ calls: made }) => made)).toEqual([15, 3]);
    expect(calls.summaries[1].stopped).toMatch(/calls may be 3, 3 are spent/);
    const tokens = await collectPreferencesInRounds(options({ budget: { tokens: 2000 } }));
    const spent = tokens.summaries.reduce((sum, { usage }) => sum + usage.input + usage.output, 0);
    expect(spent).toBeLessThanOrEqual(2000);
    expect(spent).toBeGreaterThan(1500);
    const cost = await collectPreferencesInRounds(options({ budget: { cost: 0.001 }, price: { input: 1, output: 1 } }));
    expect(cost.summaries.reduce((sum, each) => sum + each.cost, 0)).toBeLessThanOrEqual(0.001);
  });

  test('stop where nothing was answered: there is nothing to learn from', async () => {
    const broken = model(() => {
      throw new LanguageModelError('m', 'no');
    });
    let learned = 0;
    const { failures, summaries } = await collectPreferencesInRounds(
      options({
        source: createListwiseSource({ model: broken, catalogue: CATALOGUE }),
        improve: () => {
          learned++;
          return [];
        },
      }),
    );
    expect([failures.length, summaries.length, learned]).toEqual([15, 1, 0]);
  });

  test('need a number that there are states for', async () => {
    await expect(collectPreferencesInRounds(options({ rounds: 0 }))).rejects.toThrow(
      /rounds: expected an integer from 1/,
    );
    await expect(collectPreferencesInRounds(options({ rounds: 31 }))).rejects.toThrow(/rounds/);
  });
});
