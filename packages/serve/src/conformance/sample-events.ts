import type { DecisionEvent, FeedbackEvent, ServeEvent } from '../events.js';

/** A decision with all fields. */
export function decisionEvent(id: string, fields: Partial<DecisionEvent> = {}): DecisionEvent {
  return {
    type: 'decision',
    id,
    at: 1_790_000_000_000,
    session: `session of ${id}`,
    key: 1,
    turn: 0,
    items: ['a', 'b'],
    propensity: [0.25, 1 / 3],
    history: { items: ['c'], feedback: [1] },
    policy: 7,
    ...fields,
  };
}

/** A feedback event whose id is its number. */
export function numberedEvent(number: number, writer = 'w'): FeedbackEvent {
  return { type: 'feedback', id: `${writer}${number}`, at: number, decision: 'd', reward: number / 3 };
}

/** Several numbered events. */
export function numberedEvents(count: number, writer = 'w'): FeedbackEvent[] {
  return Array.from({ length: count }, (_, k) => numberedEvent(k, writer));
}

/** Text that a careless driver changes, or takes for something else. */
const TEXTS = ['', ' ', '__proto__', 'a\nb\r\n', '\u0000', '\u2028', '“é” 🎬', '"{}', '\ud800', 'x'.repeat(100_000)];

/** One event of each type, and texts of any kind. */
export function variedEvents(): ServeEvent[] {
  const decision = decisionEvent('d', {
    user: 'u',
    excluded: ['z'],
    candidates: ['a', 'b', 'c'],
    userFeatures: [0.1, -2e-300],
    chosenBy: 2,
    pretrained: [null, 0.5],
    online: [0.1, 0.2],
    memory: { arm: 'x', list: [1, null, true] },
    deferred: true,
    arm: 'baseline',
    shadow: { items: ['c'], propensity: [1] },
  });
  return [
    decision,
    { type: 'feedback', id: 'f', at: 2, decision: 'd', item: 'a', reward: -0.5 },
    { type: 'retraction', id: 'r', at: 3, decision: 'd', feedback: 'f' },
    { type: 'activation', at: 4, decision: 'd' },
    { type: 'end', at: 5, session: 's' },
    { type: 'item', at: 6, item: { id: 'i', title: 't', attributes: { genre: ['x'] }, embedding: [0.5] } },
    { type: 'item-removed', at: 7, id: 'i' },
    { type: 'erasure', at: 8, id: 'u' },
    ...TEXTS.map((text, k): ServeEvent => ({ ...numberedEvent(k), decision: text })),
  ];
}
