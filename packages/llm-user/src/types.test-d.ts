import type { ResponseModel } from '@ialp/core';
import { expectTypeOf, test } from 'vitest';
import {
  createListwiseSource,
  createPreferenceResponses,
  createSimilaritySource,
  fitRewardModel,
  type LanguageModel,
  type LanguageModelReply,
  type PreferenceAnswer,
  type PreferenceQuestion,
  type PreferenceSource,
  type RewardModel,
  withStore,
} from './index.js';

test('a language model of your own is a name and a function from text to text', () => {
  const model: LanguageModel = { specificationVersion: 'v1', name: 'mine', generate: async () => ({ text: '{}' }) };
  expectTypeOf(model.generate).returns.resolves.toEqualTypeOf<LanguageModelReply>();
  expectTypeOf(withStore).returns.toExtend<LanguageModel>();
  // @ts-expect-error: replies are asynchronous.
  const synchronous: LanguageModel = { specificationVersion: 'v1', name: 'mine', generate: () => ({ text: '{}' }) };
  return synchronous;
});

test('every source answers questions with probabilities', () => {
  expectTypeOf(createListwiseSource).returns.toExtend<PreferenceSource>();
  expectTypeOf(createSimilaritySource).returns.toExtend<PreferenceSource>();
  expectTypeOf<PreferenceQuestion['candidates']>().toEqualTypeOf<readonly number[]>();
  expectTypeOf<PreferenceAnswer['probabilities']>().toEqualTypeOf<readonly number[]>();
});

test('a reward model becomes the responses of a simulator', () => {
  expectTypeOf(fitRewardModel).returns.toExtend<RewardModel>();
  expectTypeOf(createPreferenceResponses).returns.toExtend<ResponseModel>();
});
