import { createRandom } from '@ialp/env';
import { environmentChecks } from '@ialp/env/testing';
import { describe, expect, test } from 'vitest';
import { run } from './main.js';
import { NewsScreen } from './news-screen.js';

describe('a simulator of one’s own keeps the rules of an environment', () => {
  const make = (sessions: number) => new NewsScreen(12, sessions, createRandom);
  for (const check of environmentChecks(make)) test(check.name, check.run);
});

test('an actor-critic finds people’s favourite sections in it', () => {
  const { early, final } = run();
  // Stories of any section are tapped on 0.25 of the time, of the favourite one 0.7; 6 turns on average.
  expect(early).toBeLessThan(2);
  expect(final).toBeGreaterThan(2.2);
});
