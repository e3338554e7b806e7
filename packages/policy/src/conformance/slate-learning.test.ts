import { createRandom } from '@ialp/core';
import { test } from 'vitest';
import { createNetwork } from '../engine/built-in-network.js';
import type { Learner } from '../learner.js';
import { createA2C } from '../learners/online/a2c.js';
import { createReinforce } from '../learners/online/reinforce.js';
import { createSlateQ } from '../learners/slates/slate-q.js';
import type { Head, Network } from '../network.js';
import { checkSlateLearning } from './slate-learning.js';

const network = (items: number, ...heads: Head[]): Network =>
  createNetwork({ items, embedding: 8, hidden: 16, heads, random: createRandom(5) });

/** Learners that the suite does not see in other tests: SlateQ refuses single items. */
const LEARNERS: Readonly<Record<string, (items: number) => Learner>> = {
  'A2C, credit to whole slates': (items) =>
    createA2C({ network: network(items, 'actor', 'value'), slateCredit: 'slate' }),
  'REINFORCE, credit to whole slates': (items) =>
    createReinforce({ network: network(items, 'actor'), slateCredit: 'slate' }),
  SlateQ: (items) =>
    createSlateQ({
      ...{ network: network(items, 'q', 'value'), choice: network(items, 'q'), random: createRandom(3) },
      ...{ slateSize: 2, learningStarts: 0, batchSize: 16 },
    }),
};

test.each(Object.entries(LEARNERS).flatMap(([name, make]) => [3, 12, 40].map((items) => [name, items, make] as const)))(
  '%s learns from slates of %i items',
  (_, items, make) => {
    checkSlateLearning(() => make(items), {});
  },
);
