import { createRandom, InvalidOptionError } from '@ialp/core';
import { createSimulator } from '@ialp/env';
import { createFrozenLearner, type Learner, type Policy, Rollout, runOnline } from '@ialp/policy';
import { describe, expect, test } from 'vitest';
import type { Gate, GateExperience } from '../gate.js';
import { withRewardFloor } from '../guardrails/reward-floor.js';
import { createAdaptiveLearner } from '../learners/adaptive-learner.js';
import { fixedPolicy, makeObservation } from '../test-support/policies.js';

const ITEMS = 4;
const STEPS = 8;
const frozen = (policy: Policy): Learner => ({ ...createFrozenLearner(policy), rolloutLength: STEPS });

/** A gate that remembers what it was told of. */
function watching(weight: number): { gate: Gate; told: GateExperience[] } {
  const told: GateExperience[] = [];
  return {
    told,
    gate: {
      specificationVersion: 'v1',
      weigh: (_, weights) => void weights.fill(weight),
      observe: (each) => void told.push(each),
    },
  };
}

/** Four sessions that take turns in one row, as requests of four visitors come to a server. */
function interleaved(learner: Learner): Rollout {
  const random = createRandom(1);
  const newest = [-1, -1, -1, -1];
  const rollout = new Rollout(STEPS, makeObservation(1, ITEMS));
  for (let step = 0; step < STEPS; step++) {
    const visitor = step % newest.length;
    const stateOf = () => ({
      ...makeObservation(1, ITEMS),
      historyItems: Int32Array.of(newest[visitor]),
      turn: Int32Array.of(Math.floor(step / newest.length)),
    });
    const observation = stateOf();
    const action = learner.policy.distribution(observation).sample(random);
    rollout.recordAction(observation, action);
    newest[visitor] = action.items[0];
    const feedback = { reward: Float32Array.of(1), terminated: Uint8Array.of(0), truncated: Uint8Array.of(0) };
    rollout.recordFeedback(stateOf(), feedback);
  }
  return rollout;
}

/** Shows one item, the next one in each turn. */
const byTurn = (offset: number): Policy => ({
  specificationVersion: 'v1',
  items: ITEMS,
  distribution({ turn, sessions }) {
    const propensity = (items: Int32Array): Float32Array =>
      Float32Array.from({ length: sessions }, (_, row) => (items[row] === (turn[row] + offset) % ITEMS ? 0.7 : 0.1));
    return {
      propensity,
      sample(random) {
        const items = Int32Array.from(turn, (count) => {
          const rest = (random.uniform() - 0.7) / 0.1;
          return rest < 0 ? (count + offset) % ITEMS : (count + offset + 1 + Math.floor(rest)) % ITEMS;
        });
        return { items, propensity: propensity(items) };
      },
    };
  },
});

test('sessions that take turns in one row are refused by session, with what to do', () => {
  const parts = { pretrained: fixedPolicy([0.1, 0.2, 0.3, 0.4]), online: frozen(fixedPolicy([0.4, 0.3, 0.2, 0.1])) };
  const learner = createAdaptiveLearner({ ...parts, gate: watching(0.5).gate, by: 'session' });
  const floor = withRewardFloor({ pretrained: parts.pretrained, learner: parts.online });
  for (const each of [learner, floor]) {
    const rollout = interleaved(each);
    expect(() => each.learn(rollout)).toThrow(InvalidOptionError);
    expect(() => each.learn(rollout)).toThrow(/one session in each row until it ends.*by: 'step'/);
  }
  // By step no row has to stay with a session.
  const byStep = createAdaptiveLearner({ ...parts, gate: watching(0.5).gate });
  expect(() => byStep.learn(interleaved(byStep))).not.toThrow();
});

test('a reward floor refuses a rollout whose sessions it did not divide', () => {
  const pretrained = fixedPolicy([0.1, 0.2, 0.3, 0.4]);
  const make = () => withRewardFloor({ pretrained, learner: frozen(pretrained) });
  const [gathering, other] = [make(), make()];
  expect(() => other.learn(interleaved(gathering))).toThrow(/actions other than the last of this policy/);
});

describe.each(['step', 'session'] as const)('by %s', (by) => {
  test('policies that depend on the turn have exact propensities, however short the history', () => {
    let turn = 0;
    // What is told is looked at once: the next rollout is gathered in the same arrays.
    const observe = ({ rollout, propensities }: GateExperience): void => {
      const { pretrained, online } = propensities();
      for (let row = 0; row < rollout.actions.length; row++) {
        const now = (turn + Math.floor(row / rollout.sessions)) % 20;
        const chance = (offset: number) => (rollout.actions[row] === (now + offset) % ITEMS ? 0.7 : 0.1);
        expect(pretrained[row]).toBeCloseTo(chance(0), 6);
        expect(online[row]).toBeCloseTo(chance(2), 6);
      }
      turn += rollout.steps;
    };
    const gate: Gate = { ...watching(by === 'step' ? 1 : 0.5).gate, observe };
    const environment = createSimulator({
      name: 'anything',
      responses: {
        specificationVersion: 'v1',
        users: 1,
        items: ITEMS,
        rewardRange: [0, 1],
        window: 0,
        respond: () => 1,
      },
      ...{ sessions: 4, maxTurns: 20, historyLength: 3, repeats: true },
    });
    const learner = createAdaptiveLearner({ pretrained: byTurn(0), online: frozen(byTurn(2)), gate, by });
    runOnline({ environment, learner, interactions: 400, seed: 1, random: createRandom(2), finishSessions: false });
    expect(turn).toBe(100 - (100 % STEPS));
  });
});

test('a rollout of another policy of the same size is not attributed', () => {
  const { gate, told } = watching(0.5);
  const parts = { pretrained: fixedPolicy([0.1, 0.2, 0.3, 0.4]), online: frozen(fixedPolicy([0.4, 0.3, 0.2, 0.1])) };
  const learner = createAdaptiveLearner({ ...parts, gate, by: 'session' });
  interleaved(learner);
  learner.learn(interleaved(frozen(fixedPolicy([0.25, 0.25, 0.25, 0.25]))));
  expect(told).toHaveLength(1);
  expect(told[0].pretrainedActs).toBeUndefined();
});
