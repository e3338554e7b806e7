import { test } from 'vitest';
import { checkSameStore } from '../test-support/kills.js';

test('killed 3 times after random numbers of replies, a run of 300 questions ends as one that was left alone', () =>
  checkSameStore({ questions: 300, kills: 3 }));
