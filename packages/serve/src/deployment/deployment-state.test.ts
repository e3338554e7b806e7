import { describe, expect, test } from 'vitest';
import type { DecisionEvent, FeedbackEvent, ServeEvent } from '../events.js';
import { DeploymentState } from './deployment-state.js';
import { checkRules, type DeploymentRules } from './rules.js';
import { restoreSnapshot, snapshotOf } from './snapshot.js';

const WINDOW = 1_000;

function decision(id: string, fields: Partial<DecisionEvent> = {}): DecisionEvent {
  return {
    ...{ type: 'decision', id, at: 0, session: 's', key: 1, turn: 0, items: ['a', 'b'], propensity: [0.5, 0.5] },
    history: { items: [], feedback: [] },
    policy: 1,
    ...fields,
  };
}

let feedbackIds = 0;
function feedback(of: string, fields: object = {}): ServeEvent {
  return { type: 'feedback', id: `f${feedbackIds++}`, at: 1, decision: of, reward: 1, ...fields } as ServeEvent;
}

/** Applies events, and returns what each decision earned in the order in which their windows closed. */
function run(events: readonly ServeEvent[], rules: DeploymentRules = {}) {
  const earned: (readonly [id: string, reward: number, choice: number])[] = [];
  const ended: string[] = [];
  const state = new DeploymentState(checkRules({ feedbackWindowMs: WINDOW, ...rules }), {
    closed: ({ event }, _visit, { reward, choice }) => earned.push([event.id, reward, choice]),
    ended: ({ session, end }) => ended.push(`${session} ${end}`),
  });
  for (const event of events) state.apply(event);
  return { state, earned, ended };
}

test('the first of two rewards that were read before their decision closes it, once', () => {
  const { state, earned } = run([feedback('d'), feedback('d', { reward: 2 }), decision('d')], { rewards: 'first' });
  expect(earned.map(([id, reward]) => [id, reward])).toEqual([['d', 1]]);
  expect(state.counts).toMatchObject({ decisions: 1, feedback: 2, lateFeedback: 1 });
});

describe('rewards of a decision', () => {
  const given = [
    decision('d'),
    feedback('d', { item: 'b', reward: 1 }),
    feedback('d', { item: 'b', reward: 2 }),
    feedback('d', { item: 'a', reward: 0.5 }),
    feedback('d', { reward: 4 }),
  ];

  test.each([
    ['sum', 7.5, 1],
    ['last', 6.5, 1],
    ['first', 1, 1],
  ] as const)('%s', (rewards, reward, choice) => {
    const { state, earned } = run(given, { rewards });
    state.advance(WINDOW);
    expect(earned).toEqual([['d', reward, choice]]);
  });

  test('none: the default reward, once the window has closed', () => {
    const { state, earned } = run([decision('d')], { defaultReward: -0.5 });
    state.advance(WINDOW - 1);
    expect(earned).toEqual([]);
    state.advance(WINDOW);
    expect(earned).toEqual([['d', -0.5, -1]]);
  });

  test('a reward sent twice with the same id counts once', () => {
    const { state, earned } = run([decision('d'), feedback('d', { id: 'x' }), feedback('d', { id: 'x' })]);
    state.advance(WINDOW);
    expect(earned).toEqual([['d', 1, -1]]);
    expect(state.counts).toMatchObject({ feedback: 1, repeatedFeedback: 1 });
  });

  test('can be taken back: one, those of an item, or all', () => {
    const retraction = (fields: object): ServeEvent => ({
      type: 'retraction',
      id: 'r',
      at: 2,
      decision: 'd',
      ...fields,
    });
    const rewards = [
      decision('d'),
      feedback('d', { id: 'x', item: 'a', reward: 1 }),
      feedback('d', { item: 'a', reward: 2 }),
    ];
    const all = [...rewards, feedback('d', { item: 'b', reward: 4 })];
    const left = (fields: object): number => {
      const { state, earned } = run([...all, retraction(fields)]);
      state.advance(WINDOW);
      return earned[0][1];
    };
    expect([left({ feedback: 'x' }), left({ item: 'a' }), left({})]).toEqual([6, 4, 0]);
  });

  test('after the window counts as late, by its own time and after it has closed', () => {
    const { state, earned } = run([decision('d'), feedback('d', { at: WINDOW + 1 })]);
    state.advance(WINDOW);
    state.apply(feedback('d', { at: 3 }));
    expect(earned).toEqual([['d', 0, -1]]);
    expect(state.counts).toMatchObject({ feedback: 2, lateFeedback: 2, unmatchedFeedback: 0 });
  });

  test('before its decision waits for it; without one it is unmatched', () => {
    const { state, earned } = run([feedback('d', { item: 'b' }), feedback('none'), decision('d')]);
    state.advance(WINDOW + 1);
    expect(earned).toEqual([['d', 1, 1]]);
    expect(state.counts).toMatchObject({ feedback: 2, lateFeedback: 0, unmatchedFeedback: 1 });
  });
});

describe('what a policy sees of a session', () => {
  test('its last items with the feedback to each, the newest last', () => {
    const events = [
      decision('d0'),
      feedback('d0', { item: 'b', reward: 2 }),
      decision('d1', { turn: 1, items: ['c', 'd'] }),
      feedback('d1', { reward: 1 }),
    ];
    const { state } = run(events, { historyLength: 3 });
    const visit = state.visits.get('s')!;
    expect([visit.items, visit.feedback, visit.turn]).toEqual([['b', 'c', 'd'], [2, 0.5, 0.5], 2]);
    expect([...visit.seen]).toEqual(['a', 'b', 'c', 'd']);
    state.apply(feedback('d0', { item: 'a', reward: 1 }));
    expect(visit.feedback).toEqual([2, 0.5, 0.5]);
  });

  test('feedback that was taken back is gone', () => {
    const { state } = run([decision('d'), feedback('d', { item: 'a' })]);
    state.apply({ type: 'retraction', id: 'r', at: 2, decision: 'd' });
    expect(state.visits.get('s')!.feedback).toEqual([0, 0]);
  });
});

describe('visits', () => {
  const end = { type: 'end', at: 5, session: 's', key: 1 } as const;

  test('end when the user leaves; feedback that comes soon after counts, and later feedback is late', () => {
    const left = [decision('d'), feedback('d'), end, feedback('d', { at: 105 }), feedback('d', { at: 106 })];
    const { state, earned, ended } = run(left, { endGraceMs: 100 });
    expect(ended).toEqual(['s terminated']);
    state.advance(104);
    expect(earned).toEqual([]);
    state.advance(105);
    expect(earned).toEqual([['d', 2, -1]]);
    state.apply(feedback('d', { at: 105 }));
    expect(state.counts).toMatchObject({ feedback: 4, lateFeedback: 2, unmatchedFeedback: 0 });
    expect([state.left.size, state.visits.size, state.decisions.size]).toEqual([0, 0, 0]);
  });

  test('without a grace time, close with the end of the session, and what the log has after it is late', () => {
    const { state, earned } = run([decision('d'), end, feedback('d', { at: 4 })], { endGraceMs: 0 });
    expect(earned).toEqual([['d', 0, -1]]);
    expect([state.counts.lateFeedback, state.left.size]).toEqual([1, 0]);
  });

  test('that users have left wait no longer than the windows of their decisions', () => {
    const { state, earned } = run([decision('d'), { ...end, at: WINDOW - 1 }], { endGraceMs: WINDOW });
    state.apply(feedback('d', { at: WINDOW + 1 }));
    state.advance(WINDOW);
    expect(earned).toEqual([['d', 0, -1]]);
    expect(state.left.size).toBe(0);
  });

  test('that users have left may be followed by others of the same session, whose windows stay open', () => {
    const events = [decision('d'), end, decision('e', { key: 2, at: 6 }), feedback('d', { at: 7 })];
    const { state, earned } = run(events, { endGraceMs: 10 });
    state.advance(15);
    expect(earned).toEqual([['d', 1, -1]]);
    expect(state.visits.get('s')).toMatchObject({ key: 2, turn: 1 });
    expect([...state.decisions.keys()]).toEqual(['e']);
  });

  test('that users have left continue from a snapshot, in their order', () => {
    const events = [
      ...['a', 'b', 'c'].map((id, key) => decision(id, { session: id, key })),
      ...['c', 'a', 'b'].map((session, k) => ({ type: 'end', at: 5 + k, session }) as const),
    ];
    const first = run(events, { endGraceMs: 10 });
    const second = run([], { endGraceMs: 10 });
    restoreSnapshot(second.state, JSON.parse(JSON.stringify(snapshotOf(first.state).snapshot)));
    for (const { state } of [first, second]) {
      state.apply(feedback('c', { id: 'x', at: 9 }));
      state.advance(16);
    }
    expect(first.earned.map(([id]) => id)).toEqual(['c', 'a']);
    expect(second.earned).toEqual(first.earned);
    expect(snapshotOf(second.state)).toEqual(snapshotOf(first.state));
  });

  test('end after the idle time, and after the turn limit', () => {
    const { state, ended } = run([decision('d', { at: 10 })], { idleTimeoutMs: 500 });
    state.advance(509);
    expect(ended).toEqual([]);
    state.advance(510);
    expect(ended).toEqual(['s terminated']);
    expect(run([decision('d'), decision('e', { turn: 1 })], { maxTurns: 2 }).ended).toEqual(['s truncated']);
  });

  test('the longest idle are cut off if there are too many', () => {
    const events = ['s', 't', 'u'].map((session, key) => decision(session, { session, key }));
    expect(run([...events, feedback('s')], { maxOpenSessions: 2 }).ended).toEqual(['s truncated']);
  });

  test('an end that belongs to an earlier visit of the session changes nothing', () => {
    const events = [decision('d', { key: 2 }), { type: 'end', at: 1, session: 's', key: 1 } as const];
    expect(run(events).ended).toEqual([]);
  });

  test('a turn that two processes decided: the second decision is a visit of its own', () => {
    const { state, ended } = run([decision('d'), decision('e', { turn: 1 }), decision('f', { turn: 1 })]);
    expect(ended).toEqual(['s truncated']);
    expect(state.visits.get('s')!.turn).toBe(2);
    expect(state.decisions.get('f')!.visit!.isStray).toBe(true);
  });

  test('a turn that is missing in the log: the visit is cut there, and goes on', () => {
    const { state, ended } = run([
      decision('a'),
      decision('c', { turn: 2 }),
      decision('d', { turn: 3 }),
      decision('b', { turn: 1 }),
    ]);
    expect(ended).toEqual(['s truncated', 's truncated']);
    expect(state.visits.get('s')).toMatchObject({ turn: 4, decisions: expect.arrayContaining(['c', 'd']) });
  });

  test('a session id that begins anew begins another visit', () => {
    const { state, ended } = run([decision('d'), decision('e', { key: 2 })]);
    expect(ended).toEqual(['s truncated']);
    expect(state.visits.get('s')).toMatchObject({ key: 2, turn: 1 });
  });
});

test('a deferred decision counts only once it is activated', () => {
  const deferred = decision('d', { deferred: true });
  const { state, earned } = run([deferred, feedback('d')]);
  expect(state.visits.size).toBe(0);
  state.apply({ type: 'activation', at: 2, decision: 'd' });
  expect(state.visits.get('s')!.items).toEqual(['a', 'b']);
  state.advance(WINDOW);
  expect(earned).toEqual([['d', 1, -1]]);

  const forgotten = run([deferred, feedback('d')]);
  forgotten.state.advance(WINDOW);
  expect(forgotten.earned).toEqual([]);
});

test('erasure ends the visits of a session or user, and forgets them', () => {
  const { state, ended } = run([
    decision('d', { user: 'ann' }),
    decision('e', { session: 't', key: 2, user: 'ann' }),
    decision('f', { session: 'u', key: 3 }),
    { type: 'erasure', at: 1, id: 'ann' },
  ]);
  expect(ended).toEqual(['s truncated', 't truncated']);
  expect([...state.visits].map(({ session }) => session)).toEqual(['u']);
  expect([...state.decisions.keys()]).toEqual(['f']);
});

test('applying events again changes nothing', () => {
  const events = [decision('d'), feedback('d'), decision('e', { turn: 1 }), feedback('e', { item: 'a' })];
  const { state } = run([...events, ...events]);
  expect(state.counts).toMatchObject({ decisions: 2, feedback: 2, repeatedFeedback: 2 });
  expect(state.visits.get('s')).toMatchObject({ turn: 2, feedback: [0.5, 0.5, 1, 0] });
});

test('ids are data, whatever they are', () => {
  for (const id of ['__proto__', 'constructor', 'toString', '\u0000', 'ÿ'.repeat(500)]) {
    const { state, earned } = run([decision(id, { session: id, items: [id] }), feedback(id, { item: id })]);
    state.advance(WINDOW);
    expect(earned).toEqual([[id, 1, 0]]);
  }
});

test('a snapshot goes through JSON, and continues as if nothing had happened', () => {
  const before = [
    decision('d', { user: 'ann', memory: { first: true } }),
    feedback('d', { id: 'x' }),
    decision('e', { session: 't', key: 2, deferred: true }),
    feedback('later'),
  ];
  const after = [
    feedback('d', { id: 'x' }),
    { type: 'activation', at: 2, decision: 'e' } as const,
    decision('later', { turn: 1 }),
  ];
  const whole = run([...before, ...after]);
  const first = run(before);
  const second = run([]);
  restoreSnapshot(second.state, JSON.parse(JSON.stringify(snapshotOf(first.state).snapshot)));
  for (const event of after) second.state.apply(event);
  for (const { state } of [whole, second]) state.advance(WINDOW + 1);
  expect(second.earned).toEqual(whole.earned);
  expect(second.state.counts).toEqual(whole.state.counts);
  expect(snapshotOf(second.state)).toEqual(snapshotOf(whole.state));
});

describe('erasure', () => {
  test('closes the open decisions of visits that have ended, too', () => {
    const { state, earned } = run([
      decision('d', { user: 'ann', last: true }),
      feedback('d', { reward: 2 }),
      { type: 'erasure', at: 2, id: 'ann' },
    ]);
    expect(earned).toEqual([['d', 2, -1]]);
    expect(JSON.stringify(snapshotOf(state).snapshot)).not.toContain('ann');
  });

  test('ends a visit whose decisions name several users', () => {
    const { state, earned, ended } = run([
      decision('d', { user: 'ann' }),
      decision('e', { user: 'bob', turn: 1 }),
      { type: 'erasure', at: 2, id: 'ann' },
    ]);
    expect(earned.map(([id]) => id)).toEqual(['d', 'e']);
    expect(ended).toEqual(['s truncated']);
    expect(state.decisions.size).toBe(0);
  });
});

test('feedback that came before its decision, for an item that it did not show, does not count', () => {
  const { state, earned } = run([feedback('d', { item: 'c' }), feedback('d', { item: 'a' }), decision('d')]);
  state.advance(WINDOW);
  expect(earned).toEqual([['d', 1, 0]]);
  expect(state.counts).toMatchObject({ feedback: 2, unmatchedFeedback: 1 });
});

test('an activation that comes after the window is not held for a decision to come', () => {
  const { state } = run([decision('d', { deferred: true })]);
  state.advance(WINDOW);
  state.apply({ type: 'activation', at: WINDOW + 1, decision: 'd' });
  expect(state.early.all).toEqual([]);
});

test('feedback that is applied again after a retraction counts once', () => {
  const [first, second] = [feedback('d'), feedback('d')] as FeedbackEvent[];
  const retraction: ServeEvent = { type: 'retraction', id: 'r', at: 1, decision: 'd' };
  const { state, earned } = run([decision('d'), first, retraction, second]);
  // As they are read from the log.
  state.applyAgain(first);
  state.apply(retraction);
  state.applyAgain(second);
  expect(state.visits.get('s')?.feedback).toEqual([0.5, 0.5]);
  expect(state.counts).toMatchObject({ feedback: 2, repeatedFeedback: 0 });
  state.advance(WINDOW);
  expect(earned).toEqual([['d', 1, -1]]);
});
