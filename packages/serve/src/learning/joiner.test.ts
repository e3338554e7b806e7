import { createItemIndex, createRandom, endAfter, TRAJECTORY_END, type Trajectories } from '@ialp/core';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { checkRules, type RewardRule } from '../deployment/rules.js';
import type { DecisionEvent, ServeEvent } from '../events.js';
import { Joiner } from './joiner.js';

const WINDOW = 100;
const GRACE = 30;
const ITEMS = 8;

/** A decision that was learned from. */
interface LearnedRow {
  readonly session: string;
  readonly turn: number;
  readonly items: string;
  readonly reward: number;
  readonly end: number;
}

function createJoiner(
  rewards: RewardRule = 'sum',
  idleTimeoutMs = 60,
  onJoined?: (event: DecisionEvent, outcome: { readonly reward: number }, end: string | undefined) => void,
) {
  const index = createItemIndex({ ids: Array.from({ length: ITEMS }, (_, k) => `i${k}`) });
  const rules = checkRules({
    ...{ feedbackWindowMs: WINDOW, endGraceMs: GRACE, idleTimeoutMs, rewards, historyLength: 3, repeats: true },
  });
  const joiner = new Joiner({
    ...{ rules, index, userFeatures: 0, remember: () => {} },
    ...(onJoined !== undefined && { onJoined }),
  });
  return { joiner, index };
}

/** The rows of trajectories; keys of sessions are their numbers. */
function rowsOf(batches: readonly Trajectories[]): LearnedRow[] {
  return batches.flatMap((trajectories) =>
    Array.from({ length: trajectories.rows }, (_, row) => {
      const { states, actions, slateSize, reward } = trajectories;
      const items = Array.from(actions.subarray(row * slateSize, (row + 1) * slateSize));
      return {
        session: `s${states.session[row]}`,
        turn: states.turn[row],
        items: items.map((item) => `i${item}`).join(),
        reward: reward[row],
        end: endAfter(trajectories, row),
      };
    }),
  );
}

/** Random traffic: sessions decide, feedback comes late, twice, out of order or never, sessions end or just stop. */
function traffic(seed: number, steps: number): { readonly events: ServeEvent[]; readonly decisions: DecisionEvent[] } {
  const random = createRandom(seed);
  const events: ServeEvent[] = [];
  const decisions: DecisionEvent[] = [];
  const sessions = Array.from({ length: 4 }, (_, k) => ({ key: k, turn: 0, items: [] as string[] }));
  let keys = sessions.length;
  let at = 0;
  for (let step = 0; step < steps; step++) {
    at += random.integer(20);
    const place = random.integer(sessions.length);
    const session = sessions[place];
    const kind = random.integer(10);
    if (kind < 5) {
      const first = random.integer(ITEMS);
      const event: DecisionEvent = {
        ...{ type: 'decision', id: `d${decisions.length}`, at, session: `s${session.key}`, key: session.key },
        turn: session.turn++,
        items: [`i${first}`],
        propensity: [0.25],
        history: { items: session.items.slice(-3), feedback: session.items.slice(-3).map(() => 0) },
        policy: 1,
      };
      session.items.push(`i${first}`);
      decisions.push(event);
      events.push(event);
    } else if (kind < 9 && decisions.length > 0) {
      const { id } = decisions[random.integer(decisions.length)];
      events.push({
        type: 'feedback',
        id: `f${random.integer(3 * steps)}`,
        at,
        decision: id,
        reward: 1 + random.integer(3),
      });
    } else if (session.turn > 0) {
      if (random.uniform() < 0.5) events.push({ type: 'end', at, session: `s${session.key}`, key: session.key });
      sessions[place] = { key: keys++, turn: 0, items: [] };
    }
  }
  return { events, decisions };
}

/** Applies events one by one, each at its time, and takes what was joined after each. */
function learn(joiner: Joiner, events: readonly ServeEvent[], each: (done: number) => void = () => {}): LearnedRow[] {
  const rows: LearnedRow[] = [];
  for (const [k, event] of events.entries()) {
    joiner.advance(event.at);
    joiner.apply(event);
    rows.push(...rowsOf(joiner.take()));
    each(k);
  }
  return rows;
}

const NEVER = 1e8;
const END = 1e9;

/** What each decision earned and how it ended, straight from the events. */
function expected(events: readonly ServeEvent[], decisions: readonly DecisionEvent[]): Map<string, LearnedRow> {
  const rows = new Map<string, LearnedRow>();
  for (const decision of decisions) {
    const { id, session, turn, at } = decision;
    const following = decisions.find((other) => other.session === session && other.turn === turn + 1);
    const ended = events.find((event) => event.type === 'end' && event.session === session && event.at >= at);
    const closes = Math.min(at + WINDOW, ended === undefined ? Infinity : ended.at + GRACE);
    const seen = new Set<string>();
    let reward = 0;
    for (const event of events) {
      if (event.type !== 'feedback' || event.decision !== id || seen.has(event.id)) continue;
      // `advance` closes windows before an event of the same time is applied.
      if (event.at >= closes) continue;
      seen.add(event.id);
      reward += event.reward;
    }
    const end = following === undefined ? TRAJECTORY_END.terminated : TRAJECTORY_END.open;
    rows.set(`${session}/${turn}`, { session, turn, items: decision.items.join(), reward, end });
  }
  return rows;
}

describe('decisions are joined with their rewards', () => {
  test('each exactly once, in the order of its session, with the rewards of its window', () => {
    fc.assert(
      fc.property(fc.nat(), fc.integer({ min: 1, max: 120 }), (seed, steps) => {
        const { events, decisions } = traffic(seed, steps);
        const { joiner } = createJoiner('sum', NEVER);
        const rows = learn(joiner, events);
        joiner.advance(END);
        rows.push(...rowsOf(joiner.take()));
        const wanted = expected(events, decisions);
        expect(rows.length).toBe(decisions.length);
        for (const row of rows) {
          // A trajectory that goes on says so in the row's own batch.
          expect(row).toEqual({ ...wanted.get(`${row.session}/${row.turn}`)! });
        }
        expect(joiner.dropped).toBe(0);
      }),
      { numRuns: 100 },
    );
  });

  test('the same after any number of restarts from a snapshot, wherever they are', () => {
    fc.assert(
      fc.property(fc.nat(), fc.constantFrom<RewardRule>('sum', 'last', 'first'), fc.nat(), (seed, rewards, cut) => {
        const { events } = traffic(seed, 100);
        const whole = createJoiner(rewards).joiner;
        const all = learn(whole, events);
        const random = createRandom(cut);
        let { joiner } = createJoiner(rewards);
        const parts: LearnedRow[] = [];
        for (const event of events) {
          joiner.advance(event.at);
          joiner.apply(event);
          parts.push(...rowsOf(joiner.take()));
          if (random.uniform() > 0.2) continue;
          const { json, recorders } = joiner.snapshot();
          joiner = createJoiner(rewards).joiner;
          joiner.restore({ json: JSON.parse(JSON.stringify(json)), recorders });
        }
        for (const each of [whole, joiner]) each.advance(END);
        all.push(...rowsOf(whole.take()));
        parts.push(...rowsOf(joiner.take()));
        expect(parts).toEqual(all);
        expect(joiner.state.counts).toEqual(whole.state.counts);
      }),
      { numRuns: 100 },
    );
  });
});

function decision(turn: number, items: readonly string[], fields: Partial<DecisionEvent> = {}): DecisionEvent {
  return {
    ...{ type: 'decision', id: `d${turn}`, at: turn, session: 's', key: 7, turn, items },
    propensity: items.map(() => 0.5),
    history: { items: [], feedback: [] },
    policy: 3,
    ...fields,
  };
}

describe('trajectories', () => {
  test('hold what the policy saw, chose and knew', () => {
    const { joiner } = createJoiner();
    const fields = { chosenBy: 1, pretrained: [0.25, null], online: [null, 0.125], excluded: ['i5'] };
    joiner.apply(decision(0, ['i2', 'i3'], { ...fields, history: { items: ['i1'], feedback: [2] } }));
    joiner.apply({ type: 'feedback', id: 'f', at: 1, decision: 'd0', item: 'i3', reward: 2 });
    joiner.apply({ type: 'end', at: 2, session: 's' });
    joiner.advance(2 + GRACE);
    const [trajectories] = joiner.take();
    const { states, last } = trajectories;
    expect(trajectories).toMatchObject({ rows: 1, slateSize: 2, count: 1 });
    expect([...trajectories.actions, ...trajectories.propensity, ...trajectories.reward]).toEqual([2, 3, 0.5, 0.5, 2]);
    expect([...trajectories.choice!, ...trajectories.chosenBy, ...trajectories.policyVersion]).toEqual([1, 1, 3]);
    expect([...trajectories.pretrainedPropensity!, ...trajectories.onlinePropensity!]).toEqual([0.25, NaN, NaN, 0.125]);
    expect([...states.historyItems, ...states.historyFeedback]).toEqual([-1, -1, 1, 0, 0, 2]);
    expect([...states.exclusions.items.subarray(0, states.exclusions.count[0])]).toEqual([5]);
    expect([...last.historyItems, ...last.historyFeedback]).toEqual([1, 2, 3, 2, 0, 2]);
  });

  test('are cut where the size of the slates changes', () => {
    const { joiner } = createJoiner();
    for (const event of [decision(0, ['i0']), decision(1, ['i1']), decision(2, ['i2', 'i3'])]) joiner.apply(event);
    joiner.apply({ type: 'end', at: 9, session: 's' });
    joiner.advance(9 + GRACE);
    const batches = joiner.take();
    expect(batches.map(({ rows, slateSize, end }) => [rows, slateSize, ...end])).toEqual([
      [2, 1, TRAJECTORY_END.truncated],
      [1, 2, TRAJECTORY_END.terminated],
    ]);
    expect(batches[1].states.session[0]).not.toBe(7);
  });

  test('are cut where a decision is missing in the log, and go on after it', () => {
    const { joiner } = createJoiner();
    const { decisions } = traffic(1, 200);
    const ofSession = decisions.filter(({ key }) => key === 0).slice(0, 5);
    const missing = ofSession[2];
    for (const event of ofSession) if (event !== missing) joiner.apply(event);
    joiner.advance(Number.MAX_SAFE_INTEGER);
    const [batch] = joiner.take();
    expect(Array.from(batch.states.turn)).toEqual([0, 1, 3, 4]);
    expect(batch.count).toBe(2);
    expect(Array.from(batch.end)).toEqual([TRAJECTORY_END.truncated, TRAJECTORY_END.terminated]);
  });

  test('allow the items that were shown although they had been removed', () => {
    const { joiner, index } = createJoiner();
    index.remove(['i2']);
    joiner.apply(decision(0, ['i2']));
    joiner.apply({ type: 'end', at: 9, session: 's' });
    joiner.advance(9 + GRACE);
    const [{ states, last }] = joiner.take();
    expect([states.available[2], last.available[2]]).toEqual([1, 0]);
  });

  test('lack decisions with items that nobody knows, and observed ones that are only watched', () => {
    const { joiner } = createJoiner();
    joiner.apply(decision(0, ['gone']));
    joiner.apply(decision(1, ['i1'], { observed: 'shadow' }));
    joiner.apply(decision(2, ['i1']));
    joiner.apply({ type: 'end', at: 9, session: 's' });
    joiner.advance(9 + GRACE);
    expect(rowsOf(joiner.take()).map(({ turn }) => turn)).toEqual([2]);
    expect(joiner.dropped).toBe(1);
  });

  test('of candidates exclude all others', () => {
    const { joiner } = createJoiner();
    joiner.apply(decision(0, ['i1'], { candidates: ['i1', 'i4', 'unknown'] }));
    joiner.apply({ type: 'end', at: 9, session: 's' });
    joiner.advance(9 + GRACE);
    const [{ states }] = joiner.take();
    const { offset, count, items } = states.exclusions;
    expect([...items.subarray(offset[0], offset[0] + count[0])]).toEqual([0, 2, 3, 5, 6, 7]);
  });
});

test('the end of a visit is reported with the decision that is joined last, whichever that is', () => {
  const joined: unknown[] = [];
  const { joiner } = createJoiner('first', 60, ({ id }, { reward }, end) => joined.push([id, reward, end]));
  const decision = (turn: number): DecisionEvent => ({
    ...{ type: 'decision', id: `d${turn}`, at: turn, session: 's', key: 1, turn, items: ['i0'], propensity: [0.5] },
    ...{ history: { items: [], feedback: [] }, policy: 1 },
  });
  joiner.apply(decision(0));
  joiner.apply({ ...decision(1), last: true });
  joiner.apply({ type: 'feedback', id: 'f', at: 2, decision: 'd1', reward: 1 });
  expect(joined).toEqual([['d1', 1, undefined]]);
  joiner.apply({ type: 'feedback', id: 'g', at: 3, decision: 'd0', reward: 2 });
  expect(joined.at(-1)).toEqual(['d0', 2, 'terminated']);
});
