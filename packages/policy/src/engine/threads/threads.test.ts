/** Worker threads change who computes, and nothing else. */
import { existsSync, readdirSync } from 'node:fs';
import { createRandom, InvalidOptionError } from '@ialp/core';
import { afterAll, describe, expect, test } from 'vitest';
import { singleState } from '../../conformance/synthetic-sessions.js';
import { DivergenceError, NetworkStateError } from '../../errors.js';
import type { Head, Network } from '../../network.js';
import { allowedActions, allWeights, makeStates, makeTargets, SETTINGS } from '../../test-support/batch.js';
import { describeBuilds } from '../../test-support/builds.js';
import { createNetwork } from '../built-in-network.js';
import type { EncoderName } from '../network-options.js';

describeBuilds(() => {
  /** More than one block of items, and more than one block of states for each thread. */
  const SIZES = { items: 1100, historyLength: 5, embedding: 8, hidden: 12, userFeatures: 3 };
  const SESSIONS = 150;
  const HEADS: readonly Head[] = ['actor', 'value', 'q'];
  const made: Network[] = [];

  function networkWith(threads: number, encoder: EncoderName): Network {
    const random = createRandom(1);
    const network = createNetwork({ ...SIZES, encoder, blocks: 2, heads: HEADS, threads, random });
    made.push(network);
    return network;
  }

  afterAll(() => {
    for (const network of made) network.dispose();
  });

  describe.each(['mean', 'gru', 'attention'] as const)('%s', (encoder) => {
    const networks = [1, 2, 3].map((threads) => networkWith(threads, encoder));
    const states = makeStates(SESSIONS, SIZES.items, SIZES.historyLength, 1, SIZES.userFeatures);

    test.each([undefined, 200])('training on a sample of %s: the same weights, bit for bit', (sample) => {
      const reports = networks.map((network) =>
        [1, 2, 3].map((step) =>
          network.trainStep(states, allowedActions(states, step), () => makeTargets(SESSIONS, step), {
            ...SETTINGS,
            ...(sample !== undefined && { sampledSoftmax: { items: sample, random: createRandom(step) } }),
          }),
        ),
      );
      const [one, two, three] = networks.map(allWeights);
      expect(reports[1]).toEqual(reports[0]);
      expect(reports[2]).toEqual(reports[0]);
      expect(two).toEqual(one);
      expect(three).toEqual(one);
    });

    test('answers are the same, bit for bit', () => {
      const answers = networks.map((network) => {
        const evaluation = network.evaluate(states);
        const action = evaluation.sample(createRandom(3));
        const best = evaluation.top(20);
        return { value: evaluation.value, action, best, actionValues: network.actionValues(states).top(7) };
      });
      expect(answers[1]).toEqual(answers[0]);
      expect(answers[2]).toEqual(answers[0]);
    });

    test('one state alone gets the answer that it gets among others', () => {
      const { action, best } = (() => {
        const evaluation = networks[0].evaluate(states);
        const everyone = evaluation.propensity(new Int32Array(SESSIONS).fill(7));
        return { action: everyone, best: evaluation.top(5) };
      })();
      for (const row of [0, 31, 149]) {
        const evaluation = networks[1].evaluate(singleState(states, row));
        expect(evaluation.propensity(Int32Array.of(7))[0]).toBe(action[row]);
        expect(evaluation.top(5).items).toEqual(best.items.slice(row * 5, row * 5 + 5));
      }
    });
  });

  describe('lifetime', () => {
    test('a network that was disposed of says so, and can be disposed of again', () => {
      const network = networkWith(2, 'mean');
      network.dispose();
      network.dispose();
      const states = makeStates(3, SIZES.items, SIZES.historyLength, 1, SIZES.userFeatures);
      expect(() => network.evaluate(states)).toThrow(NetworkStateError);
      expect(() => network.evaluate(states)).toThrow('disposed');
      expect(() => network.weights()).toThrow('disposed');
    });

    const tasks = '/proc/self/task';

    test('its threads end with it', async ({ skip }) => {
      if (!existsSync(tasks)) skip('there is no /proc in which to count threads');
      const before = readdirSync(tasks).length;
      for (let times = 0; times < 5; times++) for (let k = 0; k < 3; k++) networkWith(4, 'mean').dispose();
      // 45 were started; the runtime may have started some of its own.
      await expect.poll(() => readdirSync(tasks).length, { timeout: 30_000 }).toBeLessThan(before + 10);
    });

    test('what fails in a step leaves the threads ready for the next', () => {
      const network = networkWith(2, 'gru');
      const states = makeStates(40, SIZES.items, SIZES.historyLength, 1, SIZES.userFeatures);
      const actions = allowedActions(states, 1);
      const wrong = makeTargets(40, 1);
      wrong.valueTarget[3] = Number.NaN;
      expect(() => network.trainStep(states, actions, () => wrong, SETTINGS)).toThrow(DivergenceError);
      const { gradientNorm } = network.trainStep(states, actions, () => makeTargets(40, 1), SETTINGS);
      expect(gradientNorm).toBeGreaterThan(0);
    });

    test.each([0, 1.5, 65])('%s threads are refused', (threads) => {
      expect(() => networkWith(threads, 'mean')).toThrow(InvalidOptionError);
    });
  });
});
