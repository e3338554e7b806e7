import type { Checkpoint, Policy } from '@ialp/policy';
import { expectTypeOf, test } from 'vitest';
import {
  createAdaptiveLearner,
  createAnnealedGate,
  createConstantGate,
  createReturnAdaptiveGate,
  createSessionReturnGate,
  type Gate,
  type GateContext,
  type Trajectories,
} from './index.js';

test('every gate is a gate, with estimates of its own', () => {
  expectTypeOf(createConstantGate(0.5)).toExtend<Gate>();
  expectTypeOf(createAnnealedGate).returns.toExtend<Gate>();
  expectTypeOf(createReturnAdaptiveGate).returns.toExtend<Gate>();
  expectTypeOf(createSessionReturnGate).returns.toExtend<Gate>();
});

test('a gate of your own needs weigh alone', () => {
  const gate: Gate = {
    specificationVersion: 'v2',
    weigh: ({ interactions }: GateContext, weights: Float32Array) => void weights.fill(interactions < 1000 ? 1 : 0),
  };
  expectTypeOf(gate.checkpoint).toEqualTypeOf<(() => Checkpoint) | undefined>();
  // @ts-expect-error: the version of the interface is missing.
  const unversioned: Gate = { weigh: () => undefined };
  return unversioned;
});

test('a gate observes trajectories', () => {
  const gate: Gate = {
    specificationVersion: 'v2',
    weigh: () => undefined,
    observe({ trajectories, propensities }) {
      expectTypeOf(trajectories).toEqualTypeOf<Trajectories>();
      expectTypeOf(propensities().online).toEqualTypeOf<Float32Array>();
    },
  };
  // @ts-expect-error: version 1 of the interface.
  const first: Gate = { ...gate, specificationVersion: 'v1' };
  return first;
});

test('a mixture combines a policy and a learner', () => {
  expectTypeOf(createAdaptiveLearner).parameter(0).toHaveProperty('pretrained').toEqualTypeOf<Policy>();
});
