import { test } from 'vitest';
import { checkSameStore } from '../test-support/kills.js';

test('killed 20 times after random numbers of replies, a run of 5,000 questions ends as one that was left alone', () =>
  checkSameStore({ questions: 5000, kills: 20 }));
