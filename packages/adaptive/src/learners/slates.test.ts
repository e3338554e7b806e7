import { CHOSEN_BY, createRandom, type Trajectories } from '@ialp/core';
import { createCascadeChoice, createSimulator } from '@ialp/env';
import { createFrozenLearner, createRandomPolicy, type Learner, runOnline } from '@ialp/policy';
import { expect, test } from 'vitest';
import type { GateExperience } from '../gate.js';
import { createConstantGate } from '../gates/constant.js';
import { createReturnAdaptiveGate } from '../gates/return-adaptive.js';
import { createValueSoftmaxGate } from '../gates/value-softmax.js';
import { withExposureCap } from '../guardrails/exposure-cap.js';
import { withRewardFloor } from '../guardrails/reward-floor.js';
import { createMixturePolicy } from '../policies/mixture-policy.js';
import { fixedPolicy, makeObservation } from '../test-support/policies.js';
import { Visitors } from '../test-support/visitors.js';
import { createAdaptiveLearner } from './adaptive-learner.js';

const [ITEMS, SLATE] = [6, 2];
const PRE = [0.4, 0.2, 0.1, 0.1, 0.1, 0.1];
const ONLINE = [0.1, 0.1, 0.1, 0.1, 0.2, 0.4];
const frozen = (preferences: number[]): Learner => ({
  ...createFrozenLearner(fixedPolicy(preferences)),
  rolloutLength: 3,
});

const makeEnv = () =>
  createSimulator({
    name: 'slates',
    responses: {
      ...{ specificationVersion: 'v1', users: 1, items: ITEMS, rewardRange: [0, 1], window: 0 },
      utility: (_session, item) => item,
      respond: (_session, item) => (item > 2 ? 1 : 0),
    },
    slate: { size: SLATE, choice: createCascadeChoice({ perseverance: 0.8 }) },
    ...{ sessions: 8, maxTurns: 6, historyLength: 4, repeats: true },
  });

test.each(['step', 'session'] as const)(
  'by %s, a gate observes slates with the propensities of both policies',
  (by) => {
    let rows = 0;
    const gate = {
      ...createConstantGate(0.5),
      observe({ trajectories, propensities }: GateExperience) {
        expect(trajectories.slateSize).toBe(SLATE);
        const { pretrained, online } = propensities();
        const { states, actions, propensity, chosenBy } = trajectories;
        const ofPart = (preferences: number[]) => fixedPolicy(preferences).distribution(states).propensity(actions);
        const [expectedPre, expectedOnline] = [ofPart(PRE), ofPart(ONLINE)];
        for (let row = 0; row < trajectories.rows; row++) {
          const isFirst = by === 'step' || states.turn[row] === 0;
          let w = isFirst ? 0.5 : chosenBy[row] === CHOSEN_BY.pretrained ? 1 : 0;
          for (let place = row * SLATE; place < (row + 1) * SLATE; place++) {
            const [a, b] = [expectedPre[place], expectedOnline[place]];
            expect(pretrained[place]).toBeCloseTo(a, 5);
            expect(online[place]).toBeCloseTo(b, 5);
            const mixed = w * a + (1 - w) * b;
            expect(propensity[place]).toBeCloseTo(mixed, 5);
            w = (w * a) / mixed;
          }
        }
        rows += trajectories.rows;
      },
    };
    const learner = createAdaptiveLearner({ pretrained: fixedPolicy(PRE), online: frozen(ONLINE), gate, by });
    const options = { environment: makeEnv(), interactions: 480, seed: 1, random: createRandom(1) };
    runOnline({ ...options, learner, finishSessions: false });
    expect(rows).toBe(480);
  },
);

test('guardrails serve slates', () => {
  const learner = createAdaptiveLearner({
    ...{ pretrained: fixedPolicy(PRE), online: frozen(ONLINE) },
    ...{ gate: createConstantGate(0.5), by: 'session' as const },
  });
  const floor = withRewardFloor({ pretrained: fixedPolicy(PRE), learner, firstSessions: 20, maxLossShare: 0.5 });
  const guarded = withExposureCap(floor, { maxItemShare: 0.3, windowInteractions: 200 });
  const options = { environment: makeEnv(), interactions: 2400, seed: 1, random: createRandom(1) };
  runOnline({ ...options, learner: guarded, finishSessions: false });
  expect(floor.statistics.pretrainedSessions).toBeGreaterThan(20);
  expect(floor.statistics.learnerSessions).toBeGreaterThan(20);
});

test('to the default gate, a slate is one action, with the product of its propensities', () => {
  const critic = { values: ({ rows }: { readonly rows: number }) => new Float32Array(rows) };
  const [ofSlates, ofItems] = [0, 1].map(() => createReturnAdaptiveGate({ critic, discount: 0.5 }));
  const random = createRandom(2);
  const visitors = new Visitors({ items: ITEMS, slateSize: SLATE, turnsOf: () => 3, rewardOf: (_s, _t, item) => item });
  const policy = createMixturePolicy(fixedPolicy(PRE), fixedPolicy(ONLINE), (_, w) => void w.fill(0.5));
  for (let session = 0; session < 400; session++) {
    for (let turn = 0; turn < 3; turn++) {
      visitors.serve([session], (state) => policy.distribution(state).sample(random, { count: SLATE }));
    }
  }
  const trajectories = visitors.take();
  const { pretrainedPropensity, onlinePropensity, propensity, rows } = trajectories;
  ofSlates.observe?.({
    trajectories,
    propensities: () => ({ pretrained: pretrainedPropensity!, online: onlinePropensity! }),
  });
  // In single precision, as propensities of single items are.
  const product = (values: Float32Array) =>
    Float32Array.from({ length: rows }, (_, row) => values[SLATE * row] * values[SLATE * row + 1]);
  const single: Trajectories = { ...trajectories, slateSize: 1, propensity: product(propensity) };
  ofItems.observe?.({
    trajectories: single,
    propensities: () => ({ pretrained: product(pretrainedPropensity!), online: product(onlinePropensity!) }),
  });
  expect(ofSlates.estimates.gap).toBeLessThan(0);
  expect(ofSlates.estimates.gap).toBeCloseTo(ofItems.estimates.gap, 5);
  expect(ofSlates.estimates.standardError).toBeCloseTo(ofItems.estimates.standardError, 5);
});

test('the value-softmax gate refuses slates, before anything changes', () => {
  const network = { evaluate: () => expect.fail('not evaluated') };
  const values = { ...network, actionValues: () => expect.fail('not evaluated') } as never;
  const methods = { trainStep: () => undefined, trainingState: () => ({}), setTrainingState: () => undefined };
  const gate = createValueSoftmaxGate({
    ...{ pretrained: network, online: network },
    values: Object.assign(values, methods),
  });
  const visitors = new Visitors({ items: ITEMS, slateSize: 2 });
  visitors.serve([1], () => ({ items: Int32Array.of(0, 1), propensity: Float32Array.of(1, 1) }));
  const seen = { trajectories: visitors.take(), propensities: () => expect.fail('not computed') };
  expect(() => gate.observe?.(seen)).toThrow('trajectories: expected single items, for this gate; found slates of 2.');
});

test('long slates of improbable items have exact propensities: nothing underflows', () => {
  const [items, count] = [5000, 400];
  const policy = createMixturePolicy(createRandomPolicy(items), createRandomPolicy(items), (_, w) => void w.fill(0.5));
  const observation = makeObservation(2, items);
  const action = policy.distribution(observation).sample(createRandom(1), { count });
  for (let row = 0; row < 2; row++) {
    for (let place = 0; place < count; place++) {
      expect(action.propensity[row * count + place]).toBeCloseTo(1 / (items - place), 9);
    }
  }
  // The gate knows the ratios, too: here every one is 1.
  const critic = { values: ({ rows }: { readonly rows: number }) => new Float32Array(rows) };
  const gate = createReturnAdaptiveGate({ critic, priorStrength: 0, budgetRampInteractions: 0 });
  const visitors = new Visitors({ items, slateSize: count, turnsOf: () => 1 });
  for (let session = 0; session < 20; session++) {
    visitors.serve([session], (state) => policy.distribution(state).sample(createRandom(session), { count }));
  }
  const trajectories = visitors.take();
  const propensities = () => ({
    pretrained: trajectories.pretrainedPropensity!,
    online: trajectories.onlinePropensity!,
  });
  gate.observe?.({ trajectories, propensities });
  expect(gate.estimates.gap).toBeCloseTo(0, 6);
  expect(gate.estimates.standardError).toBeLessThan(1);
});
