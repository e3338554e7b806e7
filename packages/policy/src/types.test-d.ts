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
  type Rollout,
  runOnline,
} from './index.js';

const [network, policy, environment, random] = [{} as Network, {} as Policy, {} as Environment, {} as Random];

test('a policy is its distribution, and only sampling is random', () => {
  expectTypeOf(policy.specificationVersion).toEqualTypeOf<'v1'>();
  expectTypeOf(policy.distribution).toEqualTypeOf<(observation: Observation) => ActionDistribution>();
  expectTypeOf(policy.distribution({} as Observation).sample).toEqualTypeOf<(random: Random) => Action>();
  // @ts-expect-error: a policy needs a distribution.
  const incomplete: Policy = { specificationVersion: 'v1', items: 3 };
  return incomplete;
});

test('every learner is driven by the same loop', () => {
  expectTypeOf(createA2C({ network })).toExtend<Learner>();
  expectTypeOf(createFrozenLearner(policy)).toExtend<Learner>();
  expectTypeOf<Learner['learn']>().toEqualTypeOf<(rollout: Rollout) => LearningReport>();
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
