import { createRandom, InvalidOptionError } from '@ialp/core';
import { createSimulator } from '@ialp/env';
import {
  createA2C,
  createFrozenLearner,
  createNetwork,
  createNetworkPolicy,
  type Network,
  runOnline,
} from '@ialp/policy';
import { expect, test } from 'vitest';
import {
  createAdaptiveLearner,
  createAnnealedGate,
  createCusumDetector,
  createFineTuningLearner,
  createMixturePolicy,
  createOnlineNetwork,
  createPageHinkleyDetector,
  createReturnAdaptiveGate,
  createSessionPolicy,
  createSessionReturnGate,
  createValueSoftmaxGate,
  falseAlarmRate,
} from './index.js';

const makeNetwork = (items = 8, heads: Network['heads'] = ['actor', 'value']): Network =>
  createNetwork({ items, heads, embedding: 4, hidden: 8, random: createRandom(1) });
const network = makeNetwork();
const pretrained = createNetworkPolicy(network);
const q = makeNetwork(8, ['q']);
const online = () => createA2C({ network: network.copy() });

test.each<[string, () => unknown, string | RegExp]>([
  ['per', () => createAdaptiveLearner({ pretrained, online: online(), per: 'session' } as never), /found "per"/],
  [
    'regretbudget',
    () => createReturnAdaptiveGate({ critic: network, regretbudget: 1 } as never),
    /found "regretbudget"/,
  ],
  ['windowSession', () => createSessionReturnGate({ windowSession: 1 } as never), /found "windowSession"/],
  ['burnin', () => createCusumDetector({ burnin: 10 } as never), /found "burnin"/],
  ['beta', () => createPageHinkleyDetector({ beta: 10 } as never), /found "beta"/],
  ['form', () => createAnnealedGate({ interactions: 10, form: 'cosine' } as never), /found "form"/],
  ['scale', () => createOnlineNetwork(network, { logitScale: 0.5, scale: 1 } as never), /found "scale"/],
  [
    'a network as pretrained',
    () => createAdaptiveLearner({ pretrained: network, online: online() } as never),
    'pretrained: expected a policy, such as createNetworkPolicy(network); found a network.',
  ],
  [
    'a network as online',
    () => createAdaptiveLearner({ pretrained, online: network } as never),
    'online: expected a learner, such as createA2C({ network }); found a network.',
  ],
  [
    'the pre-trained network itself',
    () => createOnlineNetwork(network, network),
    /^start: .*found the pre-trained network/,
  ],
  [
    'another catalogue',
    () => createOnlineNetwork(network, makeNetwork(9)),
    'start: expected a network for the catalogue of 8 items; found one for 9 items.',
  ],
  ['a policy', () => createOnlineNetwork(pretrained as never, 'warm'), /^pretrained: expected a network/],
  ['no function', () => createFineTuningLearner(network, undefined as never), /^createLearner: expected a function/],
  ['no options of a gate', () => createAnnealedGate(undefined as never), /^options: expected an object/],
  ['an unknown shape', () => createAnnealedGate({ interactions: 10, shape: 'toString' as never }), /^shape: /],
  ['no draws', () => falseAlarmRate({ make: createCusumDetector } as never), /^draw: expected a function/],
  [
    'no generator',
    () => falseAlarmRate({ make: createCusumDetector, draw: () => 1, length: 1, runs: 1 } as never),
    /^random: /,
  ],
  [
    'a weight',
    () => createMixturePolicy(pretrained, pretrained, 0.5 as never),
    'weigh: expected a function, such as (observation, weights) => weights.fill(0.5); found 0.5.',
  ],
  [
    'a weight by session',
    () => createSessionPolicy(pretrained, pretrained, 0.5 as never),
    /^weigh: expected a function/,
  ],
  [
    'no head q',
    () => createValueSoftmaxGate({ pretrained: network, online: network, values: network }),
    "values: expected a network with the head 'q'; found one with the heads actor, value.",
  ],
  [
    'a policy as pretrained',
    () => createValueSoftmaxGate({ pretrained, online: network, values: q } as never),
    /^pretrained: expected a network with the head 'actor'/,
  ],
  [
    'another catalogue of values',
    () => createValueSoftmaxGate({ pretrained: network, online: makeNetwork(9), values: q }),
    /^online: .*found one for 9 items/,
  ],
])('refuses %s', (_what, make, message) => {
  expect(make).toThrow(InvalidOptionError);
  expect(make).toThrow(message);
});

test('a critic for another catalogue is named', () => {
  const learner = createAdaptiveLearner({
    ...{ pretrained, online: createFrozenLearner(pretrained) },
    gate: createReturnAdaptiveGate({ critic: makeNetwork(4) }),
  });
  const respond = (_: unknown, item: number) => item % 2;
  const responses = {
    specificationVersion: 'v1' as const,
    users: 1,
    items: 8,
    rewardRange: [0, 1] as const,
    window: 0,
    respond,
  };
  const environment = createSimulator({ name: 'odd', responses });
  expect(() => runOnline({ environment, learner, interactions: 100, seed: 1, random: createRandom(1) })).toThrow(
    'critic: expected a critic for the catalogue of 8 items; found a network for 4 items.',
  );
});
