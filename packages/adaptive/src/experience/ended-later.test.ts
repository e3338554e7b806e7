/** Sessions that end by a limit of time, after their last decision was learned from: `TrajectoryRecorder.endSession`. */
import { CHOSEN_BY, createRandom, type Observation, type Trajectories } from '@ialp/core';
import { type Action, createNetwork, type Learner } from '@ialp/policy';
import { describe, expect, test } from 'vitest';
import type { ChangeDetector } from '../change-detector.js';
import type { Gate } from '../gate.js';
import { createReturnAdaptiveGate } from '../gates/return-adaptive.js';
import { createSessionReturnGate } from '../gates/session-return.js';
import { withRewardFloor } from '../guardrails/reward-floor.js';
import { withRollback } from '../guardrails/rollback.js';
import { createAdaptiveLearner } from '../learners/adaptive-learner.js';
import { frozen, ITEMS, ONLINE, PRETRAINED } from '../test-support/interleaved.js';
import { Visitors } from '../test-support/visitors.js';

const [SESSIONS, TURNS, LATER] = [120, 3, 20];

/** Rewards differ between sessions. */
const rewardOf = (session: number, turn: number): number => (1 + (session % 4)) / (1 + turn);
const totalOf = (session: number): number =>
  Array.from({ length: TURNS }, (_, turn) => Math.fround(rewardOf(session, turn))).reduce((sum, each) => sum + each, 0);

const meanTotal = (sessions: readonly number[]): number =>
  sessions.reduce((sum, session) => sum + totalOf(session), 0) / sessions.length;

/**
 * Visitors with three decisions each, one after the other. None says that it leaves: the session is ended after 20 others. The last session
 * is served in the end, as sessions that ended are reported with the next decisions.
 */
function serveIdle(learner: Learner, look: (trajectories: Trajectories) => void = () => {}): void {
  const random = createRandom(1);
  const visitors = new Visitors({ items: ITEMS, rewardOf });
  const decide = (state: Observation): Action => learner.policy.distribution(state).sample(random);
  const learn = (): void => {
    const trajectories = visitors.take();
    look(trajectories);
    learner.learn(trajectories);
  };
  for (let session = 0; session < SESSIONS; session++) {
    for (let turn = 0; turn < TURNS; turn++) visitors.serve([session], decide);
    if (visitors.recorder.rows >= 8) learn();
    if (session >= LATER) visitors.recorder.endSession(session - LATER);
  }
  for (let session = SESSIONS - LATER; session < SESSIONS; session++) visitors.recorder.endSession(session);
  visitors.serve([SESSIONS], decide);
  learn();
}

/** The size of the first array of this name in a checkpoint. */
function sizeOf(checkpoint: unknown, name: string): number {
  const found = find(checkpoint, name);
  expect(ArrayBuffer.isView(found)).toBe(true);
  return (found as Float64Array).length;
}

function find(value: unknown, name: string): unknown {
  if (typeof value !== 'object' || value === null || ArrayBuffer.isView(value)) return undefined;
  const own = (value as Readonly<Record<string, unknown>>)[name];
  return (
    own ??
    Object.values(value)
      .map((each) => find(each, name))
      .find((each) => each !== undefined)
  );
}

test('most sessions end without a step in the trajectories', () => {
  let closed = 0;
  serveIdle(frozen(PRETRAINED), (trajectories) => {
    closed += trajectories.closed?.length ?? 0;
  });
  expect(closed).toBeGreaterThan(SESSIONS / 2);
});

test('by session: the gate counts all sessions, with the policy that served each, and their assignments are forgotten', () => {
  const gate = createSessionReturnGate({ maxPretrainedWeight: 0.5, minSessions: 1000, windowSessions: 1000 });
  const learner = createAdaptiveLearner({ pretrained: PRETRAINED, online: frozen(ONLINE), gate, by: 'session' });
  const owners = new Map<number, number>();
  serveIdle(learner, ({ states, chosenBy }) => {
    for (const [row, key] of states.session.entries()) owners.set(key, chosenBy[row]);
  });
  const meanOf = (who: number): number => {
    const served = Array.from({ length: SESSIONS }, (_, session) => session).filter((key) => owners.get(key) === who);
    expect(served.length).toBeGreaterThan(40);
    return meanTotal(served);
  };
  expect(gate.estimates.pretrainedReward).toBeCloseTo(meanOf(CHOSEN_BY.pretrained), 5);
  expect(gate.estimates.onlineReward).toBeCloseTo(meanOf(CHOSEN_BY.online), 5);
  // Only the last session is open.
  expect(sizeOf(learner.checkpoint?.()['sessions'], 'keys')).toBe(1);
  expect(sizeOf(gate.checkpoint?.(), 'keys')).toBe(1);
});

test('the gate goes on from a checkpoint with open sessions', () => {
  const make = () => createSessionReturnGate({ minSessions: 1000 });
  const [whole, ...parts] = [make(), make(), make()];
  let current = parts[0];
  const gate: Gate = {
    ...{ specificationVersion: 'v2', weigh: (_, weights) => void weights.fill(0.5) },
    observe(experience) {
      whole.observe?.(experience);
      current.observe?.(experience);
      const next = make();
      next.restore?.(current.checkpoint?.() ?? {});
      current = next;
    },
  };
  serveIdle(createAdaptiveLearner({ pretrained: PRETRAINED, online: frozen(ONLINE), gate, by: 'session' }));
  expect(current.estimates).toEqual(whole.estimates);
  expect(whole.estimates.onlineReward).not.toBeNull();
});

test('a reward floor accounts for all sessions, and forgets them', () => {
  const [learner, rates] = [frozen(ONLINE), { maxLossShare: 0.6, confidence: 0.5, firstSessions: 10 }];
  const floor = withRewardFloor({ pretrained: PRETRAINED, learner, ...rates });
  const served: [pretrained: number[], learner: number[]] = [[], []];
  serveIdle(floor, ({ states, actions }) => {
    for (const [row, key] of states.session.entries()) {
      if (states.turn[row] === 0 && key < SESSIONS) served[actions[row]].push(key);
    }
  });
  for (const sessions of served) expect(sessions.length).toBeGreaterThan(10);
  const { pretrainedSessions, learnerSessions, pretrainedReward, learnerReward } = floor.statistics;
  expect([pretrainedSessions, learnerSessions]).toEqual(served.map((sessions) => sessions.length));
  expect(pretrainedReward).toBeCloseTo(meanTotal(served[0]), 5);
  expect(learnerReward).toBeCloseTo(meanTotal(served[1]), 5);
  const { sessions, rewards } = floor.checkpoint!() as Readonly<Record<'sessions' | 'rewards', unknown>>;
  expect([sizeOf(sessions, 'keys'), sizeOf(rewards, 'keys')]).toEqual([1, 1]);
});

test('a detector gets the reward of each session', () => {
  const values: number[] = [];
  const detector: ChangeDetector = {
    ...{ specificationVersion: 'v1', evidence: 0, reset: () => undefined },
    add: (value) => values.push(value) < 0,
  };
  const network = createNetwork({ items: ITEMS, historyLength: 3, embedding: 4, hidden: 4, random: createRandom(1) });
  serveIdle(withRollback(frozen(PRETRAINED), { network, detector }));
  expect(values.length).toBe(SESSIONS);
  for (const [session, value] of values.entries()) expect(value).toBeCloseTo(totalOf(session), 5);
});

describe('the return-adaptive gate', () => {
  const critic = { values: ({ rows }: Pick<Observation, 'rows'>) => new Float32Array(rows).fill(0.3) };
  const make = () => createReturnAdaptiveGate({ critic, windowInteractions: 200 });

  test('has the estimates of sessions that end with their last step, and a place for open sessions only', () => {
    const [later, atOnce] = [make(), make()];
    const gate: Gate = {
      ...{ specificationVersion: 'v2', weigh: (_, weights) => void weights.fill(0.5) },
      observe({ trajectories, propensities }) {
        // Rewards that depend on the policy.
        const reward = trajectories.reward.map((each, row) => each * (trajectories.actions[row] === 0 ? 1 : 0.5));
        later.observe?.({ trajectories: { ...trajectories, reward }, propensities });
        const end = trajectories.last.turn.map((turn) => (turn === TURNS ? 2 : 0));
        const { closed: _, ...rest } = trajectories;
        atOnce.observe?.({ trajectories: { ...rest, reward, end: Uint8Array.from(end) }, propensities });
      },
    };
    serveIdle(createAdaptiveLearner({ pretrained: PRETRAINED, online: frozen(ONLINE), gate }));
    expect(later.estimates.gap).toBeGreaterThan(0);
    expect(later.estimates.gap).toBeCloseTo(atOnce.estimates.gap, 9);
    expect(later.estimates.standardError).toBeCloseTo(atOnce.estimates.standardError, 9);
    expect(sizeOf(later.checkpoint?.(), 'keys')).toBeLessThan(2 * LATER);
  });
});
