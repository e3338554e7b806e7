import { describe, expect, test } from 'vitest';
import { LanguageModelError } from '../errors.js';
import type { LanguageModel } from '../language-model.js';
import type { PreferenceAnswer, PreferenceQuestion, PreferenceSource } from '../preference-source.js';
import { ConformanceError, languageModelChecks, preferenceSourceChecks } from '../testing.js';

const answer = ({ candidates }: PreferenceQuestion): PreferenceAnswer => ({
  likelihood: candidates.map(() => 0.5),
  raw: '{}',
});
const source = (ask: (question: PreferenceQuestion) => PreferenceAnswer, names = {}): PreferenceSource => ({
  model: 'm',
  promptVersion: 'v1',
  ...names,
  ask: async (question) => ask(question),
});

let calls = 0;

describe('preferenceSourceChecks', () => {
  const runAll = async (make: () => PreferenceSource): Promise<void> => {
    for (const check of preferenceSourceChecks(make, { items: 6 })) await check.run();
  };

  test('pass a source that keeps the rules', async () => {
    await expect(runAll(() => source(answer))).resolves.toBeUndefined();
  });

  test.each<[string, () => PreferenceSource]>([
    ['a source without a version', () => source(answer, { promptVersion: '' })],
    ['a likelihood too few', () => source((q) => ({ ...answer(q), likelihood: [0.5] }))],
    ['a likelihood above 1', () => source((q) => ({ ...answer(q), likelihood: q.candidates.map(() => 4) }))],
    [
      'a likelihood that is not a number',
      () => source((q) => ({ ...answer(q), likelihood: q.candidates.map(() => Number.NaN) })),
    ],
    ['no reply kept', () => source((q) => ({ ...answer(q), raw: '' }))],
    [
      'a question that is sorted in place',
      () => source((q) => answer({ ...q, candidates: (q.candidates as number[]).sort() })),
    ],
    ['answers that change', () => source((q) => ({ ...answer(q), likelihood: q.candidates.map(() => 1 / ++calls) }))],
  ])('catch %s', async (_, make) => {
    await expect(runAll(make)).rejects.toThrow(ConformanceError);
  });
});

describe('languageModelChecks', () => {
  const request = { system: 's', prompt: 'p', schema: {}, seed: 1 };
  const model = (generate: LanguageModel['generate'], name = 'm'): LanguageModel => ({ name, generate });
  const good: LanguageModel['generate'] = async ({ signal }) => {
    signal?.throwIfAborted();
    return { text: '{}' };
  };
  const failing: LanguageModel['generate'] = async () => {
    throw new LanguageModelError('m', 'is not there', { isRetryable: true });
  };
  const runAll = async (make: () => LanguageModel, makeUnreachable: () => LanguageModel): Promise<void> => {
    for (const check of languageModelChecks(make, { request, makeUnreachable })) await check.run();
  };

  test('pass a model that keeps the rules', async () => {
    await expect(
      runAll(
        () => model(good),
        () => model(failing),
      ),
    ).resolves.toBeUndefined();
  });

  test.each<[string, LanguageModel, LanguageModel]>([
    ['a model without a name', model(good, ''), model(failing)],
    ['an empty reply', model(async () => ({ text: '' })), model(failing)],
    ['a signal that is not heard', model(async () => ({ text: '{}' })), model(failing)],
    ['a failure that is another error', model(good), model(async () => Promise.reject(new TypeError('fetch failed')))],
    ['a failure that is turned into a reply', model(good), model(good)],
  ])('catch %s', async (_, made, unreachable) => {
    await expect(
      runAll(
        () => made,
        () => unreachable,
      ),
    ).rejects.toThrow(ConformanceError);
  });
});
