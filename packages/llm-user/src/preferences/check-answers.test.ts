import { createRandom } from '@ialp/core';
import { expect, test } from 'vitest';
import type { PreferenceSource } from '../preference-source.js';
import { checkAnswers, collectPreferences, createRandomSampler } from './index.js';

const source: PreferenceSource = {
  specificationVersion: 'v1',
  model: 'own',
  promptVersion: '1',
  ask: async ({ candidates }) => ({ probabilities: candidates.map(() => 0.5), raw: '' }),
};
const collect = (seen: readonly number[]) =>
  collectPreferences({
    states: [{ items: seen, feedback: seen.map(() => 1) }],
    candidates: [{ sampler: createRandomSampler(3), count: 2 }],
    source,
    random: createRandom(1),
  });

test('says that all users have seen every item', async () => {
  const { summary } = await collect([0, 1, 2]);
  expect(() => checkAnswers(summary)).toThrow(
    'No question could be asked: every user has seen all items that the samplers draw.',
  );
});

test('takes a summary, and refuses the whole result', async () => {
  const result = await collect([0]);
  checkAnswers(result.summary);
  checkAnswers([result.summary, result.summary]);
  expect(() => checkAnswers(result as never)).toThrow(
    'summaries: expected the summary of collectPreferences, or a list of them; found an object.',
  );
});
