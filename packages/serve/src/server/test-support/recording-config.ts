/**
 * A configuration for `ialp-serve` whose learner stores what it learns. The environment variable `IALP_TEST` holds rules, settings of learning, and
 * whether to store what is learned, as JSON.
 */
import { createRandom } from '@ialp/core';
import { createA2C, createNetwork } from '@ialp/policy';
import type { ServerConfig } from '../config.js';
import type { ServerSetup } from '../setup.js';
import { recordLearning } from './recording-learner.js';

const { rules, learning, records } = JSON.parse(process.env['IALP_TEST'] ?? '{}') as Pick<
  ServerConfig,
  'rules' | 'learning'
> & { readonly records: boolean };

export default {
  ...(rules !== undefined && { rules }),
  ...(learning !== undefined && { learning }),
  createLearner({ capacity, historyLength, seed }: ServerSetup) {
    const random = createRandom(seed);
    const learner = createA2C({
      network: createNetwork({ items: capacity, historyLength, embedding: 8, hidden: 16, random }),
    });
    return records ? recordLearning(learner) : learner;
  },
} satisfies ServerConfig;
