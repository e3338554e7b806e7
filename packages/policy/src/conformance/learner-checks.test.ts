import { createRandom } from '@ialp/core';
import { ConformanceError } from '@ialp/core/testing';
import { describe, expect, test } from 'vitest';
import type { Rollout } from '../experience/rollout.js';
import type { Learner } from '../learner.js';
import { createPopularity } from '../learners/bandits/popularity.js';
import { learnerChecks } from './learner-checks.js';

const ITEMS = 12;
const options = { createRandom };

/** A learner that keeps every rule, but for what `change` replaces. */
function makeLearner(change: (right: Learner) => Partial<Learner> = () => ({})): Learner {
  const right = createPopularity({ items: ITEMS, rolloutLength: 5 });
  const replaced = change(right);
  return {
    specificationVersion: 'v1',
    get policy() {
      return replaced.policy ?? right.policy;
    },
    rolloutLength: replaced.rolloutLength ?? right.rolloutLength,
    learn: replaced.learn ?? ((rollout) => right.learn(rollout)),
    checkpoint: replaced.checkpoint ?? (() => right.checkpoint?.() ?? {}),
    restore: replaced.restore ?? ((checkpoint) => right.restore?.(checkpoint)),
  };
}

/** Learns, after which something goes wrong. */
const afterLearning = (fault: (rollout: Rollout) => void) => (right: Learner) => ({
  learn(rollout: Rollout) {
    const report = right.learn(rollout);
    fault(rollout);
    return report;
  },
});

let learners = 0;

const FAULTS: { rule: string; fault: string; make: () => Learner }[] = [
  {
    rule: "specificationVersion is 'v1'",
    fault: 'is of another version',
    make: () => ({ ...makeLearner(), specificationVersion: 'v2' as 'v1' }),
  },
  {
    rule: 'rolloutLength is an integer of at least 1',
    fault: 'wants none',
    make: () => makeLearner(() => ({ rolloutLength: 0 })),
  },
  {
    rule: 'learning does not modify the rollout',
    fault: 'centres the rewards in place',
    make: () => makeLearner(afterLearning(({ reward }) => reward.set(reward.map((value) => value - 0.5)))),
  },
  {
    rule: 'learning does not modify the rollout',
    fault: 'marks the last step as an end',
    make: () => makeLearner(afterLearning(({ truncated }) => truncated.fill(1, -1))),
  },
  {
    rule: 'the rollout is read only during learn',
    fault: 'ranks by the last rollout when it is asked',
    make: () =>
      makeLearner((right) => {
        let last: Rollout | undefined;
        return {
          policy: {
            specificationVersion: 'v1',
            items: ITEMS,
            distribution(observation) {
              if (last !== undefined) for (let times = 0; times < 50; times++) right.learn(last);
              return right.policy.distribution(observation);
            },
          },
          learn(rollout) {
            last = rollout;
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
          specificationVersion: 'v1',
          get items() {
            return items;
          },
          distribution: (observation) => right.policy.distribution(observation),
        },
        learn(rollout) {
          items++;
          return right.learn(rollout);
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
    rule: "another policy's experience is corrected for or refused",
    fault: 'divides by the advantage that its own policy had',
    make: () =>
      makeLearner((right) => ({
        learn(rollout) {
          const own = right.policy.distribution({ ...rollout.states, turn: new Int32Array(rollout.actions.length) });
          const ratio = own.propensity(rollout.actions).map((p) => rollout.propensity[0] / p);
          return { ...right.learn(rollout), weight: Math.max(...ratio) };
        },
      })),
  },
  {
    rule: "another policy's experience is corrected for or refused",
    fault: 'learns before it refuses',
    make: () =>
      makeLearner((right) => ({
        learn(rollout) {
          right.learn(rollout);
          if (rollout.propensity.some((p) => p < 1)) throw new Error('that was not me');
          return {};
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
          specificationVersion: 'v1',
          items: ITEMS,
          distribution(observation) {
            const whole = right.policy.distribution(observation);
            return {
              propensity: (items) => whole.propensity(items).map((p) => kept * p),
              sample: (random) => whole.sample(random),
            };
          },
        },
        learn(rollout) {
          kept *= 0.9;
          return right.learn(rollout);
        },
      }));
    },
  },
];

describe('a learner that keeps every rule', () => {
  for (const { name, run } of learnerChecks(makeLearner, options)) test(name, run);
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
