/** The weights of a frozen network, which are published with every policy and rarely change. */
import { createRandom } from '@ialp/core';
import { createA2C, createNetwork, createNetworkPolicy, type Learner, type Network } from '@ialp/policy';
import { describe, expect, test } from 'vitest';
import { createConstantGate } from '../gates/constant.js';
import { withRewardFloor } from '../guardrails/reward-floor.js';
import { createAdaptiveLearner } from '../learners/adaptive-learner.js';

const makeNetwork = (seed: number): Network =>
  createNetwork({ items: 9, historyLength: 2, embedding: 4, hidden: 8, random: createRandom(seed) });

function adaptive(): { frozen: Network; learner: Learner } {
  const frozen = makeNetwork(1);
  const online = createA2C({ network: makeNetwork(2) });
  const pretrained = createNetworkPolicy(frozen);
  return { frozen, learner: createAdaptiveLearner({ pretrained, online, gate: createConstantGate(0.5) }) };
}

function floor(): { frozen: Network; learner: Learner } {
  const frozen = makeNetwork(1);
  const pretrained = createNetworkPolicy(frozen);
  return { frozen, learner: withRewardFloor({ pretrained, learner: createA2C({ network: makeNetwork(2) }) }) };
}

function changeOneNumber(network: Network): void {
  const weights = network.weights();
  weights['positive'].data[7] += 1;
  network.setWeights(weights);
}

describe.each([
  { name: 'an adaptive learner', make: adaptive },
  { name: 'a reward floor', make: floor },
])('$name', ({ make }) => {
  test('takes a network that has changed, after states in which it had not', () => {
    const [learning, deciding] = [make(), make()];
    const publish = (): void => deciding.learner.setPolicyState!(learning.learner.policyState!());
    for (let round = 0; round < 3; round++) {
      publish();
      publish();
      expect(deciding.frozen.weights()).toEqual(learning.frozen.weights());
      changeOneNumber(learning.frozen);
      expect(deciding.frozen.weights()).not.toEqual(learning.frozen.weights());
    }
  });

  test('takes the same state again after a change of its own', () => {
    const [learning, deciding] = [make(), make()];
    const state = learning.learner.policyState!();
    deciding.learner.setPolicyState!(state);
    // As a process does that places new items while it learns, and then follows another one.
    changeOneNumber(deciding.frozen);
    deciding.learner.setPolicyState!(state);
    expect(deciding.frozen.weights()).toEqual(learning.frozen.weights());
  });
});
