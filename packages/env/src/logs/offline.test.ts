import { type Catalogue, endedSessions, InvalidOptionError } from '@ialp/core';
import { describe, expect, test } from 'vitest';
import { makeRing } from '../test-support/environment.js';
import { loggedRun } from '../test-support/log.js';
import { withInteractionLog } from './interaction-log.js';
import { logDataset, transitionsOf } from './offline.js';

test('the histories are those that the policy saw, bit for bit', () => {
  const env = withInteractionLog(makeRing(3));
  const seen: { before: number[][]; after: number[][] } = { before: [], after: [] };
  const histories = ({ historyItems, historyFeedback }: ReturnType<typeof env.reset>): number[][] =>
    [0, 1, 2].map((slot) => [
      ...historyItems.subarray(slot * 4, slot * 4 + 4),
      ...historyFeedback.subarray(slot * 4, slot * 4 + 4),
    ]);
  let observation = env.reset({ seed: 2 });
  for (let step = 0; step < 40; step++) {
    seen.before.push(...histories(observation));
    const first = (slot: number): number => observation.mask.subarray(slot * 9, slot * 9 + 9).lastIndexOf(1);
    const result = env.step(Int32Array.of(first(0), first(1), first(2)));
    seen.after.push(...histories(result.observation));
    observation = env.reset({ resetMask: endedSessions(result) });
  }
  const made = transitionsOf({ header: env.header(), log: env.log() });
  const rows = (items: Int32Array, feedback: Float32Array): number[][] =>
    Array.from({ length: made.turns }, (_, row) => [
      ...items.subarray(row * 4, row * 4 + 4),
      ...feedback.subarray(row * 4, row * 4 + 4),
    ]);
  expect(rows(made.historyItems, made.historyFeedback)).toEqual(seen.before);
  expect(rows(made.nextHistoryItems, made.nextHistoryFeedback)).toEqual(seen.after);
});

test('of slates there is a row a turn', () => {
  const stored = loggedRun({ sessions: 2, steps: 10, slateSize: 3, propensities: true, seed: 1 });
  const made = transitionsOf(stored);
  expect(made.turns).toBe(20);
  expect(made.actions).toEqual(stored.log.item);
  expect(made.reward.reduce((sum, value) => sum + value, 0)).toBe(
    stored.log.reward.reduce((sum, value) => sum + value, 0),
  );
  expect(made.propensity?.[7]).toBe(stored.log.propensity?.[21]);
});

test.each([1_000_000_000, 2 ** 28 + 1, Number.MAX_SAFE_INTEGER])(
  'a history of %d is refused before anything is allocated',
  (historyLength) => {
    const { header, log } = loggedRun({ sessions: 1, steps: 1, slateSize: 1, propensities: false, seed: 1 });
    const make = () => transitionsOf({ header: { ...header, historyLength }, log });
    expect(make).toThrow(InvalidOptionError);
    expect(make).toThrow(/^header.historyLength: expected at most 268435456 for 1 turns.*correct the header/);
  },
);

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
  expect(() => transitionsOf(log as never)).toThrow(/^stored\.header: expected a log with its header, such as/);
  expect(() => logDataset(Promise.resolve({}) as never, { items: [] })).toThrow(/^stored: .*found a promise: await it/);
});
