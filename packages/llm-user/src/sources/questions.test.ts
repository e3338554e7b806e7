import { InvalidOptionError } from '@ialp/core';
import { describe, expect, test } from 'vitest';
import type { LanguageModel } from '../language-model.js';
import type { PreferenceSource } from '../preference-source.js';
import {
  createGradedSource,
  createListwiseSource,
  createOracleSource,
  createPointwiseSource,
  createPopularitySource,
  createProbabilitySource,
  createSimilaritySource,
} from './index.js';

const texts = ['a', 'b', 'c'];
const catalogue = {
  items: texts.map((text) => ({ id: text, title: text, text, attributes: {} })),
  prior: Float32Array.of(1, 2, 3),
};
const model: LanguageModel = {
  specificationVersion: 'v1',
  name: 'm',
  generate: async () => {
    throw new Error('was asked');
  },
};
const embeddings = {
  items: 3,
  dimension: 1,
  vectors: Float32Array.of(1, -1, 1),
  popularity: new Float32Array(3),
  model: 'e',
};
const SOURCES: Readonly<Record<string, PreferenceSource>> = {
  listwise: createListwiseSource({ model, catalogue }),
  pointwise: createPointwiseSource({ model, catalogue }),
  graded: createGradedSource({ model, catalogue }),
  probability: createProbabilitySource({ model, catalogue }),
  similarity: createSimilaritySource(embeddings),
  popularity: createPopularitySource(catalogue),
  oracle: createOracleSource({ probability: () => 0.5 }),
};

describe.each(Object.entries(SOURCES))('the %s source', (_name, source) => {
  const state = { items: [0], feedback: [1] };
  test.each<[string, readonly number[], string]>([
    ['no candidate', [], 'candidates: expected at least one item; found [].'],
    ['a repeated candidate', [1, 2, 1], 'candidates[2]: expected an item that is not repeated; found 1.'],
  ])('refuses %s', async (_, candidates, message) => {
    const call = source.ask({ state, candidates });
    await expect(call).rejects.toThrow(message);
    await expect(call).rejects.toBeInstanceOf(InvalidOptionError);
  });
});

// The oracle does not know the catalogue.
test.each(Object.entries(SOURCES).filter(([name]) => name !== 'oracle'))(
  'the %s source refuses an item of another catalogue',
  async (_, source) => {
    const message = "expected an item of the source's catalogue, from 0 to 2";
    const [seen, unknown] = [0, 7].map((item) => ({ items: [item], feedback: [1] }));
    await expect(source.ask({ state: seen, candidates: [1, 46] })).rejects.toThrow(
      `candidates[1]: ${message} (samplers`,
    );
    await expect(source.ask({ state: unknown, candidates: [1] })).rejects.toThrow(
      `state.items[0]: ${message}; found 7.`,
    );
  },
);
