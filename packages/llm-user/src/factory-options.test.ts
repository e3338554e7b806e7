import { createRandom, InvalidOptionError } from '@ialp/core';
import { describe, expect, test } from 'vitest';
import type { EmbeddingModel } from './embedding-model.js';
import * as root from './index.js';
import type { LanguageModel } from './language-model.js';
import { createAiSdkModel } from './models/ai-sdk.js';
import { withEmbeddingCache } from './models/embeddings/embedding-cache.js';
import { createCachedEncoder } from './models/embeddings/encoder.js';
import { principalComponents } from './models/embeddings/principal-components.js';
import { loadTransformersEncoder } from './models/embeddings/transformers.js';
import { createLlamaCppModel } from './models/llama-cpp.js';
import { createModelFromSpec } from './models/model-spec.js';
import { createOllamaEmbeddings, createOllamaModel } from './models/ollama.js';
import { createOpenAiEmbeddings, createOpenAiModel } from './models/openai.js';
import { createRecordedModel } from './models/recorded-model.js';
import * as retries from './models/retries/index.js';
import * as preferences from './preferences/index.js';
import * as rewardModel from './reward-model/index.js';
import * as sources from './sources/index.js';
import * as store from './store/index.js';

const api = { ...root, ...preferences, ...rewardModel, ...sources, ...store, ...retries, createRecordedModel };

type Factory = (...args: unknown[]) => unknown;

/** All factories that have to be given something. */
const FACTORIES = Object.entries<unknown>({
  ...api,
  ...{ withEmbeddingCache, createLlamaCppModel, createModelFromSpec, loadTransformersEncoder },
  ...{ createOllamaEmbeddings, createOllamaModel, createOpenAiEmbeddings, createOpenAiModel },
}).filter(
  (entry): entry is [string, Factory] =>
    /^(create|with|load)[A-Z]|^embedCatalogue$/.test(entry[0]) && entry[0] !== 'createMemoryStore',
);

const CATALOGUE = { items: [{ id: '1', title: 'Dune', text: 'Dune', attributes: {} }] };
const EMBEDDING_MODEL: EmbeddingModel = {
  specificationVersion: 'v1',
  name: 'e',
  dimension: 1,
  embed: async (texts) => new Float32Array(texts.length),
};
const EMBEDDINGS = {
  items: 1,
  dimension: 1,
  vectors: new Float32Array(1),
  popularity: new Float32Array(1),
  model: 'e',
};
const AI_SDK = {
  specificationVersion: 'v2',
  provider: 'p',
  modelId: 'm',
  doGenerate: async () => ({}),
  doStream: async () => ({}),
};
const MODEL: LanguageModel = { specificationVersion: 'v1', name: 'm', generate: async () => ({ text: '{}' }) };

const SOURCE = { model: MODEL, catalogue: CATALOGUE };

/** What a call throws, at once or as a rejection. */
async function thrownBy(call: () => unknown): Promise<Error> {
  try {
    await call();
  } catch (error) {
    return error as Error;
  }
  throw new Error('nothing was thrown');
}

describe.each(FACTORIES)('%s', (_, create) => {
  test.each([
    ['no argument', []],
    ['null', [null]],
    ['an empty object', [{}]],
    ['a promise', [Promise.resolve({})]],
  ])('called with %s names what is missing', async (_, args) => {
    expect(await thrownBy(() => create(...args))).toBeInstanceOf(InvalidOptionError);
  });
});

test.each<[string, () => unknown, string]>([
  [
    'a source without a model',
    () => api.createListwiseSource({ catalogue: CATALOGUE } as never),
    "model: expected a language model, with 'name' and 'generate'; found undefined.",
  ],
  [
    'a source of the promise of a model',
    () => api.createGradedSource({ catalogue: CATALOGUE, model: createOllamaModel({ model: 'm' }) } as never),
    "model: expected a language model, with 'name' and 'generate'; found a promise: await it.",
  ],
  [
    'a source without a catalogue',
    () => api.createPointwiseSource({ model: MODEL } as never),
    'catalogue: expected a catalogue, such as a data set has; found undefined.',
  ],
  [
    'a catalogue embedded by the promise of an encoder',
    () => api.embedCatalogue(CATALOGUE, createCachedEncoder() as never),
    "model: expected an embedding model, with 'name', 'dimension' and 'embed'; found a promise: await it.",
  ],
  [
    'a cache around a promise',
    () => withEmbeddingCache(createCachedEncoder() as never),
    "model: expected an embedding model, with 'name', 'dimension' and 'embed'; found a promise: await it.",
  ],
  [
    'a catalogue that is the list of its items',
    () => api.embedCatalogue(CATALOGUE.items as never, EMBEDDING_MODEL),
    'catalogue: expected an object: pass { items: [...] }, not the list alone; found a list.',
  ],
  [
    'items that are texts',
    () => api.embedCatalogue({ items: ['a'] } as never, EMBEDDING_MODEL),
    'catalogue.items[0]: expected { id, title, text, attributes }; found "a".',
  ],
  [
    'an item without a text',
    () => api.createListwiseSource({ model: MODEL, catalogue: { items: [{ id: '1' }] } } as never),
    'catalogue.items[0].text: expected a text; found undefined.',
  ],
  [
    'a source of the promise of embeddings',
    () => api.createSimilaritySource(Promise.resolve({}) as never),
    'embeddings: expected item embeddings, such as embedCatalogue makes; found a promise: await it.',
  ],
  [
    'a store that is the promise of one',
    () => api.withStore(MODEL, { store: Promise.resolve(api.createMemoryStore()) as never }),
    'store: expected a reply store, such as await openReplyStore(path) or createMemoryStore(); found a promise: await it.',
  ],
  [
    'tries without a generator',
    () => api.withRetries(MODEL, {} as never),
    'random: expected a seeded generator: createRandom(seed); found undefined.',
  ],
  [
    'a recording as one text',
    () => api.createRecordedModel('{}'),
    'lines: expected a list of lines of JSON; found "{}".',
  ],
  [
    'a memory store of a promise',
    () => api.createMemoryStore(Promise.resolve([]) as never),
    'records: expected a list of replies; found a promise: await it.',
  ],
])('%s is refused in words', async (_, call, message) => {
  expect((await thrownBy(call)).message).toBe(message);
});

/** A misspelt option would be ignored: the default would be used. */
test.each<[string, () => unknown, string, string | undefined]>([
  ['weights', () => api.createSimilaritySource(EMBEDDINGS, { popularty: 3 } as never), 'weights', 'popularity'],
  ['a source', () => api.createListwiseSource({ ...SOURCE, maxItemToken: 9 } as never), 'options', 'maxItemTokens'],
  ['an encoder', () => createCachedEncoder({ thread: 2 } as never), 'options', 'threads'],
  ['a server', () => createOpenAiModel({ model: 'm', baseUrl: 'http://x' } as never), 'options', 'baseUrls'],
  ['an AI SDK model', () => createAiSdkModel(AI_SDK as never, { maxToken: 9 } as never), 'options', 'maxTokens'],
  ['a local server', () => createOllamaModel({ model: 'm', hosts: 'box' } as never), 'options', 'host'],
  ['a short name', () => createModelFromSpec('ollama:m', { timeout: 5 } as never), 'options', 'timeoutMs'],
  ['a file', () => createLlamaCppModel({ path: 'm.gguf', thread: 2 } as never), 'options', 'threads'],
  ['a cache', () => withEmbeddingCache(EMBEDDING_MODEL, { maxByte: 5 } as never), 'options', 'maxBytes'],
  ['retries', () => api.withRetries(MODEL, { random: createRandom(1), retries: 3 } as never), 'options', undefined],
  [
    'a store',
    () => api.withStore(MODEL, { store: api.createMemoryStore(), storePrompt: true } as never),
    'options',
    'storePrompts',
  ],
  [
    'components',
    () => principalComponents(new Float32Array(4), { dimension: 2, count: 1, centre: false } as never),
    'options',
    'center',
  ],
  // The only option there is needs no suggestion.
  ['a check', () => api.checkAnswers([], { maxFailedShares: 1 } as never), 'options', undefined],
])('a misspelt option of %s is refused, with the nearest one', async (_, call, option, nearest) => {
  const { message } = await thrownBy(call);
  expect(message).toMatch(new RegExp(`^${option}: expected only the options? .*; found "\\w+"\\.$`));
  expect(/did you mean (\w+)\?/.exec(message)?.[1]).toBe(nearest);
});
