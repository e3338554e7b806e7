import { TRAJECTORY_END, type Trajectories } from '@ialp/core';
import { expect, test } from 'vitest';
import { lockStep } from '../../test-support/trajectories.js';
import { returnsOf } from './returns.js';

/** Experience of which only feedback matters: `[steps][slots]` rewards, with `!` or `|` after those that end a session. */
function experienceOf(...steps: string[][]): Trajectories {
  const rows = steps.flat();
  const { terminated, truncated, open } = TRAJECTORY_END;
  const ends = rows.map((text) => (text.endsWith('!') ? terminated : text.endsWith('|') ? truncated : open));
  return { ...lockStep(steps[0].length, ends), reward: Float32Array.from(rows, Number.parseFloat) } as Trajectories;
}

test('returns go back from the end of a session, and are not known before an end that is not there', () => {
  const { value, known } = returnsOf(experienceOf(['1', '0'], ['2!', '1|'], ['4', '8'], ['8', '4!']), 0.5);
  expect([...known]).toEqual([1, 1, 1, 1, 0, 1, 0, 1]);
  expect([...value]).toEqual([2, 0.5, 2, 1, 0, 10, 0, 4]);
});
