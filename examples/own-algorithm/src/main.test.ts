import { createRandom } from '@ialp/env';
import { learnerChecks } from '@ialp/policy/testing';
import { describe, expect, test } from 'vitest';
import { run } from './main.js';
import { method } from './method.js';
import { TurnBandit } from './turn-bandit.js';

describe('it follows the rules of a learner', () => {
  for (const check of learnerChecks(() => new TurnBandit(12), { createRandom })) test(check.name, check.run);
});

test('it learns, alone and in a mixture', async () => {
  const found = await run(64 * 500);
  const [random, alone, mixed] = [
    found['random'],
    found['turn bandit'],
    found['A-iALP_ap of best known and turn bandit'],
  ];
  expect(alone.final).toBeGreaterThan(1.5 * random.final);
  expect(mixed.early).toBeGreaterThan(1.2 * alone.early);
  expect(mixed.final).toBeGreaterThan(1.3 * random.final);
});

test('as a method of the study it needs only the number of items', () => {
  expect(method.create({ space: { items: 7 } }).learner.policy.items).toBe(7);
});
