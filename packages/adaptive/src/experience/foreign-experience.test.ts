import { CHOSEN_BY, createRandom } from '@ialp/core';
import type { Learner } from '@ialp/policy';
import { describe, expect, test } from 'vitest';
import type { Gate } from '../gate.js';
import { createSessionReturnGate } from '../gates/session-return.js';
import { withRewardFloor } from '../guardrails/reward-floor.js';
import { createAdaptiveLearner } from '../learners/adaptive-learner.js';
import { frozen, ITEMS, interleaved, ONLINE, PRETRAINED, watching } from '../test-support/interleaved.js';
import { fixedPolicy } from '../test-support/policies.js';
import { Visitors } from '../test-support/visitors.js';

describe('experience of somebody else', () => {
  const uniform = fixedPolicy([0.25, 0.25, 0.25, 0.25]);

  test('is not attributed, and its sessions are not counted', () => {
    const { gate, observed } = watching(0.5);
    const counting = createSessionReturnGate({ minSessions: 1 });
    const parts = { pretrained: PRETRAINED, online: frozen(ONLINE), by: 'session' as const };
    for (const each of [gate, counting]) {
      const learner = createAdaptiveLearner({ ...parts, gate: each });
      const other: Learner = { ...frozen(uniform), learn: (trajectories) => learner.learn(trajectories) };
      interleaved(other, 10);
    }
    expect(observed.length).toBeGreaterThan(10);
    for (const { trajectories } of observed)
      expect(new Set(trajectories.chosenBy)).toEqual(new Set([CHOSEN_BY.unknown]));
    expect(counting.estimates).toEqual({ weight: 0.98, pretrainedReward: null, onlineReward: null });
  });

  test('has the propensities that the policies of the mixture would have, in the same rows as own experience', () => {
    const looks: Propensity[] = [];
    const gate: Gate = {
      ...watching(0.5).gate,
      observe: ({ trajectories, propensities }) => {
        const { pretrained, online } = propensities();
        looks.push({ items: [...trajectories.actions], pretrained: [...pretrained], online: [...online] });
      },
    };
    const [pre, on] = [
      [0.4, 0.3, 0.2, 0.1],
      [0.1, 0.2, 0.3, 0.4],
    ];
    const learner = createAdaptiveLearner({ pretrained: fixedPolicy(pre), online: frozen(fixedPolicy(on)), gate });
    const random = createRandom(4);
    const visitors = new Visitors({ items: ITEMS });
    for (let k = 0; k < 40; k++) {
      const policy = k % 3 === 0 ? uniform : learner.policy;
      visitors.serve([k], (state) => policy.distribution(state).sample(random));
    }
    learner.learn(visitors.take());
    const [{ items, pretrained, online }] = looks;
    for (const [row, item] of items.entries()) {
      expect(pretrained[row]).toBeCloseTo(pre[item], 6);
      expect(online[row]).toBeCloseTo(on[item], 6);
    }
  });

  test('a reward floor refuses it, and nothing is changed', () => {
    const make = () => withRewardFloor({ pretrained: PRETRAINED, learner: frozen(PRETRAINED), firstSessions: 2 });
    const [gathering, other] = [make(), make()];
    const visitors = new Visitors({ items: ITEMS, turnsOf: () => 1 });
    const random = createRandom(1);
    for (const session of [5, 6]) {
      visitors.serve([session], (state) => gathering.policy.distribution(state).sample(random));
    }
    const trajectories = visitors.take();
    const before = JSON.stringify(other.checkpoint?.());
    expect(() => other.learn(trajectories)).toThrow(
      'trajectories: expected sessions that this policy served, as the floor accounts for each; found session 5, which this policy did not serve.',
    );
    expect(JSON.stringify(other.checkpoint?.())).toBe(before);
    gathering.learn(trajectories);
    expect(gathering.statistics.pretrainedSessions).toBe(2);
  });
});

/** What a gate saw of one update. */
interface Propensity {
  readonly items: number[];
  readonly pretrained: number[];
  readonly online: number[];
}
