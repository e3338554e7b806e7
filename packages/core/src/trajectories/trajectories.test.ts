import { expect, test } from 'vitest';
import { completeLog } from '../log/interaction-log.js';
import { trajectoriesOf } from '../log/trajectories-of.js';
import { endAfter, followingRows, TRAJECTORY_END } from './trajectories.js';

/** Three interleaved sessions: 0 is truncated, 1 goes on, 2 is terminated. */
const trajectories = trajectoriesOf({
  header: { environment: 'shop', items: 4, slateSize: 1, historyLength: 2 },
  log: completeLog({
    session: Int32Array.of(0, 1, 0, 2, 0, 1),
    item: Int32Array.of(0, 0, 1, 0, 2, 1),
    reward: new Float32Array(6),
    terminated: Uint8Array.of(0, 0, 0, 1, 0, 0),
    truncated: Uint8Array.of(0, 0, 0, 0, 1, 0),
  }),
});

test('rows follow each other within their trajectory', () => {
  expect([...followingRows(trajectories)]).toEqual([2, 5, 4, -1, -1, -1]);
});

test('a session ends with the last row of its trajectory only', () => {
  const { open, terminated, truncated } = TRAJECTORY_END;
  const ends = [0, 1, 2, 3, 4, 5].map((row) => endAfter(trajectories, row));
  expect(ends).toEqual([open, open, open, terminated, truncated, open]);
});
