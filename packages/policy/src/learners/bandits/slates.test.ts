/** What bandits learn from slates: the chosen item has the reward, the others have feedback 0. */
import { createRandom, type Trajectories } from '@ialp/core';
import { describe, expect, test } from 'vitest';
import { TrajectoryRecorder } from '../../experience/trajectory-recorder.js';
import type { Learner } from '../../learner.js';
import { observationOf } from '../../test-support/observations.js';
import { createEpsilonGreedy } from './epsilon-greedy.js';
import { createItemKnn } from './item-knn.js';
import { createLinUcb } from './lin-ucb.js';
import { createPopularity } from './popularity.js';
import { shownItems } from './shown-items.js';
import { createThompsonSampling } from './thompson-sampling.js';

const ITEMS = 5;

/** Slates of three, each of a session of its own that liked item 4, and what was chosen from them. */
function slates(
  choices: readonly (readonly [slate: readonly number[], choice: number, reward: number])[],
): Trajectories {
  const rows = choices.length;
  const recorder = new TrajectoryRecorder({ items: ITEMS, historyLength: 1, slateSize: 3 });
  const states = observationOf(rows, ITEMS, {
    historyItems: new Int32Array(rows).fill(4),
    historyFeedback: new Float32Array(rows).fill(1),
  });
  recorder.recordAction(states, {
    items: Int32Array.from(choices.flatMap(([slate]) => slate)),
    propensity: new Float32Array(3 * rows).fill(0.5),
  });
  recorder.recordFeedback(
    { ...states, turn: new Int32Array(rows).fill(1) },
    {
      reward: Float32Array.from(choices, ([, , reward]) => reward),
      terminated: new Uint8Array(rows),
      truncated: new Uint8Array(rows),
      choice: Int32Array.from(choices, ([, choice]) => choice),
    },
  );
  return recorder.take();
}

/** Item 2 is always chosen where it is shown, at any position; item 1 never. */
const EXPERIENCE = slates(
  Array.from({ length: 60 }, (_, k) => [k % 2 === 0 ? [0, 1, 2] : [2, 3, 1], k % 2 === 0 ? 2 : 0, 1]),
);

test('the items of slates in order, with the feedback to each', () => {
  const { items, feedback, row } = shownItems(
    slates([
      [[0, 1, 2], 2, 0.5],
      [[3, 4, 0], -1, 0],
      [[4, 2, 1], 0, 1],
    ]),
  );
  expect([...items]).toEqual([0, 1, 2, 3, 4, 0, 4, 2, 1]);
  expect([...feedback]).toEqual([0, 0, 0.5, 0, 0, 0, 1, 0, 0]);
  expect([...(row as Int32Array)]).toEqual([0, 0, 0, 1, 1, 1, 2, 2, 2]);
});

const features = {
  data: Float32Array.from({ length: ITEMS * ITEMS }, (_, k) => +(k % (ITEMS + 1) === 0)),
  width: ITEMS,
};
const LEARNERS: Readonly<Record<string, () => Learner>> = {
  popularity: () => createPopularity({ items: ITEMS, priorStrength: 1 }),
  'epsilon-greedy': () => createEpsilonGreedy({ items: ITEMS, priorStrength: 1 }),
  'Thompson sampling': () => createThompsonSampling({ items: ITEMS, random: createRandom(1), draws: 50 }),
  LinUCB: () => createLinUcb({ features, alpha: 0 }),
  'item k-NN': () => createItemKnn({ items: ITEMS, shrinkage: 0 }),
};

describe.each(Object.entries(LEARNERS))('%s', (_, make) => {
  test('prefers what was chosen to what was shown beside it', () => {
    const learner = make();
    learner.learn(EXPERIENCE);
    const state = observationOf(1, ITEMS, { historyItems: Int32Array.of(4), historyFeedback: Float32Array.of(1) });
    const ranking = [...learner.policy.distribution(state).top(ITEMS).items];
    expect(ranking[0]).toBe(2);
    expect(ranking.indexOf(2)).toBeLessThan(ranking.indexOf(1));
  });
});
