import { expect, test } from 'vitest';
import { Rollout } from '../../experience/rollout.js';
import { returnsOf } from './returns.js';

/** A rollout of which only feedback matters: `[steps][sessions]` rewards, with `!` after those that end a session. */
function rolloutOf(...steps: string[][]): Rollout {
  const sessions = steps[0].length;
  const rollout = new Rollout(steps.length, { sessions, items: 1, historyLength: 1 });
  for (const [step, row] of steps.entries()) {
    for (const [session, text] of row.entries()) {
      const place = step * sessions + session;
      rollout.reward[place] = Number.parseFloat(text);
      rollout.terminated[place] = text.endsWith('!') ? 1 : 0;
      rollout.truncated[place] = text.endsWith('|') ? 1 : 0;
    }
  }
  return rollout;
}

test('returns go back from the end of a session, and are not known before an end that is not there', () => {
  const { value, known } = returnsOf(rolloutOf(['1', '0'], ['2!', '1|'], ['4', '8'], ['8', '4!']), 0.5);
  expect([...known]).toEqual([1, 1, 1, 1, 0, 1, 0, 1]);
  expect([...value]).toEqual([2, 0.5, 2, 1, 0, 10, 0, 4]);
});
