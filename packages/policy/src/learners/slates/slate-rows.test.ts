import { createRandom, excludedIn } from '@ialp/core';
import { expect, test } from 'vitest';
import { TrajectoryRecorder } from '../../experience/trajectory-recorder.js';
import { createNetworkPolicy } from '../../policies/network-policy.js';
import { createA2C } from '../online/a2c.js';
import { creditedWeights } from './slate-credit.js';
import { CLICKBAIT, slateEnvironment, slateNetwork } from './slate-problem.js';
import { slateRows } from './slate-rows.js';

function experience() {
  const network = slateNetwork(CLICKBAIT, ['actor', 'value'], 3);
  network.scaleActor(200);
  const environment = slateEnvironment(CLICKBAIT);
  const recorder = new TrajectoryRecorder({ items: 6, historyLength: 1, slateSize: 2 });
  const observation = environment.reset({ seed: 1 });
  const action = createNetworkPolicy(network).distribution(observation).sample(createRandom(2), { count: 2 });
  recorder.recordAction(observation, action);
  const step = environment.step(action.items);
  recorder.recordFeedback(step.observation, step);
  return { network, trajectories: recorder.take() };
}

test('an item below another is an action in the state without that other', () => {
  const { network, trajectories } = experience();
  const { states, actions } = slateRows(trajectories);
  expect(states.rows).toBe(2 * trajectories.rows);
  expect([...excludedIn(states.exclusions, 6)]).toEqual([]);
  expect([...excludedIn(states.exclusions, 7)]).toEqual([actions[6]]);
  // The policy's own log probabilities are those of the recorded propensities.
  let logs = new Float32Array(0);
  const look = ({ logProbability }: { readonly logProbability: Float32Array }) => {
    logs = logProbability.slice();
    return {};
  };
  network.trainStep(states, actions, look, { learningRate: 0, valueWeight: 0, entropyWeight: 0, maxGradientNorm: 1 });
  for (const [place, log] of logs.entries()) expect(Math.exp(log)).toBeCloseTo(trajectories.propensity[place], 5);
});

test('on its own slates a learner has all importance weights 1', () => {
  const { network, trajectories } = experience();
  for (const slateCredit of ['choice', 'slate'] as const) {
    const report = createA2C({ network: network.copy(), slateCredit }).learn(trajectories);
    expect(report['overlap']).toBeCloseTo(1, 5);
  }
});

test('the choice is credited, or all items where nothing was chosen; the whole slate on demand', () => {
  const input = {
    ...{ rows: 2, slateSize: 2, choice: Int32Array.of(1, -1), advantage: Float32Array.of(2, -1) },
    slateWeight: Float32Array.of(1, 0.5),
    probability: Float32Array.of(0.5, 0.25, 0.5, 0.25),
    propensity: Float32Array.of(0.5, 0.25, 0.5, 0.5),
    maxImportanceWeight: 1,
  };
  // Chosen: K * rho * K (1 - pi)^(K - 1) * A = 2 * 1 * 2 * 0.75 * 2; none: half of that for each, with rho 1 and 0.5.
  const expected = [0, 6, -1 * 2 * 0.5, (-1 * 2 * 0.75) / 2];
  expect([...creditedWeights(input, 'choice')].map((weight) => Number(weight.toFixed(5)))).toEqual(expected);
  expect([...creditedWeights(input, 'slate')]).toEqual([4, 4, -1, -1]);
});
