import { CHOSEN_BY } from '@ialp/core';
import { expect, test } from 'vitest';
import type { DecisionEvent } from '../events.js';
import { Arms } from './arms.js';

function decision(key: number, turn: number, fields: Partial<DecisionEvent> = {}): DecisionEvent {
  return {
    ...{ type: 'decision', id: `${key}/${turn}`, at: turn, session: `s${key}`, key, turn, items: ['a'] },
    propensity: [1],
    history: { items: [], feedback: [] },
    policy: 1,
    ...fields,
  };
}

test('sessions count for the policy that served them, those of two policies apart', () => {
  const arms = new Arms();
  const [pretrained, online] = [CHOSEN_BY.pretrained, CHOSEN_BY.online];
  arms.add(decision(1, 0, { chosenBy: pretrained }), 1, undefined);
  arms.add(decision(1, 1, { chosenBy: pretrained }), 2, 'terminated');
  arms.add(decision(2, 0, { chosenBy: online }), 4, 'truncated');
  arms.add(decision(3, 0, { chosenBy: pretrained }), 8, undefined);
  arms.add(decision(3, 1, { chosenBy: online }), 16, 'terminated');
  arms.add(decision(4, 0, { arm: 'baseline', chosenBy: online }), 32, 'terminated');
  arms.add(decision(5, 0, { chosenBy: online }), 64, undefined);
  expect(arms.status()).toMatchObject({
    pretrained: { sessions: 1, reward: 3 },
    online: { sessions: 1, reward: 4 },
    mixed: { sessions: 1, reward: 24 },
    baseline: { sessions: 1, reward: 32 },
  });
});

test('a decision that two processes made in one turn belongs to its session, and ends it not', () => {
  const arms = new Arms();
  arms.add(decision(1, 0), 1, undefined);
  arms.add(decision(1, 0, { id: 'stray' }), 2, 'truncated', true);
  arms.add(decision(1, 1), 4, 'terminated');
  arms.add(decision(1, 1, { id: 'later' }), 8, 'truncated', true);
  expect(arms.status().online).toMatchObject({ sessions: 1, reward: 7 });
  expect(arms.snapshot().open).toEqual([]);
});

test('the interval narrows with the sessions, and is the same after a restart', () => {
  const arms = new Arms();
  const widths: number[] = [];
  for (let key = 1; key <= 400; key++) {
    arms.add(decision(key, 0), key % 2, 'terminated');
    if (key % 100 === 0) widths.push(arms.status().online.upper! - arms.status().online.lower!);
  }
  expect(widths).toEqual(widths.toSorted((a, b) => b - a));
  const { reward, lower, upper } = arms.status().online;
  expect([reward, lower! < 0.5, upper! > 0.5]).toEqual([0.5, true, true]);
  const restored = new Arms();
  restored.restore(JSON.parse(JSON.stringify(arms.snapshot())));
  expect(restored.status()).toEqual(arms.status());
});
