import { type Checkpoint, createRandom, type Trajectories } from '@ialp/core';
import { ConformanceError } from '@ialp/core/testing';
import { describe, expect, test } from 'vitest';
import type { Learner } from '../learner.js';
import { createPopularity } from '../learners/bandits/popularity.js';
import { createRandomPolicy } from '../policies/random-policy.js';
import type { Staging } from '../staging.js';
import { learnerChecks } from './learner-checks.js';

const ITEMS = 12;
const options = { createRandom };

/** A learner that keeps every rule, but for what `change` replaces. */
function makeLearner(change: (right: Learner) => Partial<Learner> = () => ({})): Learner {
  const right = createPopularity({ items: ITEMS, rolloutLength: 5 });
  const replaced = change(right);
  return {
    specificationVersion: 'v2',
    get policy() {
      return replaced.policy ?? right.policy;
    },
    rolloutLength: replaced.rolloutLength ?? right.rolloutLength,
    learn: replaced.learn ?? ((trajectories) => right.learn(trajectories)),
    checkpoint: replaced.checkpoint ?? (() => right.checkpoint?.() ?? {}),
    restore: replaced.restore ?? ((checkpoint) => right.restore?.(checkpoint)),
    policyState: replaced.policyState ?? (() => right.checkpoint?.() ?? {}),
    setPolicyState: replaced.setPolicyState ?? ((state) => right.restore?.(state)),
    ...(replaced.stagePolicyState && { stagePolicyState: replaced.stagePolicyState }),
    ...(replaced.policyStateRevisions && { policyStateRevisions: replaced.policyStateRevisions }),
  };
}

/** A learner that stages policy states as it should, but for what happens in the steps and at the end. */
function staging(stage: (right: Learner, state: Checkpoint) => Staging): Learner {
  return makeLearner((right) => ({ stagePolicyState: (state) => stage(right, state) }));
}

const FOLLOWS = 'a second learner that takes its policy state has the same policy after every update, bit for bit';
const STAGED = 'a policy state that is taken in steps changes nothing before the last, and then the same as at once';
const STAGED_FOREIGN = 'a policy state of something else is refused in steps, too, and changes nothing';
const FOREIGN = 'a policy state of something else is refused, and changes nothing';

/** Learns, after which something goes wrong. */
const afterLearning = (fault: (trajectories: Trajectories) => void) => (right: Learner) => ({
  learn(trajectories: Trajectories) {
    const report = right.learn(trajectories);
    fault(trajectories);
    return report;
  },
});

let learners = 0;

const FAULTS: { rule: string; fault: string; make: () => Learner }[] = [
  {
    rule: "specificationVersion is 'v2'",
    fault: 'is of version 1',
    make: () => ({ ...makeLearner(), specificationVersion: 'v1' as 'v2' }),
  },
  {
    rule: 'rolloutLength is an integer of at least 1',
    fault: 'wants none',
    make: () => makeLearner(() => ({ rolloutLength: 0 })),
  },
  {
    rule: 'learning does not modify the trajectories',
    fault: 'centres the rewards in place',
    make: () => makeLearner(afterLearning(({ reward }) => reward.set(reward.map((value) => value - 0.5)))),
  },
  {
    rule: 'learning does not modify the trajectories',
    fault: 'ends the last session',
    make: () => makeLearner(afterLearning(({ end }) => end.fill(1, -1))),
  },
  {
    rule: 'learning does not modify the trajectories',
    fault: 'sorts the rows of the trajectories',
    make: () => makeLearner(afterLearning(({ steps }) => steps.sort())),
  },
  {
    rule: 'the trajectories are read only during learn',
    fault: 'ranks by the last trajectories when it is asked',
    make: () =>
      makeLearner((right) => {
        let last: Trajectories | undefined;
        return {
          policy: {
            specificationVersion: 'v2',
            items: ITEMS,
            distribution(observation) {
              if (last !== undefined) for (let times = 0; times < 50; times++) right.learn(last);
              return right.policy.distribution(observation);
            },
          },
          learn(trajectories) {
            last = trajectories;
            return {};
          },
        };
      }),
  },
  {
    rule: 'the same experience gives the same policy, bit for bit',
    fault: 'was made with a prior of its own',
    make: () => {
      const best = learners++ % ITEMS;
      return createPopularity({
        items: ITEMS,
        rolloutLength: 5,
        priorStrength: 1000,
        prior: Float32Array.from({ length: ITEMS }, (_, item) => (item === best ? 1 : 0)),
      });
    },
  },
  {
    rule: 'learning does not change the number of items',
    fault: 'adds an item with every update',
    make: () => {
      let items = ITEMS;
      return makeLearner((right) => ({
        policy: {
          specificationVersion: 'v2',
          get items() {
            return items;
          },
          distribution: (observation) => right.policy.distribution(observation),
        },
        learn(trajectories) {
          items++;
          return right.learn(trajectories);
        },
      }));
    },
  },
  {
    rule: 'every number of its report is finite',
    fault: 'reports the logarithm of 0',
    make: () => makeLearner(() => ({ learn: () => ({ loss: Math.log(0) }) })),
  },
  {
    rule: 'from a checkpoint it continues bit for bit',
    fault: 'forgets how often items were shown',
    make: () =>
      makeLearner((right) => ({
        checkpoint() {
          return { ...right.checkpoint?.(), shown: new Float64Array(ITEMS) };
        },
      })),
  },
  {
    rule: 'a checkpoint of something else is refused, and changes nothing',
    fault: 'begins anew where it finds nothing',
    make: () => {
      const fresh = createPopularity({ items: ITEMS, rolloutLength: 5 }).checkpoint?.() ?? {};
      return makeLearner((right) => ({ restore: (checkpoint) => right.restore?.({ ...fresh, ...checkpoint }) }));
    },
  },
  {
    rule: FOLLOWS,
    fault: 'publishes what it knew at first',
    make: () =>
      makeLearner((right) => {
        const first = right.checkpoint?.() ?? {};
        return { policyState: () => first };
      }),
  },
  {
    rule: FOLLOWS,
    fault: 'publishes its policy',
    make: () => makeLearner((right) => ({ policyState: () => ({ policy: right.policy as never }) })),
  },
  {
    rule: FOLLOWS,
    fault: 'takes no state but its first',
    make: () =>
      makeLearner((right) => {
        let taken = false;
        return {
          setPolicyState(state) {
            if (!taken) right.restore?.(state);
            taken = true;
          },
        };
      }),
  },
  {
    rule: FOLLOWS,
    fault: 'reads the state when it decides, and not when it takes it',
    make: () =>
      makeLearner((right) => {
        let last: Checkpoint | undefined;
        return {
          policy: {
            specificationVersion: 'v2',
            items: ITEMS,
            distribution(observation) {
              if (last !== undefined) right.restore?.(last);
              return right.policy.distribution(observation);
            },
          },
          setPolicyState(state) {
            last = state;
          },
        };
      }),
  },
  {
    rule: FOLLOWS,
    fault: 'forgets how much it has shown when it takes a state',
    make: () =>
      makeLearner((right) => {
        const other = createRandomPolicy(ITEMS);
        let shown = 0;
        return {
          policy: {
            specificationVersion: 'v2',
            items: ITEMS,
            distribution(observation) {
              const distribution = (shown % 2 === 0 ? right.policy : other).distribution(observation);
              return {
                ...distribution,
                sample(random, settings) {
                  shown++;
                  return distribution.sample(random, settings);
                },
              };
            },
          },
          setPolicyState(state) {
            shown = 0;
            right.restore?.(state);
          },
        };
      }),
  },
  {
    rule: FOREIGN,
    fault: 'begins anew where it finds nothing',
    make: () => {
      const fresh = createPopularity({ items: ITEMS, rolloutLength: 5 }).checkpoint?.() ?? {};
      return makeLearner((right) => ({ setPolicyState: (state) => right.restore?.({ ...fresh, ...state }) }));
    },
  },
  {
    rule: FOREIGN,
    fault: 'takes a part before it refuses the rest',
    make: () =>
      makeLearner((right) => ({
        setPolicyState(state) {
          const own = right.checkpoint?.() ?? {};
          for (const [name, part] of Object.entries(state)) right.restore?.({ ...own, [name]: part });
          right.restore?.(state);
        },
      })),
  },
  {
    rule: STAGED,
    fault: 'takes the state in the first step',
    make: () =>
      staging(function* (right, state) {
        right.restore?.(state);
        yield;
        return () => {};
      }),
  },
  {
    rule: STAGED,
    fault: 'does not take the state in the end',
    make: () =>
      staging(function* () {
        yield;
        return () => {};
      }),
  },
  {
    rule: STAGED,
    fault: 'publishes parts that it does not leave out',
    make: () => makeLearner(() => ({ policyStateRevisions: () => ({ shown: 1 }) })),
  },
  {
    rule: STAGED_FOREIGN,
    fault: 'does not check the state in the steps',
    make: () =>
      staging(function* (right, state) {
        yield;
        return () => right.restore?.(state);
      }),
  },
  {
    rule: 'sessions of any number and length are taken, also one by one',
    fault: 'takes whole rollouts of six sessions alone',
    make: () =>
      makeLearner((right) => ({
        learn(trajectories) {
          if (trajectories.rows !== 6 * right.rolloutLength) throw new Error('expected a full rollout');
          return right.learn(trajectories);
        },
      })),
  },
  {
    rule: 'sessions of any number and length are taken, also one by one',
    fault: 'reports the mean of the steps after the first',
    make: () =>
      makeLearner((right) => ({
        learn(trajectories) {
          const later = trajectories.reward.subarray(1);
          const sum = later.reduce((total, reward) => total + reward, 0);
          return { ...right.learn(trajectories), later: sum / later.length };
        },
      })),
  },
  {
    rule: 'sessions of any number and length are taken, also one by one',
    fault: 'reads rollout.steps as a number, as in version 1',
    make: () =>
      makeLearner((right) => ({
        learn(trajectories) {
          const { steps } = trajectories as unknown as { steps: number };
          return { ...right.learn(trajectories), perStep: trajectories.reward[0] / steps };
        },
      })),
  },
  {
    rule: "another policy's experience is corrected for or refused",
    fault: 'divides by the advantage that its own policy had',
    make: () =>
      makeLearner((right) => ({
        learn(trajectories) {
          const own = right.policy.distribution(trajectories.states);
          const ratio = own.propensity(trajectories.actions).map((p) => trajectories.propensity[0] / p);
          return { ...right.learn(trajectories), weight: Math.max(...ratio) };
        },
      })),
  },
  {
    rule: "another policy's experience is corrected for or refused",
    fault: 'learns before it refuses',
    make: () =>
      makeLearner((right) => ({
        learn(trajectories) {
          right.learn(trajectories);
          if (trajectories.propensity.some((p) => p < 1)) throw new Error('that was not me');
          return {};
        },
      })),
  },
  {
    rule: 'slates are learned from or refused',
    fault: 'reads one item of each slate, as if there were one in each row',
    make: () =>
      makeLearner((right) => ({
        learn: ({ choice: _, ...trajectories }) => {
          const actions = trajectories.actions.subarray(0, trajectories.rows);
          const propensity = trajectories.propensity.subarray(0, trajectories.rows);
          return right.learn({ ...trajectories, slateSize: 1, actions, propensity });
        },
      })),
  },
  {
    rule: 'slates are learned from or refused',
    fault: 'gives the feedback to the item below the chosen one',
    make: () =>
      makeLearner((right) => ({
        learn({ choice, ...trajectories }) {
          const next = choice?.map((position) => (position < 0 ? position : (position + 1) % trajectories.slateSize));
          return right.learn(next === undefined ? trajectories : { ...trajectories, choice: next });
        },
      })),
  },
  {
    rule: 'slates are learned from or refused',
    fault: 'refuses slates by a crash',
    make: () =>
      makeLearner((right) => ({
        learn: (trajectories) =>
          trajectories.slateSize > 1 ? (undefined as never as { learn(): never }).learn() : right.learn(trajectories),
      })),
  },
  {
    rule: 'slates are learned from or refused',
    fault: 'learns before it refuses slates',
    make: () =>
      makeLearner((right) => ({
        learn(trajectories) {
          const report = right.learn(trajectories);
          if (trajectories.slateSize > 1) throw new RangeError('one item in each row, please');
          return report;
        },
      })),
  },
  {
    rule: 'slates are learned from or refused',
    fault: 'reports the mean of the positions chosen',
    make: () =>
      makeLearner((right) => ({
        learn(trajectories) {
          const { slateSize, choice = [] } = trajectories;
          const sum = Array.from(choice).reduce((total, position) => total + position, 0);
          return { ...right.learn(trajectories), position: slateSize > 1 ? sum / choice.length : 0 };
        },
      })),
  },
  {
    rule: 'learned policy: the probabilities of the allowed items sum to 1 in every state',
    fault: 'loses probability by learning',
    make: () => {
      let kept = 1;
      return makeLearner((right) => ({
        policy: {
          specificationVersion: 'v2',
          items: ITEMS,
          distribution(observation) {
            const whole = right.policy.distribution(observation);
            return { ...whole, propensity: (items) => whole.propensity(items).map((p) => kept * p) };
          },
        },
        learn(trajectories) {
          kept *= 0.9;
          return right.learn(trajectories);
        },
      }));
    },
  },
];

describe('a learner that keeps every rule', () => {
  for (const { name, run } of learnerChecks(makeLearner, options)) test(name, run);
});

test('a learner of version 1 is told how to change, and nothing else is checked', () => {
  const first = (): Learner => ({ ...makeLearner(), specificationVersion: 'v1' as 'v2', learn: undefined as never });
  const [check, ...others] = learnerChecks(first, options);
  expect(() => check.run()).toThrow(
    /expected 'v2', version 2 of the interface: learn from trajectories instead of rollouts/,
  );
  for (const { run } of others) expect(run).toThrow(/^not run: specificationVersion is "v1" instead of 'v2'$/);
});

describe('a planted fault is found', () => {
  test.each(FAULTS)('$rule: a learner that $fault', ({ rule, make }) => {
    const check = learnerChecks(make, options).find(({ name }) => name === rule);
    expect(check, `no check of the name "${rule}"`).toBeDefined();
    expect(() => check?.run()).toThrow(ConformanceError);
  });

  test('for every rule of a learner', () => {
    const rules = learnerChecks(makeLearner, options)
      .map(({ name }) => name)
      // The rules of a policy have planted faults of their own.
      .filter((name) => !name.startsWith('learned policy: '));
    expect(rules.filter((name) => !FAULTS.some(({ rule }) => rule === name))).toEqual([]);
  });
});
