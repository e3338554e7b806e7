import { createRandom, type Trajectories } from '@ialp/core';
import { createFrozenLearner, type Learner, type Policy } from '@ialp/policy';
import type { Gate, GateExperience } from '../gate.js';
import { fixedPolicy } from './policies.js';
import { Visitors } from './visitors.js';

/** Items of the catalogue. */
export const ITEMS = 4;
/** Rows after which is learned. */
export const STEPS = 8;

/** A learner that does not learn. */
export const frozen = (policy: Policy): Learner => ({ ...createFrozenLearner(policy), rolloutLength: STEPS });

/** Each policy shows an item of its own, so that what visitors see tells who served them. */
export const [PRETRAINED, ONLINE] = [fixedPolicy([1, 0, 0, 0]), fixedPolicy([0, 1, 0, 0])];

/** A gate that remembers what it observed. */
export function watching(weight: number): { gate: Gate; observed: GateExperience[] } {
  const observed: GateExperience[] = [];
  return {
    observed,
    gate: {
      specificationVersion: 'v2',
      weigh: (_, weights) => void weights.fill(weight),
      observe: (each) => void observed.push(each),
    },
  };
}

/** Visitors in groups of four, who come in turns with one request each, until all have left after their fifth turn. */
export function interleaved(learner: Learner, groups: number, look?: (trajectories: Trajectories) => void): Visitors {
  const random = createRandom(1);
  const visitors = new Visitors({ items: ITEMS, turnsOf: () => 5 });
  for (let group = 0; group < groups; group++) {
    for (let turn = 0; turn < 5; turn++) {
      for (let visitor = 0; visitor < 4; visitor++) {
        visitors.serve([4 * group + visitor], (state) => learner.policy.distribution(state).sample(random));
        if (visitors.recorder.rows < STEPS) continue;
        const trajectories = visitors.take();
        look?.(trajectories);
        learner.learn(trajectories);
      }
    }
  }
  return visitors;
}
