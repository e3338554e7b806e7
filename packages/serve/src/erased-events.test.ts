import { expect, test } from 'vitest';
import { erasedEvents } from './erased-events.js';
import type { DecisionEvent, ServeEvent } from './events.js';

const decision = (id: string, session: string, key: number, user?: string): DecisionEvent => ({
  type: 'decision',
  id,
  at: 1,
  session,
  key,
  ...(user === undefined ? {} : { user }),
  turn: 0,
  items: ['a'],
  propensity: [1],
  history: { items: [], feedback: [] },
  policy: 1,
});

const EVENTS: ServeEvent[] = [
  { type: 'feedback', id: 'early', at: 1, decision: 'd1', reward: 1 },
  decision('d1', 's1', 1),
  decision('d2', 's1', 1, 'u'),
  decision('d3', 's2', 2, 'u'),
  decision('d4', 's3', 3, 'v'),
  { type: 'feedback', id: 'f3', at: 1, decision: 'd3', item: 'a', reward: 1 },
  { type: 'feedback', id: 'f4', at: 1, decision: 'd4', reward: 1 },
  { type: 'retraction', id: 'r3', at: 1, decision: 'd3' },
  { type: 'activation', at: 1, decision: 'd3' },
  { type: 'end', at: 1, session: 's2' },
  { type: 'end', at: 1, session: 's3' },
  { type: 'end', at: 1, session: 'u' },
  { type: 'item', at: 1, item: { id: 'u' } },
  { type: 'item-removed', at: 1, id: 'u' },
  { type: 'erasure', at: 1, id: 'u' },
];

function erased(id: string): number[] {
  const found = erasedEvents(id);
  EVENTS.forEach(found.findVisits);
  EVENTS.forEach(found.findDecisions);
  return EVENTS.flatMap((event, k) => (found.includes(event) ? [k] : []));
}

test('a user has all decisions of their visits, also those before the user was known, and what refers to them', () => {
  expect(erased('u')).toEqual([0, 1, 2, 3, 5, 7, 8, 9, 11]);
});

test('a session has its decisions, what refers to them, and its end', () => {
  expect(erased('s2')).toEqual([3, 5, 7, 8, 9]);
});

test('a decision or an item is no user', () => {
  expect(erased('d4')).toEqual([]);
  expect(erased('a')).toEqual([]);
});
