/** Tables derived from the output weights, of which only the rows that training has changed are made again. */
import { createRandom } from '@ialp/core';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import type { Network } from '../network.js';
import { allowedActions, makeStates, makeTargets, SETTINGS } from '../test-support/batch.js';
import { describeBuilds } from '../test-support/builds.js';
import { createNetwork } from './built-in-network.js';
import type { NetworkOptions } from './network-options.js';

describeBuilds(() => {
  const ITEMS = 301;
  const HISTORY = 3;
  const sizes = {
    items: ITEMS,
    historyLength: HISTORY,
    embedding: 8,
    hidden: 20,
    heads: ['actor', 'value', 'q'] as const,
  };
  const itemEmbeddings = { data: Float32Array.from({ length: 4 * ITEMS }, (_, k) => Math.sin(k)), width: 4 };
  const states = makeStates(5, ITEMS, HISTORY, 7);

  /** What a network says by exact weights and by those of 8 bits. */
  function outputs(network: Network): number[] {
    return [false, true].flatMap((approximate) => {
      const evaluation = network.evaluate(states, { approximate });
      const { items, propensity } = evaluation.sample(createRandom(5));
      const best = evaluation.top(9).scores;
      return [...items, ...propensity, ...best, ...network.actionValues(states, { approximate }).top(9).scores];
    });
  }

  test.each<[string, Partial<NetworkOptions>]>([
    ['Adam', {}],
    ['gradient descent', { optimizer: { name: 'sgd', momentum: 0.5 } }],
    ['row-wise Adagrad', { itemOptimizer: { name: 'rowwise-adagrad' } }],
    ['tied items', { tiedItems: true }],
    ['tied items with features', { tiedItems: true, itemEmbeddings }],
    ['tied items, two threads', { tiedItems: true, itemOptimizer: { name: 'rowwise-adagrad' }, threads: 2 }],
  ])('%s: decisions between any steps are those of a network that makes all anew', (_name, others) => {
    const steps = fc.array(
      fc.record({
        rows: fc.constantFrom(1, 3, 20),
        sample: fc.constantFrom(undefined, 4, 16),
        seed: fc.nat(1e6),
        decides: fc.boolean(),
      }),
      { minLength: 1, maxLength: 6 },
    );
    fc.assert(
      fc.property(steps, (made) => {
        const [network, fresh] = [1, 2].map((seed) =>
          createNetwork({ ...sizes, ...others, random: createRandom(seed) }),
        );
        network.scaleActor(40);
        outputs(network);
        for (const { rows, sample, seed, decides } of made) {
          const batch = makeStates(rows, ITEMS, HISTORY, seed);
          const sampledSoftmax = sample && { items: sample, random: createRandom(seed) };
          network.trainStep(batch, allowedActions(batch, seed), () => makeTargets(rows, seed), {
            ...SETTINGS,
            ...(sampledSoftmax && { sampledSoftmax }),
          });
          if (!decides) continue;
          fresh.setWeights(network.weights());
          expect(outputs(network)).toEqual(outputs(fresh));
        }
        fresh.setWeights(network.weights());
        expect(outputs(network)).toEqual(outputs(fresh));
        for (const each of [network, fresh]) each.dispose();
      }),
      { numRuns: 10 },
    );
  });
});
