import { endedSessions, excludedIn, type Observation, TRAJECTORY_END } from '@ialp/core';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { createFirstAcceptableChoice } from '../choices/choice-models.js';
import { allowedItems } from '../test-support/allowed.js';
import { makeRing } from '../test-support/environment.js';
import { loggedRun, shapes } from '../test-support/log.js';
import { trajectoriesOf, withInteractionLog } from './index.js';

/** What a row of states says, for a history of 4. */
function stateOf({ turn, historyItems, historyFeedback, exclusions }: Observation, row: number): unknown[] {
  return [
    turn[row],
    ...historyItems.subarray(row * 4, row * 4 + 4),
    ...historyFeedback.subarray(row * 4, row * 4 + 4),
    [...excludedIn(exclusions, row)],
  ];
}

test.each([
  ['one item', {}, 1],
  ['slates', { slate: { size: 2, choice: createFirstAcceptableChoice() } }, 2],
  ['one item, repeats allowed', { repeats: true }, 1],
] as const)('the states are those that the policy observed, bit for bit: %s', (_, options, slateSize) => {
  const env = withInteractionLog(makeRing(3, options));
  const seen: unknown[][] = [];
  const after = new Map<number, unknown[]>();
  const keys: number[] = [];
  let observation = env.reset({ seed: 2 });
  for (let step = 0; step < 40; step++) {
    keys.push(...observation.session);
    for (const slot of [0, 1, 2]) seen.push(stateOf(observation, slot));
    const slates = [0, 1, 2].flatMap((slot) => allowedItems(observation, slot).slice(-slateSize));
    const result = env.step(Int32Array.from(slates));
    for (const slot of [0, 1, 2]) after.set(result.observation.session[slot], stateOf(result.observation, slot));
    observation = env.reset({ resetMask: endedSessions(result) });
  }
  const { rows, states, last, count } = trajectoriesOf(
    { header: env.header(), log: env.log() },
    { repeats: 'repeats' in options },
  );
  expect(Array.from({ length: rows }, (_row, row) => stateOf(states, row))).toEqual(seen);
  expect([...states.session]).toEqual(keys);
  expect(Array.from({ length: count }, (_k, k) => stateOf(last, k))).toEqual([...after.values()]);
});

test('every turn of a log is a row, in its session', () => {
  fc.assert(
    fc.property(shapes, (shape) => {
      const stored = loggedRun(shape);
      const { log } = stored;
      const { rows, count, slateSize, ...made } = trajectoriesOf(stored);
      expect([rows, slateSize]).toEqual([shape.sessions * shape.steps, shape.slateSize]);
      expect(count).toBe(new Set(log.session).size);
      expect(made.actions).toEqual(log.item);
      const first = Array.from({ length: rows }, (_, row) => row * slateSize);
      expect([...made.trajectory]).toEqual(first.map((k) => log.session[k]));
      expect([...made.states.turn]).toEqual(first.map((k) => log.turn[k]));
      expect([...made.reward]).toEqual(
        first.map((k) => log.reward.subarray(k, k + slateSize).reduce((sum, value) => sum + value, 0)),
      );
      for (let k = 0; k < count; k++) {
        const own = made.steps.subarray(made.offsets[k], made.offsets[k + 1]);
        expect([...own]).toEqual([...made.trajectory.keys()].filter((row) => made.trajectory[row] === k));
        const end = log.session.lastIndexOf(k);
        const expected = log.terminated[end]
          ? TRAJECTORY_END.terminated
          : log.truncated[end]
            ? TRAJECTORY_END.truncated
            : TRAJECTORY_END.open;
        expect(made.end[k]).toBe(expected);
      }
    }),
    { numRuns: 60 },
  );
});
