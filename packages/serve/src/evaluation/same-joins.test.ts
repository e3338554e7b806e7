import { mkdtempSync } from 'node:fs';
import { rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { joinDecisions, readServeLog, type ServedEvent } from '@ialp/metrics/logs';
import fc from 'fast-check';
import { afterAll, expect, expectTypeOf, test } from 'vitest';
import { DeploymentState } from '../deployment/deployment-state.js';
import { checkRules, type RewardRule } from '../deployment/rules.js';
import type { DecisionEvent, ServeEvent } from '../events.js';
import { openFileEventLog } from '../file/index.js';

const root = mkdtempSync(join(tmpdir(), 'ialp-joined-'));
afterAll(() => rm(root, { recursive: true }));

test('the events that @ialp/metrics reads are those that are written', () => {
  expectTypeOf<ServeEvent>().toExtend<ServedEvent>();
});

const WINDOW_MS = 100;

/** Something that happens in a deployment, by numbers that are taken modulo what there is. */
const happening = fc.record({
  kind: fc.constantFrom('decide', 'decide', 'defer', 'activate', 'feedback', 'feedback', 'repeat', 'retract', 'end'),
  session: fc.integer({ min: 0, max: 3 }),
  decision: fc.nat(),
  item: fc.integer({ min: -1, max: 2 }),
  reward: fc.integer({ min: -2, max: 3 }),
  afterMs: fc.integer({ min: 0, max: 60 }),
});
type Happening = typeof happening extends fc.Arbitrary<infer Value> ? Value : never;

/** The events of what happens: visits have keys and turns as a recommender gives them. */
function eventsOf(happenings: readonly Happening[], state: DeploymentState): ServeEvent[] {
  const events: ServeEvent[] = [];
  const decisions: DecisionEvent[] = [];
  const feedback: Extract<ServeEvent, { type: 'feedback' }>[] = [];
  let at = 1_000;
  const tell = (event: ServeEvent): void => {
    events.push(event);
    // In the last millisecond of a window, it is open or closed, as the learner happens to look.
    state.advance(event.at - 1);
    state.apply(event);
  };
  for (const [k, { kind, session: number, decision: place, item: position, reward, afterMs }] of happenings.entries()) {
    at += afterMs;
    const session = `s${number}`;
    const about = decisions.length === 0 ? undefined : decisions[decisions.length - 1 - (place % decisions.length)];
    const item = position === -1 ? undefined : about?.items[position % about.items.length];
    if (kind === 'decide' || kind === 'defer') {
      const visit = state.visits.get(session);
      const items = Array.from({ length: 1 + (place % 3) }, (_, slot) => `i${slot}`);
      const event: DecisionEvent = {
        ...{ type: 'decision', id: `d${k}`, at, session, key: visit?.key ?? k, turn: visit?.turn ?? 0, items },
        ...{ propensity: items.map(() => 0.5), history: { items: [], feedback: [] }, policy: 1 },
        ...(kind === 'defer' && { deferred: true }),
      };
      decisions.push(event);
      tell(event);
    } else if (kind === 'end') {
      const key = state.visits.get(session)?.key;
      tell({ type: 'end', at, session, ...(key !== undefined && { key }) });
    } else if (about === undefined) continue;
    else if (kind === 'activate') tell({ type: 'activation', at, decision: about.id });
    else if (kind === 'retract') {
      const given = feedback[place % Math.max(1, feedback.length)];
      const which = position === -1 ? { feedback: given?.id ?? 'none' } : item === undefined ? {} : { item };
      tell({ type: 'retraction', id: `r${k}`, at, decision: about.id, ...which });
    } else {
      const again = kind === 'repeat' ? feedback.at(-1) : undefined;
      const event = again ?? {
        ...{ type: 'feedback' as const, id: `f${k}`, at, decision: about.id, reward },
        ...(item !== undefined && { item }),
      };
      feedback.push(event);
      tell({ ...event, at: Math.max(event.at, at) });
    }
  }
  return events;
}

test('decisions are joined with the rewards that the learner learns from', () => {
  const rule = fc.constantFrom<RewardRule>('sum', 'last', 'first');
  const graceMs = fc.constantFrom(0, 40, 2 * WINDOW_MS);
  fc.assert(
    fc.property(fc.array(happening, { maxLength: 60 }), rule, graceMs, (happenings, rewards, endGraceMs) => {
      const learned = new Map<string, number>();
      const rules = { feedbackWindowMs: WINDOW_MS, endGraceMs, rewards, defaultReward: -1 };
      const state = new DeploymentState(checkRules(rules), {
        closed: ({ event }, _visit, outcome) => learned.set(event.id, outcome.reward),
      });
      const events = eventsOf(happenings, state);
      const now = (events.at(-1)?.at ?? 0) + WINDOW_MS + 1;
      state.advance(now);
      const { decisions, notActivated, open } = joinDecisions(events, { ...rules, now });
      const joined = decisions.map(({ event, reward }) => [event.id, reward] as const);
      expect(new Map(joined)).toEqual(learned);
      expect(open).toBe(0);
      expect(decisions.length + notActivated).toBe(state.counts.decisions);
    }),
    { numRuns: 5_000 },
  );
});

test('the defaults are those of the deployment', () => {
  const { feedbackWindowMs, endGraceMs, defaultReward, idleTimeoutMs } = checkRules({});
  const decision: DecisionEvent = {
    ...{ type: 'decision', id: 'd', at: 0, session: 's', key: 1, turn: 0, items: ['a'], propensity: [1], policy: 1 },
    history: { items: [], feedback: [] },
  };
  const give = (id: string, at: number): ServeEvent => ({ type: 'feedback', id, at, decision: 'd', reward: 1 });
  const join = (events: ServeEvent[], now: number) => joinDecisions([decision, ...events], { now });
  expect(join([], feedbackWindowMs - 1).open).toBe(1);
  expect(join([], feedbackWindowMs).decisions[0]!.reward).toBe(defaultReward);
  const both = [give('a', feedbackWindowMs), give('b', feedbackWindowMs), give('c', feedbackWindowMs + 1)];
  expect(join(both, feedbackWindowMs)).toMatchObject({ decisions: [{ reward: 2 }], lateFeedback: 1 });
  const left = [{ type: 'end', at: 5, session: 's', key: 1 } as const, give('d', 5 + endGraceMs)];
  expect(join(left, 4 + endGraceMs).open).toBe(1);
  expect(join([...left, give('e', 6 + endGraceMs)], 5 + endGraceMs)).toMatchObject({
    ...{ decisions: [{ reward: 1, hasEnded: true }], lateFeedback: 1 },
  });
  expect(join([], idleTimeoutMs - 1).decisions[0]!.hasEnded).toBe(false);
  expect(join([], idleTimeoutMs).decisions[0]!.hasEnded).toBe(true);
});

test('the folder gives the events that the event log gives, erased and repeated ones included', async () => {
  await fc.assert(
    fc.asyncProperty(
      fc.array(happening, { maxLength: 40 }),
      fc.integer({ min: 1, max: 4 }),
      async (happenings, size) => {
        const folder = mkdtempSync(join(root, 'log-'));
        const eventLog = await openFileEventLog({ folder, sync: 'never', segmentBytes: 1_500 });
        const events = eventsOf(happenings, new DeploymentState(checkRules({ feedbackWindowMs: WINDOW_MS })));
        for (let k = 0; k < events.length; k += size) await eventLog.append(events.slice(k, k + size));
        const erased = await eventLog.erase('s1');
        const stored: ServeEvent[] = [];
        for (let after: string | undefined; ; ) {
          const batch = await eventLog.read(after === undefined ? {} : { after });
          if (batch.events.length === 0) break;
          stored.push(...batch.events);
          after = batch.position;
        }
        await eventLog.close();
        const rules = { feedbackWindowMs: WINDOW_MS, now: 1e6 };
        const { damaged, ...read } = await readServeLog(folder, rules);
        expect(damaged).toBe(0);
        expect(read).toEqual({ ...joinDecisions(stored, rules), erased });
      },
    ),
    { numRuns: 25 },
  );
});
