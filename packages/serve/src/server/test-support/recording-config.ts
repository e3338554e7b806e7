/**
 * A configuration for `ialp-serve` whose learner stores what it learns. The environment variable `IALP_TEST` holds rules and settings of
 * learning as JSON.
 */
import { createRandom } from '@ialp/core';
import { createA2C, createNetwork } from '@ialp/policy';
import type { ServerConfig } from '../config.js';
import type { ServerSetup } from '../setup.js';
import { recordLearning } from './recording-learner.js';

const { rules, learning } = JSON.parse(process.env['IALP_TEST'] ?? '{}') as Pick<ServerConfig, 'rules' | 'learning'>;

export default {
  ...(rules !== undefined && { rules }),
  ...(learning !== undefined && { learning }),
  createLearner: ({ capacity, historyLength, seed }: ServerSetup) =>
    recordLearning(
      createA2C({
        network: createNetwork({
          items: capacity,
          historyLength,
          embedding: 8,
          hidden: 16,
          random: createRandom(seed),
        }),
      }),
    ),
} satisfies ServerConfig;
