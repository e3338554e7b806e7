/** Items are placed in the networks of a deployment, which is then killed and resumed. */
import { CheckpointError, createRandom, noExclusions, type Observation } from '@ialp/core';
import {
  createA2C,
  createDqn,
  createNetwork,
  createNetworkPolicy,
  type Learner,
  type Network,
  TrajectoryRecorder,
} from '@ialp/policy';
import { createItemIndex, placeItems } from '@ialp/policy/catalogue';
import { describe, expect, test } from 'vitest';
import { createConstantGate } from '../gates/constant.js';
import { withRewardFloor } from '../guardrails/reward-floor.js';
import { fixedPolicy } from '../test-support/policies.js';
import { createAdaptiveLearner } from './adaptive-learner.js';
import { createOnlineNetwork } from './online-network.js';

const [CAPACITY, HISTORY, TURNS] = [12, 3, 5];
const embeddings = { data: Float32Array.from({ length: 2 * CAPACITY }, (_, k) => 1 + ((k * k) % 3)), width: 2 };

/** A learner with the networks that a deployment has to place new items in. */
type Deployed = Learner & { readonly networks: readonly Network[] };

interface Case {
  readonly make: (pretrained: Network) => Deployed;
  /** Number of networks. */
  readonly networks: number;
}

const networkOf = (seed: number, heads: Network['heads'] = ['actor', 'value']): Network =>
  createNetwork({
    items: CAPACITY,
    historyLength: HISTORY,
    embedding: 4,
    hidden: 8,
    heads,
    random: createRandom(seed),
  });
const onlineOf = (pretrained: Network) =>
  createA2C({ network: createOnlineNetwork(pretrained, { logitScale: 0.5 }), learningRate: 0.02 });

const CASES: Readonly<Record<string, Case>> = {
  'A-iALP_ap by step': {
    make: (network) => createAdaptiveLearner({ pretrained: createNetworkPolicy(network), online: onlineOf(network) }),
    networks: 2,
  },
  'A-iALP_ap by session': {
    make(network) {
      const gate = createConstantGate(0.5);
      return createAdaptiveLearner({
        ...{ pretrained: createNetworkPolicy(network), online: onlineOf(network), gate, by: 'session' },
      });
    },
    networks: 2,
  },
  'A-iALP_ap with a replay buffer': {
    make: (network) =>
      createAdaptiveLearner({
        pretrained: createNetworkPolicy(network),
        online: createDqn({ network: networkOf(5, ['q']), random: createRandom(6), learningStarts: 20, batchSize: 8 }),
        gate: createConstantGate(0.5),
      }),
    networks: 3,
  },
  'a reward floor around a learner': {
    make: (network) =>
      withRewardFloor({ pretrained: createNetworkPolicy(network), learner: onlineOf(network), firstSessions: 5 }),
    networks: 2,
  },
  'a reward floor around A-iALP_ap': {
    make(network) {
      const pretrained = createNetworkPolicy(network);
      const learner = createAdaptiveLearner({ pretrained, online: onlineOf(network), gate: createConstantGate(0.5) });
      return withRewardFloor({ pretrained, learner, firstSessions: 5 });
    },
    networks: 2,
  },
};

/** A pre-trained network: all deployments of a case begin with the same weights. */
function makePretrained(): Network {
  const network = networkOf(1);
  network.scaleActor(50);
  return network;
}

/** Serves some sessions, with the items that are available. */
function serve(learner: Learner, sessions: readonly number[], available: Uint8Array, seed: number): unknown[] {
  const recorder = new TrajectoryRecorder({ items: CAPACITY, historyLength: HISTORY });
  const random = createRandom(seed);
  const shown: unknown[] = [];
  for (const key of sessions) {
    const historyItems = new Int32Array(HISTORY).fill(-1);
    const historyFeedback = new Float32Array(HISTORY);
    for (let turn = 0; turn < TURNS; turn++) {
      const stateAt = (now: number): Observation => ({
        ...{ rows: 1, items: CAPACITY, historyLength: HISTORY, historyItems, historyFeedback, available },
        ...{ session: Float64Array.of(key), turn: Int32Array.of(now), exclusions: noExclusions(1) },
      });
      const action = learner.policy.distribution(stateAt(turn)).sample(random);
      recorder.recordAction(stateAt(turn), action);
      shown.push([action.items[0], action.propensity[0]]);
      const reward = action.items[0] % 2;
      historyItems.copyWithin(0, 1);
      historyFeedback.copyWithin(0, 1);
      historyItems[HISTORY - 1] = action.items[0];
      historyFeedback[HISTORY - 1] = reward;
      const left = Uint8Array.of(turn === TURNS - 1 ? 1 : 0);
      const feedback = { reward: Float32Array.of(reward), terminated: left, truncated: Uint8Array.of(0) };
      recorder.recordFeedback(stateAt(turn + 1), feedback);
      if (recorder.rows >= 16) learner.learn(recorder.take());
    }
  }
  if (recorder.rows > 0) learner.learn(recorder.take());
  return shown;
}

const keys = (from: number, to: number) => Array.from({ length: to - from }, (_, k) => from + k);

describe.each(Object.entries(CASES))('%s', (_name, { make, networks }) => {
  test('lists each network that new items have to be placed in once', () => {
    const pretrained = makePretrained();
    const learner = make(pretrained);
    expect(learner.networks.length).toBe(networks);
    expect(new Set(learner.networks).size).toBe(networks);
    expect(learner.networks.at(-1)).toBe(pretrained);
  });

  test('resumed after items were placed, it goes on bit for bit', () => {
    const index = createItemIndex({ ids: ['a', 'b', 'c', 'd', 'e', 'f'], capacity: CAPACITY });
    const learner = make(makePretrained());
    serve(learner, keys(0, 20), index.available, 1);
    const added = index.add(['g', 'h']);
    for (const network of learner.networks) placeItems(network, added, { embeddings, available: index.available });
    serve(learner, keys(20, 40), index.available, 2);
    const checkpoint = structuredClone(learner.checkpoint!());

    const resumed = make(makePretrained());
    const frozen = (of: Deployed) => of.networks.at(-1)!.weights();
    expect(frozen(resumed)).not.toEqual(frozen(learner));
    resumed.restore!(checkpoint);
    const [whole, rest] = [learner, resumed].map((each) => serve(each, keys(40, 60), index.available, 3));
    expect(rest).toEqual(whole);
    for (const [k, network] of learner.networks.entries()) {
      expect(resumed.networks[k].trainingState()).toEqual(network.trainingState());
    }
    expect(resumed.checkpoint!()).toEqual(learner.checkpoint!());
  });
});

test('a checkpoint of a deployment with another pre-trained policy is refused, and nothing is changed', () => {
  const deploy = (pretrained: Network) => CASES['A-iALP_ap by step'].make(pretrained);
  const learner = deploy(makePretrained());
  const before = learner.checkpoint!();
  const larger = createNetwork({
    ...{ items: CAPACITY, historyLength: HISTORY, embedding: 4, hidden: 16, random: createRandom(1) },
  });
  const other = createAdaptiveLearner({
    ...{ pretrained: createNetworkPolicy(larger), online: createA2C({ network: networkOf(2) }) },
  });
  expect(() => learner.restore!(other.checkpoint!())).toThrow(expect.objectContaining({ name: 'WeightsError' }));
  const without = createAdaptiveLearner({
    ...{ pretrained: fixedPolicy(Array(CAPACITY).fill(1 / CAPACITY)), online: onlineOf(makePretrained()) },
  });
  expect(() => learner.restore!(without.checkpoint!())).toThrow(CheckpointError);
  expect(learner.checkpoint!()).toEqual(before);
});

test('a policy without a network has none to place items in', () => {
  const online = onlineOf(makePretrained());
  const pretrained = fixedPolicy(Array(CAPACITY).fill(1 / CAPACITY));
  const learner = createAdaptiveLearner({ pretrained, online });
  expect(learner.networks).toEqual([online.network]);
  expect(withRewardFloor({ pretrained, learner }).networks).toEqual([online.network]);
});
