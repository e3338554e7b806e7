import { createRandom, InvalidOptionError } from '@ialp/core';
import { createSimulator } from '@ialp/env';
import { createA2C, createNetwork, type Learner, type Network, runOnline } from '@ialp/policy';
import { learnerChecks } from '@ialp/policy/testing';
import { describe, expect, test } from 'vitest';
import { createCusumDetector } from './detectors/cusum.js';
import { withRollback } from './rollback.js';

const ITEMS = 8;
const makeNetwork = (): Network =>
  createNetwork({ items: ITEMS, historyLength: 4, embedding: 4, hidden: 8, random: createRandom(1) });
/** Everybody likes item 2 most. */
const makeEnv = () =>
  createSimulator({
    name: 'two',
    responses: {
      ...{ specificationVersion: 'v1', users: 1, items: ITEMS, rewardRange: [0, 1], window: 0 },
      respond: (_session, item, random) => (random.uniform() < (item === 2 ? 0.9 : 0.2) ? 1 : 0),
    },
    ...{ sessions: 16, maxTurns: 5, historyLength: 4, repeats: true },
  });
const detector = () => createCusumDetector({ burnIn: 100, threshold: 15 });

describe('keeps the rules of a learner', () => {
  const make = () => {
    const network = makeNetwork();
    return withRollback(createA2C({ network, rolloutLength: 5 }), { network, detector: detector() });
  };
  for (const check of learnerChecks(make, { historyLength: 4 })) test(check.name, check.run);
});

/** Learns, and at one update loses its mind: the output layer is turned upside down. */
function losesItsMind(network: Network, at: number): Learner {
  const learner = createA2C({ network, rolloutLength: 5, learningRate: 0.01, discount: 0 });
  let update = 0;
  return {
    specificationVersion: 'v2',
    ...{ policy: learner.policy, rolloutLength: 5 },
    learn(trajectories) {
      const report = learner.learn(trajectories);
      if (++update === at) network.scaleActor(-3);
      return report;
    },
  };
}

const meanReward = (learner: Learner, interactions: number): number => {
  const { reward } = runOnline({ environment: makeEnv(), learner, interactions, seed: 1, random: createRandom(2) });
  const last = reward.subarray(-3000);
  return last.reduce((sum, value) => sum + value, 0) / last.length;
};

test('weights that were spoilt are set back to the last good ones', () => {
  const network = makeNetwork();
  const back: number[] = [];
  const learner = withRollback(losesItsMind(network, 400), {
    network,
    detector: detector(),
    onRollback: (n) => back.push(n),
  });
  expect(meanReward(learner, 80 * 500)).toBeGreaterThan(0.8);
  expect(back.length).toBe(1);
  // It is seen soon, and what is taken up is older than what spoilt it.
  expect(back[0]).toBeLessThan(200);
});

test('where nothing falls, nothing is set back, and the result is the learner’s own', () => {
  const [one, other] = [makeNetwork(), makeNetwork()];
  const back: number[] = [];
  const plain = createA2C({ network: one, rolloutLength: 5, learningRate: 0.01, discount: 0 });
  const guarded = withRollback(createA2C({ network: other, rolloutLength: 5, learningRate: 0.01, discount: 0 }), {
    ...{ network: other, detector: detector(), onRollback: (n: number) => back.push(n) },
  });
  expect(meanReward(guarded, 80 * 300)).toBe(meanReward(plain, 80 * 300));
  expect(other.weights()).toEqual(one.weights());
  expect(back).toEqual([]);
});

test.each([{ snapshotInterval: 0 }, { maxSnapshots: 1.5 }])('refuses %o', (wrong) => {
  const network = makeNetwork();
  const make = () => withRollback(createA2C({ network }), { network, detector: detector(), ...wrong });
  expect(make).toThrow(InvalidOptionError);
});

test('refuses a network that the learner does not train', () => {
  const options = { network: makeNetwork(), detector: detector() };
  const make = () => withRollback(createA2C({ network: makeNetwork() }), options);
  expect(make).toThrow(InvalidOptionError);
  expect(make).toThrow(/^network: expected learner\.network, .*; found another network\.$/);
});

test('refuses missing options', () => {
  const network = makeNetwork();
  const learner = createA2C({ network });
  expect(() => withRollback(learner, undefined as never)).toThrow(/^options: expected an object/);
  expect(() => withRollback(learner, { detector: detector() } as never)).toThrow(/^network: /);
  expect(() => withRollback({ learner, network } as never, { network, detector: detector() })).toThrow(/^learner: /);
  expect(() => withRollback(network as never, { network, detector: detector() })).toThrow(
    'learner: expected a learner, such as createA2C({ network }); found a network.',
  );
});
