/** What a deployment remembers of visits and decisions that are over. */
import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import { createRandom } from '@ialp/core';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import type { DecisionEvent, ServeEvent } from '../events.js';
import { Deadlines } from './deadlines.js';
import { DeploymentState } from './deployment-state.js';
import { LastIds } from './last-ids.js';
import { checkRules } from './rules.js';

test('deadlines are those of the values that are awaited, in their order, and others take little room', () => {
  fc.assert(
    fc.property(fc.nat(1e6), fc.nat(5_000), fc.integer({ min: 1, max: 20 }), (seed, count, keep) => {
      const random = createRandom(seed);
      const times = Array.from({ length: count }, () => random.integer(50));
      const awaited = new Set<number>();
      const deadlines = new Deadlines<number>((k) => awaited.has(k));
      for (const [k, at] of times.entries()) {
        awaited.add(k);
        deadlines.add(k, at);
        if (k >= 5 && k % keep > 0) awaited.delete(k - 5);
        expect(deadlines.size).toBeLessThanOrEqual(Math.max(1_000, 2 * (awaited.size + 6)));
      }
      const found: number[] = [];
      for (let k = deadlines.due(50); k !== undefined; k = deadlines.due(50)) {
        if (awaited.has(k)) found.push(k);
        deadlines.shift();
      }
      expect(found).toEqual([...awaited].sort((a, b) => times[a] - times[b] || a - b));
    }),
    { numRuns: 30 },
  );
});

test('the last ids are remembered in their order, and not many more', () => {
  fc.assert(
    fc.property(fc.integer({ min: 1, max: 20 }), fc.nat(100), (count, added) => {
      const ids = Array.from({ length: added }, (_, k) => `${k}`);
      const last = new LastIds(count);
      for (const id of ids) last.add(id);
      expect(last.size).toBeLessThan(2 * count);
      expect([...last]).toEqual(ids.slice(added - last.size));
      expect(last.size).toBeGreaterThanOrEqual(Math.min(count, added));
      for (const [k, id] of ids.entries()) expect(last.has(id)).toBe(k >= added - last.size);
    }),
  );
});

test('visits that have ended are forgotten long before they would have been idle for too long', () => {
  setFlagsFromString('--expose-gc');
  const collect = runInNewContext('gc') as () => void;
  const state = new DeploymentState(checkRules({ feedbackWindowMs: 1_000, endGraceMs: 0 }));
  const used = (): number => {
    collect();
    return process.memoryUsage().heapUsed;
  };
  let at = 1_700_000_000_000;
  const visit = (k: number): void => {
    const [session, shown] = [`session-${k}`, Array.from({ length: 10 }, (_, i) => `item ${k + i}`)];
    const decision: DecisionEvent = {
      ...{ type: 'decision', id: `decision-${k}`, at, session, key: k, turn: 0, policy: 1 },
      ...{ items: ['a', 'b', 'c'], propensity: [0.1, 0.1, 0.1] },
      history: { items: shown, feedback: shown.map(() => 0) },
    };
    const events: ServeEvent[] = [decision, { type: 'end', at, session }];
    for (const event of events) state.apply(event);
    at += 10;
    state.advance(at);
  };
  const VISITS = 20_000;
  for (let k = 0; k < VISITS; k++) visit(k);
  const before = used();
  for (let k = VISITS; k < 3 * VISITS; k++) visit(k);
  // A visit takes 2 KiB; its decision's id, which is remembered for longer, a hundred bytes.
  expect((used() - before) / (2 * VISITS)).toBeLessThan(400);
  expect(state.counts.decisions).toBe(3 * VISITS);
});
