import { expectTypeOf, test } from 'vitest';
import {
  type ChoiceModel,
  createCascadeChoice,
  createMatrixResponses,
  createPatienceRule,
  createSimulator,
  type Dataset,
  type Environment,
  type ExplicitDataset,
  type ImplicitDataset,
  type ResponseModel,
  withBoredom,
} from './index.js';

test('a simulator is an environment, built from replaceable parts', () => {
  expectTypeOf(createSimulator).returns.toExtend<Environment>();
  expectTypeOf(createMatrixResponses).returns.toExtend<ResponseModel>();
  expectTypeOf(withBoredom).returns.toExtend<ResponseModel>();
  expectTypeOf(createCascadeChoice).returns.toExtend<ChoiceModel>();
  expectTypeOf(createSimulator).parameter(0).toHaveProperty('terminationRules');
  expectTypeOf(createPatienceRule({ misses: 4 })).toHaveProperty('specificationVersion');
});

test('a data set has explicit or implicit feedback', () => {
  expectTypeOf<Dataset>().toEqualTypeOf<ExplicitDataset | ImplicitDataset>();
});
