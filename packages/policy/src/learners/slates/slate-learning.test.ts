import { createRandom, noExclusions, TRAJECTORY_END, type Trajectories } from '@ialp/core';
import { describe, expect, test } from 'vitest';
import type { Learner } from '../../learner.js';
import { createA2C } from '../online/a2c.js';
import { createReinforce } from '../online/reinforce.js';
import { CLICKBAIT, learnedSlate, rankedSlates, slateNetwork, slateReward } from './slate-problem.js';
import { createSlateQ } from './slate-q.js';

const settings = { discount: 0, rolloutLength: 1, learningRate: 0.01, entropyWeight: 0.001 };
const actorCritic = (seed: number) => slateNetwork(CLICKBAIT, ['actor', 'value'], seed);

const LEARNERS: Readonly<Record<string, (seed: number) => Learner>> = {
  'A2C, credit to the choice': (seed) => createA2C({ ...settings, network: actorCritic(seed) }),
  'A2C, credit to the slate': (seed) => createA2C({ ...settings, network: actorCritic(seed), slateCredit: 'slate' }),
  'REINFORCE, credit to the choice': (seed) => createReinforce({ ...settings, network: actorCritic(seed) }),
  'REINFORCE, credit to the slate': (seed) =>
    createReinforce({ ...settings, network: actorCritic(seed), slateCredit: 'slate' }),
  SlateQ: (seed) =>
    createSlateQ({
      ...{
        slateSize: 2,
        discount: 0,
        learningStarts: 500,
        epsilonDecaySteps: 4000,
        learningRate: 0.003,
        gradientSteps: 4,
        batchSize: 128,
      },
      network: slateNetwork(CLICKBAIT, ['q', 'value'], seed),
      choice: slateNetwork(CLICKBAIT, ['q'], seed + 9),
      random: createRandom(seed + 3),
    }),
};

/** Every position as a decision of its own, with the feedback to its own item: what a learner without slates would do. */
function perPosition(learner: Learner): Learner {
  const learn = (slates: Trajectories) => {
    const { choice, ...single } = slates;
    const { rows, slateSize, states, actions, reward } = slates;
    const count = rows * slateSize;
    const decisionOf = Int32Array.from({ length: count }, (_, place) => Math.floor(place / slateSize));
    const own = Int32Array.from({ length: count }, (_, place) => place);
    const pick = <A extends Int32Array | Float32Array>(column: A): A =>
      (column.constructor as unknown as { from(values: number[]): A }).from(
        Array.from(decisionOf, (row) => column[row]),
      );
    const each = {
      ...states,
      rows: count,
      session: Float64Array.from(own),
      turn: pick(states.turn),
      historyItems: pick(states.historyItems),
      historyFeedback: pick(states.historyFeedback),
      exclusions: noExclusions(count),
    };
    return learner.learn({
      ...single,
      ...{ rows: count, count, slateSize: 1, states: each, last: each, trajectory: own, steps: own },
      propensity: learner.policy.distribution(each).propensity(actions).slice(),
      reward: Float32Array.from(own, (place) =>
        choice?.[decisionOf[place]] === place % slateSize ? reward[decisionOf[place]] : 0,
      ),
      chosenBy: new Uint8Array(count),
      policyVersion: new Float64Array(count),
      offsets: Int32Array.from({ length: count + 1 }, (_, k) => k),
      end: new Uint8Array(count).fill(TRAJECTORY_END.terminated),
    });
  };
  return { ...learner, learn };
}

describe('clickbait', () => {
  const [best] = rankedSlates(CLICKBAIT);

  test('the best slate is without it, and by far', () => {
    expect(best).toEqual([1, 2]);
    expect(slateReward(CLICKBAIT, best)).toBeCloseTo(0.75, 10);
    // By hand: (10 * 0.4 + 1.5) / 12.5.
    expect(slateReward(CLICKBAIT, [0, 1])).toBeCloseTo(0.44, 10);
  });

  test.each(Object.entries(LEARNERS))('%s finds the best slate', (name, make) => {
    // Each of its updates is several steps on a batch.
    const updates = name === 'SlateQ' ? 120 : 250;
    for (const seed of [1, 2]) expect(learnedSlate(CLICKBAIT, make(seed), 64 * updates, seed)).toEqual(best);
  });

  test('a learner for which each position is a decision of its own shows the clickbait', () => {
    for (const seed of [1, 2]) {
      const learner = perPosition(createA2C({ ...settings, network: actorCritic(seed) }));
      expect(learnedSlate(CLICKBAIT, learner, 64 * 250, seed)).toContain(0);
    }
  });
});
