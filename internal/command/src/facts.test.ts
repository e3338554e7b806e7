import { expect, test } from 'vitest';
import { factsOf } from './index.js';

test('facts have names in words, nested ones behind that of their group', () => {
  expect(
    factsOf({
      seeds: 3,
      llm: 'encoder',
      methods: ['random', 'a2c-scratch'],
      rewardModel: { heldOutQuestions: 172, auc: 0.123456789 },
      out: null,
      isWhole: true,
    }),
  ).toEqual({
    seeds: 3,
    'language model': 'encoder',
    methods: 'random, a2c-scratch',
    'reward model: held out questions': 172,
    'reward model: AUC': 0.123457,
    out: 'none',
    'is whole': true,
  });
});
