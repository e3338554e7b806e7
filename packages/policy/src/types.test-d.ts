import type { Environment, Observation, Random } from '@ialp/core';
import { expectTypeOf, test } from 'vitest';
import {
  type Action,
  type ActionDistribution,
  type ActionEvaluation,
  createA2C,
  createFrozenLearner,
  createNetwork,
  type Learner,
  type LearningReport,
  type Network,
  type Policy,
  type Ranking,
  runOnline,
  type SampleOptions,
  type Trajectories,
  TrajectoryRecorder,
} from './index.js';

const [network, policy, environment, random] = [{} as Network, {} as Policy, {} as Environment, {} as Random];

test('a policy is its distribution, and only sampling is random', () => {
  expectTypeOf(policy.specificationVersion).toEqualTypeOf<'v2'>();
  expectTypeOf(policy.distribution).toEqualTypeOf<(observation: Observation) => ActionDistribution>();
  const { sample, propensity, top } = policy.distribution({} as Observation);
  expectTypeOf(sample).toEqualTypeOf<(random: Random, options?: SampleOptions) => Action>();
  expectTypeOf(propensity).toEqualTypeOf<(items: Int32Array) => Float32Array>();
  expectTypeOf(top).toEqualTypeOf<(count: number) => Ranking>();
  // @ts-expect-error: a slate has a number of items.
  sample(random, 5);
  // @ts-expect-error: a policy needs a distribution.
  const incomplete: Policy = { specificationVersion: 'v2', items: 3 };
  return incomplete;
});

test('every learner is driven by the same loop', () => {
  expectTypeOf(createA2C({ network })).toExtend<Learner>();
  expectTypeOf(createFrozenLearner(policy)).toExtend<Learner>();
  expectTypeOf<Learner['learn']>().toEqualTypeOf<(trajectories: Trajectories) => LearningReport>();
  expectTypeOf(runOnline).parameter(0).toExtend<{ environment: Environment; learner: Learner }>();
  // @ts-expect-error: a policy alone does not learn; wrap it in createFrozenLearner.
  runOnline({ environment, learner: policy, interactions: 1, seed: 1, random });
});

test('a network may be shared by its interface, and its options are checked by name', () => {
  expectTypeOf(createNetwork).returns.toExtend<Network>();
  expectTypeOf<ActionEvaluation['logProbability']>().toEqualTypeOf<Float32Array>();
  // @ts-expect-error: misspelt.
  createNetwork({ items: 3, histroyLength: 2, random });
});

test('a recorder takes decisions and feedback, and gives what learners learn from', () => {
  const recorder = new TrajectoryRecorder({ items: 3, historyLength: 2 });
  expectTypeOf(recorder.take).returns.toEqualTypeOf<Trajectories>();
  expectTypeOf(recorder.recordAction).parameter(1).toEqualTypeOf<Action>();
  expectTypeOf(recorder.recordFeedback).toBeCallableWith(environment.reset(), environment.step(new Int32Array(1)));
  // @ts-expect-error: the sizes of the states are needed.
  new TrajectoryRecorder({ items: 3 });
});
