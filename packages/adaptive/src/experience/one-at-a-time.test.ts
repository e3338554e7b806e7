import { CHOSEN_BY, createRandom, type Observation } from '@ialp/core';
import { createSimulator } from '@ialp/env';
import { createNetwork, type Learner, runOnline } from '@ialp/policy';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { ChangeDetector } from '../change-detector.js';
import type { Gate, GateExperience } from '../gate.js';
import { createSessionReturnGate } from '../gates/session-return.js';
import { withRewardFloor } from '../guardrails/reward-floor.js';
import { withRollback } from '../guardrails/rollback.js';
import { createAdaptiveLearner } from '../learners/adaptive-learner.js';
import { createSessionPolicy } from '../policies/session-policy.js';
import { frozen, ITEMS, interleaved, ONLINE, PRETRAINED, STEPS, watching } from '../test-support/interleaved.js';
import { turnPolicy } from '../test-support/policies.js';
import { type Schedule, schedules } from '../test-support/schedules.js';
import { Visitors } from '../test-support/visitors.js';

describe('sessions that come one at a time, four at once', () => {
  test('by session, one policy serves each visitor from the first item to the last, and the gate counts the sessions', () => {
    const gate = createSessionReturnGate({ maxPretrainedWeight: 0.5, minSessions: 1000 });
    const learner = createAdaptiveLearner({ pretrained: PRETRAINED, online: frozen(ONLINE), gate, by: 'session' });
    const owners = new Map<number, number>();
    const { shown } = interleaved(learner, 50, ({ rows, states, actions, chosenBy }) => {
      for (let row = 0; row < rows; row++) {
        const owner = owners.get(states.session[row]) ?? chosenBy[row];
        owners.set(states.session[row], owner);
        expect(chosenBy[row]).toBe(owner);
        expect(actions[row]).toBe(owner === CHOSEN_BY.pretrained ? 0 : 1);
      }
    });
    expect(shown.size).toBe(200);
    for (const items of shown.values()) expect(new Set(items).size).toBe(1);
    const ofPretrained = [...shown.values()].filter(([item]) => item === 0).length;
    expect(Math.abs(ofPretrained - 100)).toBeLessThan(30);
    // Five turns with a reward of 1 each.
    expect(gate.estimates).toMatchObject({ pretrainedReward: 5, onlineReward: 5 });
  });

  test('a reward floor serves each visitor by one policy, and accounts for each session', () => {
    const floor = withRewardFloor({ pretrained: PRETRAINED, learner: frozen(ONLINE), firstSessions: 20 });
    const { shown } = interleaved(floor, 100);
    for (const items of shown.values()) expect(new Set(items).size).toBe(1);
    const { statistics } = floor;
    const ofLearner = [...shown.values()].filter(([item]) => item === 1).length;
    expect(statistics).toMatchObject({ pretrainedReward: 5, learnerReward: 5 });
    expect(statistics.pretrainedSessions + statistics.learnerSessions).toBe(400);
    expect(statistics.learnerSessions).toBe(ofLearner);
    // The learner earns as much, so that it gets all sessions after the first ones.
    expect(ofLearner).toBeGreaterThan(350);
  });

  test('sessions that ended are forgotten, those that go on are not', () => {
    const policy = createSessionPolicy(PRETRAINED, ONLINE, (_, weights) => void weights.fill(1));
    const random = createRandom(2);
    const visitors = new Visitors({ items: ITEMS, turnsOf: (session) => (session === 1 ? 2 : 9) });
    for (const session of [1, 2, 1]) {
      visitors.serve([session], (state) => policy.distribution(state).sample(random));
    }
    policy.forgetEnded(visitors.take());
    expect([policy.isFirst(1), policy.isFirst(2)]).toEqual([undefined, true]);
  });

  test('a policy that serves a session is not changed by other sessions, a change of the weight, or a later learner', () => {
    let weight = 1;
    const policy = createSessionPolicy(PRETRAINED, ONLINE, (_, weights) => void weights.fill(weight));
    const random = createRandom(2);
    const visitors = new Visitors({ items: ITEMS });
    const serve = (session: number) =>
      visitors.serve([session], (state) => policy.distribution(state).sample(random)).items[0];
    expect(serve(7)).toBe(0);
    weight = 0;
    expect(serve(8)).toBe(1);
    expect(serve(7)).toBe(0);
    weight = 1;
    expect(serve(8)).toBe(1);
    expect([policy.isFirst(7), policy.isFirst(8), policy.isFirst(9)]).toEqual([true, false, undefined]);
  });
});

/** Serves a schedule, whole batches or one row at a time. */
function serve(learner: Learner, { lengths, batches, updates }: Schedule, oneAtATime: boolean) {
  const random = createRandom(3);
  const visitors = new Visitors({
    ...{ items: ITEMS, turnsOf: (session) => lengths[session] },
    // What a session earns depends on its key and its policy, and little on its length.
    rewardOf: (session, turn, item) => (session % 3 === 0 ? 0.9 : 1) * (item === 0 ? 1 : 0.3) * 0.5 ** turn,
  });
  const decide = (observation: Observation) => learner.policy.distribution(observation).sample(random);
  const chosenBy: number[] = [];
  for (const [k, sessions] of batches.entries()) {
    for (const part of oneAtATime ? sessions.map((session) => [session]) : [sessions]) visitors.serve(part, decide);
    if (!updates.has(k)) continue;
    const trajectories = visitors.take();
    chosenBy.push(...trajectories.chosenBy);
    learner.learn(trajectories);
  }
  return { shown: [...visitors.shown].sort(([a], [b]) => a - b), chosenBy };
}

describe('one row at a time is as all rows in one batch', () => {
  test('by session, where the weight of a session is 0 or 1', () => {
    fc.assert(
      fc.property(schedules(1), (schedule) => {
        const [together, alone] = [false, true].map((oneAtATime) => {
          const gate: Gate = {
            specificationVersion: 'v2',
            weigh: ({ observation }, weights) =>
              weights.set(observation.session.map((key) => ((key * 7) % 3 === 0 ? 1 : 0))),
          };
          const online = frozen(ONLINE);
          const learner = createAdaptiveLearner({ pretrained: PRETRAINED, online, gate, by: 'session' });
          return serve(learner, schedule, oneAtATime);
        });
        expect(alone).toEqual(together);
      }),
    );
  });

  test('with a reward floor: the same assignments, and the same accounts', () => {
    const options = fc.record({
      maxLossShare: fc.double({ min: 0.2, max: 0.8, noNaN: true }),
      firstSessions: fc.integer({ min: 2, max: 5 }),
      confidence: fc.constantFrom(0.01, 0.5, 0.95),
    });
    let [ofLearner, ofPretrained] = [0, 0];
    fc.assert(
      fc.property(schedules(60), options, (schedule, given) => {
        const [together, alone] = [false, true].map((oneAtATime) => {
          const floor = withRewardFloor({ pretrained: PRETRAINED, learner: frozen(ONLINE), ...given });
          const served = serve(floor, schedule, oneAtATime);
          return { ...served, statistics: floor.statistics, checkpoint: floor.checkpoint?.() };
        });
        expect(alone).toEqual(together);
        ofLearner += alone.statistics.learnerSessions;
        ofPretrained += alone.statistics.pretrainedSessions;
      }),
      { numRuns: 60 },
    );
    // Both policies serve many.
    expect(ofLearner).toBeGreaterThan(500);
    expect(ofPretrained).toBeGreaterThan(500);
  });
});

test('a detector gets the reward of each session once, when it ends, however sessions are interleaved', () => {
  fc.assert(
    fc.property(schedules(10), fc.boolean(), (schedule, oneAtATime) => {
      const network = createNetwork({
        items: ITEMS,
        historyLength: 3,
        embedding: 4,
        hidden: 4,
        random: createRandom(1),
      });
      const values: number[] = [];
      const detector: ChangeDetector = {
        ...{ specificationVersion: 'v1', evidence: 0, reset: () => undefined },
        add: (value) => values.push(value) < 0,
      };
      const learner = withRollback(frozen(PRETRAINED), { network, detector });
      serve(learner, schedule, oneAtATime);
      const { lengths, batches, updates } = schedule;
      const turns = lengths.map(() => 0);
      const expected: number[] = [];
      const last = Math.max(...updates);
      for (const session of batches.slice(0, last + 1).flat()) {
        if (++turns[session] < lengths[session]) continue;
        expected.push((session % 3 === 0 ? 0.9 : 1) * (2 - 0.5 ** (lengths[session] - 1)));
      }
      expect(values.length).toBe(expected.length);
      for (const [k, value] of values.entries()) expect(value).toBeCloseTo(expected[k], 5);
    }),
    { numRuns: 30 },
  );
});

describe.each(['step', 'session'] as const)('by %s', (by) => {
  test('policies that depend on the turn have exact propensities, however short the history', () => {
    let turn = 0;
    // What is observed is looked at once: the next experience is recorded in the same arrays.
    const observe = ({ trajectories, propensities }: GateExperience): void => {
      const { rows, actions, states } = trajectories;
      const { pretrained, online } = propensities();
      for (let row = 0; row < rows; row++) {
        const now = (turn + Math.floor(row / 4)) % 20;
        expect(states.turn[row]).toBe(now);
        const chance = (offset: number) => (actions[row] === (now + offset) % ITEMS ? 0.7 : 0.1);
        expect(pretrained[row]).toBeCloseTo(chance(0), 6);
        expect(online[row]).toBeCloseTo(chance(2), 6);
      }
      turn += rows / 4;
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
    const learner = createAdaptiveLearner({
      ...{ pretrained: turnPolicy(ITEMS, 0), online: frozen(turnPolicy(ITEMS, 2)), gate, by },
    });
    runOnline({ environment, learner, interactions: 400, seed: 1, random: createRandom(2), finishSessions: false });
    expect(turn).toBe(100 - (100 % STEPS));
  });

  test('and so they have where visitors come one at a time, at different turns', () => {
    const observe = ({ trajectories, propensities }: GateExperience): void => {
      const { pretrained, online } = propensities();
      for (const [row, action] of trajectories.actions.entries()) {
        const now = trajectories.states.turn[row];
        const chance = (offset: number) => (action === (now + offset) % ITEMS ? 0.7 : 0.1);
        expect(pretrained[row]).toBeCloseTo(chance(0), 6);
        expect(online[row]).toBeCloseTo(chance(2), 6);
      }
    };
    fc.assert(
      fc.property(schedules(1), fc.constantFrom(0, 0.5, 1), (schedule, weight) => {
        const gate: Gate = { ...watching(weight).gate, observe };
        const online = frozen(turnPolicy(ITEMS, 2));
        serve(createAdaptiveLearner({ pretrained: turnPolicy(ITEMS, 0), online, gate, by }), schedule, true);
      }),
      { numRuns: 30 },
    );
  });
});

test('the gate by session learns from visitors who come one at a time', () => {
  // The online policy earns twice as much.
  const rewardOf = (_session: number, _turn: number, item: number) => (item === 1 ? 1 : 0.5);
  const visitors = new Visitors({ items: ITEMS, turnsOf: () => 2, rewardOf });
  const gate = createSessionReturnGate({ maxPretrainedWeight: 0.8, regretBudget: 0 });
  const learner = createAdaptiveLearner({ pretrained: PRETRAINED, online: frozen(ONLINE), gate, by: 'session' });
  const random = createRandom(9);
  for (let session = 0; session < 600; session++) {
    for (let turn = 0; turn < 2; turn++) {
      visitors.serve([session], (state) => learner.policy.distribution(state).sample(random));
    }
    learner.learn(visitors.take());
  }
  expect(gate.estimates).toMatchObject({ weight: 0, pretrainedReward: 1, onlineReward: 2 });
});
