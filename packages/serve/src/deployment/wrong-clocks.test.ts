/** Times of events that are not in the order of the log: clocks differ between processes, and jump. */
import fc from 'fast-check';
import { expect, test } from 'vitest';
import type { DecisionEvent, FeedbackEvent, ServeEvent } from '../events.js';
import { Deadlines } from './deadlines.js';
import { DeploymentState } from './deployment-state.js';
import { earliestTime, latestTime } from './event-times.js';
import { checkRules } from './rules.js';
import { restoreSnapshot, snapshotOf } from './snapshot.js';

const WINDOW = 1_000;
const AHEAD = 3_600_000;

function decision(k: number, at: number): DecisionEvent {
  return {
    ...{ type: 'decision', id: `d${k}`, at, session: `s${k}`, key: k, turn: 0, items: ['a'], propensity: [0.5] },
    ...{ history: { items: [], feedback: [] }, policy: 1 },
  };
}

const reward = (k: number, at: number): FeedbackEvent => ({
  ...{ type: 'feedback', id: `f${k}`, at, decision: `d${k}`, reward: 1 },
});

function start(events: readonly ServeEvent[]) {
  const closed: string[] = [];
  const ended: string[] = [];
  const listener = {
    closed: ({ event }: { event: DecisionEvent }) => closed.push(event.id),
    ended: ({ session }: { session: string }) => ended.push(session),
  };
  const rules = checkRules({ feedbackWindowMs: WINDOW, idleTimeoutMs: 2 * WINDOW, endGraceMs: 10 });
  const state = new DeploymentState(rules, listener);
  for (const event of events) state.apply(event);
  return { state, closed, ended, listener, rules };
}

test('a decision whose time is in the future holds up no other, nor does its session', () => {
  const { state, closed, ended } = start([decision(0, AHEAD), decision(1, 5), decision(2, 6)]);
  state.advance(WINDOW + 5);
  expect(closed).toEqual(['d1']);
  state.advance(2 * WINDOW + 6);
  expect(closed).toEqual(['d1', 'd2']);
  expect(ended).toEqual(['s1', 's2']);
  state.advance(AHEAD + 2 * WINDOW);
  expect(closed).toEqual(['d1', 'd2', 'd0']);
  expect(ended).toEqual(['s1', 's2', 's0']);
});

test('the same after a restart', () => {
  const { state, closed, listener, rules } = start([decision(0, AHEAD), decision(1, 5), decision(2, 6)]);
  const again = new DeploymentState(rules, listener);
  restoreSnapshot(again, JSON.parse(JSON.stringify(snapshotOf(state).snapshot)));
  again.advance(WINDOW + 6);
  expect(closed).toEqual(['d1', 'd2']);
});

test('the end of a session whose time is in the future holds up no other', () => {
  const end = (k: number, at: number): ServeEvent => ({ type: 'end', at, session: `s${k}` });
  const { state, closed } = start([decision(0, 5), decision(1, 5), end(0, AHEAD), end(1, 6)]);
  state.advance(16);
  expect(closed).toEqual(['d1']);
});

test('feedback to unknown decisions is forgotten by its own time', () => {
  const { state } = start([reward(0, AHEAD), reward(1, 5)]);
  state.advance(WINDOW + 5);
  expect(state.counts.unmatchedFeedback).toBe(1);
  expect(state.early.all).toHaveLength(1);
  state.apply(decision(0, 5));
  expect(state.early.all).toHaveLength(0);
});

test('the time of events is that of the earliest, and feedback has none', () => {
  expect(earliestTime([decision(0, AHEAD), decision(1, 5), reward(0, 2)])).toBe(5);
  expect(earliestTime([reward(0, 2)])).toBeUndefined();
  expect(latestTime(4, decision(1, 5))).toBe(5);
  expect(latestTime(6, decision(1, 5))).toBe(6);
  expect(latestTime(6, reward(1, AHEAD))).toBe(6);
  expect(latestTime(6, decision(1, Date.now() + AHEAD))).toBeLessThanOrEqual(Date.now());
});

test('deadlines come in the order of their times, equal ones in the order of their arrival', () => {
  fc.assert(
    fc.property(fc.array(fc.integer({ min: 0, max: 20 })), fc.integer({ min: 0, max: 20 }), (times, now) => {
      const deadlines = new Deadlines<number>(() => true);
      for (const [k, at] of times.entries()) deadlines.add(k, at);
      const found: number[] = [];
      for (let k = deadlines.due(now); k !== undefined; k = deadlines.due(now)) {
        found.push(k);
        deadlines.shift();
      }
      // `sort` is stable.
      const expected = [...times.keys()].filter((k) => times[k] <= now).sort((a, b) => times[a] - times[b]);
      expect(found).toEqual(expected);
    }),
  );
});
