import { createRandom } from '@ialp/core';
import { describe, expect, test } from 'vitest';
import {
  type CollectOptions,
  collectPreferences,
  createListwiseSource,
  createMemoryStore,
  createPopularitySampler,
  createPreferenceResponses,
  createRandomSampler,
  createSimilaritySource,
  type EmbeddingModel,
  embedCatalogue,
  fitRewardModel,
  IalpError,
  InvalidOptionError,
  type PreferenceSource,
  sampleCatalogueStates,
  sampleLoggedStates,
  withStore,
} from './index.js';
import { withEmbeddingCache } from './models/embeddings/embedding-cache.js';
import { createCachedEncoder, loadEncoder } from './models/embeddings/encoder.js';
import { createOllamaEmbeddings, createOllamaModel } from './models/ollama.js';
import { createOpenAiEmbeddings, createOpenAiModel } from './models/openai.js';
import { createRecordedModel } from './models/recorded-model.js';
import { withRetries } from './models/retries/index.js';
import {
  checkAnswers,
  collectPreferencesInRounds,
  createPersonas,
  createUncertaintySampler,
  planCollection,
  probeModel,
} from './preferences/index.js';
import {
  createGradedSource,
  createOracleSource,
  createPointwiseSource,
  createPopularitySource,
  createProbabilitySource,
} from './sources/index.js';
import { openReplyStore } from './store/index.js';
import { sampleHeldOutQuestions, validateSource } from './validation/index.js';

const CATALOGUE = { items: ['a', 'b', 'c'].map((id) => ({ id, title: id, text: id, attributes: {} })) };

/** All that take an object, or a list, first. */
const FUNCTIONS: Readonly<Record<string, (given: never, ...rest: never[]) => unknown>> = {
  ...{ sampleCatalogueStates, createGradedSource, createListwiseSource, createSimilaritySource, createOracleSource },
  ...{ createPointwiseSource, createPopularitySource, createProbabilitySource },
  ...{
    createRecordedModel,
    collectPreferences,
    collectPreferencesInRounds,
    embedCatalogue,
    fitRewardModel,
    sampleHeldOutQuestions,
  },
  ...{
    sampleLoggedStates,
    validateSource,
    createPersonas,
    planCollection,
    createPopularitySampler,
    createPreferenceResponses,
  },
  ...{ probeModel, checkAnswers, createUncertaintySampler, withRetries, withStore, createMemoryStore },
  ...{ createOpenAiModel, createOpenAiEmbeddings, createOllamaModel, createOllamaEmbeddings },
  ...{ createCachedEncoder, loadEncoder, withEmbeddingCache },
  openReplyStore: (given) => openReplyStore('never-made.db', given),
};

describe.each(Object.entries(FUNCTIONS))('%s', (_, make) => {
  test.each([null, 5])('refuses %s with a typed error', async (given) => {
    const thrown = await (async () => make(given as never))().catch((error: unknown) => error);
    expect(thrown, String((thrown as Error | undefined)?.stack)).toBeInstanceOf(IalpError);
    expect((thrown as Error).message).toMatch(/: expected .*; found (null|5|nothing|undefined)\.$/);
  });
});

const SOURCE: PreferenceSource = {
  specificationVersion: 'v1',
  model: 'own',
  promptVersion: '1',
  ask: async ({ candidates }) => ({ probabilities: candidates.map(() => 0.5), raw: '' }),
};
const options = (rest: object): CollectOptions => ({
  states: [{ items: [0], feedback: [1] }],
  candidates: [{ sampler: createRandomSampler(3), count: 2 }],
  source: SOURCE,
  random: createRandom(1),
  ...rest,
});

describe('a distillation is refused before a question is asked', () => {
  test.each<[string, object, RegExp]>([
    ['candidates of null', { candidates: null }, /^candidates: expected a list such as/],
    ['a share of null', { candidates: [null] }, /^candidates\[0\]: expected an object such as/],
    ['a share without a sampler', { candidates: [{ count: 2 }] }, /^candidates\[0\]\.sampler: expected a function/],
    ['a count of -1', { candidates: [{ sampler: () => [1], count: -1 }] }, /^candidates\[0\]\.count: .*found -1/],
    ['a count of NaN', { candidates: [{ sampler: () => [1], count: Number.NaN }] }, /^candidates\[0\]\.count: /],
    ['counts of 0 alone', { candidates: [{ sampler: () => [1], count: 0 }] }, /^candidates\[0\]\.count: .*at least 1/],
    [
      'a sampler of nothing',
      { candidates: [{ sampler: () => null, count: 1 }] },
      /sampler\(state, 1, random\): expected/,
    ],
    [
      'a sampler of text',
      { candidates: [{ sampler: () => ['a'], count: 1 }] },
      /\)\[0\]: expected an item, .*found "a"/,
    ],
    ['a state of null', { states: [null] }, /^states\[0\]: expected a state/],
    ['states in words', { states: 'x' }, /^states: expected a list of states/],
    ['a state without feedback', { states: [{ items: [1] }] }, /^states\[0\]\.feedback: expected a list/],
    ['a source of null', { source: null }, /^source: expected a preference source/],
    [
      'a source without ask',
      { source: { apiKey: 'SECRET' } },
      /^source: expected a preference source.*found an object\.$/,
    ],
    ['a signal of null', { signal: null }, /^signal: expected an AbortSignal/],
    [
      'a misspelt limit of the budget',
      { budget: { call: 3 } },
      /^budget: expected only the options calls, tokens, cost \(did you mean calls\?\); found "call"\.$/,
    ],
    ['a budget of a list', { budget: [3] }, /^budget: expected an object such as/],
    ['a misspelt part of the price', { price: { input: 1, outputs: 2 } }, /^price: .*mean output\?.*found "outputs"/],
    ['a misspelt option of the retries', { retries: { attempt: 3 } }, /^retries: .*mean attempts\?.*found "attempt"/],
    ['a misspelt option', { concurency: 4 }, /^options: .*mean concurrency\?.*found "concurency"/],
    [
      'a misspelt field of the candidates',
      { candidates: [{ sampler: () => [1], count: 1, poolFactr: 2 }] },
      /^candidates\[0\]: expected only the options sampler, count; found "poolFactr"/,
    ],
    ['retries of null', { retries: null }, /^retries: expected an object/],
    ['an onProgress that is not a function', { onProgress: 5 }, /^onProgress: expected a function/],
  ])('%s', async (_, rest, message) => {
    let asked = 0;
    const source = { ...SOURCE, ask: async () => ({ probabilities: [], raw: `${asked++}` }) };
    const thrown = await collectPreferences({ ...options({ source }), ...rest }).catch((error) => error);
    expect(thrown).toBeInstanceOf(InvalidOptionError);
    expect(thrown.message).toMatch(message);
    expect(asked).toBe(0);
  });

  test('rounds without a function that improves, before the first round is paid for', async () => {
    let asked = 0;
    const source: PreferenceSource = {
      ...SOURCE,
      ask(question) {
        asked++;
        return SOURCE.ask(question);
      },
    };
    const states = [0, 1].map((item) => ({ items: [item], feedback: [1] }));
    const rounds = (improve: unknown) =>
      collectPreferencesInRounds({ ...options({ source }), states, improve } as never);
    await expect(rounds(undefined)).rejects.toThrow(/^improve: expected a function/);
    expect(asked).toBe(0);
    await expect(rounds(() => undefined)).rejects.toThrow(/^improve\(preferences, 0\): expected a list of candidates/);
  });
});

test.each<[string, number[], RegExp]>([
  ['of NaN', [1, Number.NaN, 1], /^catalogue\.prior\[1\]: expected a number of at least 0; found NaN/],
  ['below 0', [1, -1, 1], /^catalogue\.prior\[1\]: .*found -1/],
  ['too short', [1, 1], /^catalogue\.prior: expected 3 numbers, one for each item; found 2 numbers/],
])('a prior %s is refused wherever a catalogue is taken', (_, prior, message) => {
  const catalogue = { ...CATALOGUE, prior: Float32Array.from(prior) };
  const random = createRandom(1);
  for (const take of [
    () => sampleCatalogueStates({ catalogue, count: 3, random }),
    () => createPopularitySampler(catalogue),
    () => createPopularitySource(catalogue),
  ]) {
    expect(take).toThrow(message);
    expect(take).toThrow(InvalidOptionError);
  }
});

test.each([Number.NaN, 0, -1, 2.5])('createRandomSampler refuses %s items', (items) => {
  expect(() => createRandomSampler(items)).toThrow(/^items: expected the number of items/);
});

test('refuses texts that are not strings, by name', async () => {
  const model: EmbeddingModel = {
    specificationVersion: 'v1',
    name: 'own',
    dimension: 1,
    embed: async (texts: readonly string[]) => new Float32Array(texts.length),
  };
  const cached = await withEmbeddingCache(model, { path: 'never-made.vectors' });
  await expect(cached.embed(['a', 5] as unknown as string[])).rejects.toThrow(/^texts\[1\]: expected a text; found 5/);
  await expect(cached.countMissing(null as unknown as string[])).rejects.toThrow(/^texts: expected a list of texts/);
});
