import type { Catalogue } from '@ialp/core';
import { describe, expect, test } from 'vitest';
import { loggedRun } from '../test-support/log.js';
import { logDataset } from './log-dataset.js';

describe('a log as a data set', () => {
  const item = (_: unknown, k: number) => ({ id: String(k), title: String(k), text: String(k), attributes: {} });
  const catalogue: Catalogue = { items: Array.from({ length: 9 }, item) };
  const stored = loggedRun({ sessions: 2, steps: 20, slateSize: 1, propensities: false, seed: 8 });

  test('has a user for each session, and holds out their ends', () => {
    const { interactions, split, userIds, name } = logDataset(stored, catalogue);
    expect(name).toBe('ring');
    expect(interactions.item).toEqual(stored.log.item);
    expect(userIds).toHaveLength(interactions.users);
    expect(split.train.length + split.test.length).toBe(40);
  });

  test('of another catalogue, or of nothing, is refused', () => {
    expect(() => logDataset(stored, { items: [] })).toThrow(/catalogue: expected 9 items, as the log has/);
    const none = loggedRun({ sessions: 1, steps: 0, slateSize: 1, propensities: false, seed: 8 });
    expect(() => logDataset(none, catalogue)).toThrow(/log: expected at least one/);
  });
});

test('a log without its header is refused', () => {
  const { log } = loggedRun({ sessions: 1, steps: 2, slateSize: 1, propensities: false, seed: 1 });
  expect(() => logDataset(log as never, { items: [] })).toThrow(
    /^stored\.header: expected a log with its header, such as/,
  );
  expect(() => logDataset(Promise.resolve({}) as never, { items: [] })).toThrow(/^stored: .*found a promise: await it/);
});
