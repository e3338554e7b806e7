import { expectTypeOf, test } from 'vitest';
import {
  type Catalogue,
  type Checkpoint,
  type Checkpointable,
  checkOneOf,
  createRandom,
  type Environment,
  IalpError,
  InvalidOptionError,
  type Observation,
  type Random,
  type ResetOptions,
  type ResponseModel,
  type StepResult,
} from './index.js';
import type { InteractionLog, LoggedInteractions } from './log/index.js';

test('an environment is reset and stepped, and its observations are read-only', () => {
  const environment = {} as Environment;
  expectTypeOf(environment.specificationVersion).toEqualTypeOf<'v2'>();
  expectTypeOf(environment.reset).toBeCallableWith({ seed: 1 });
  expectTypeOf(environment.reset).returns.toEqualTypeOf<Observation>();
  expectTypeOf(environment.step).parameters.toEqualTypeOf<[actions: Int32Array]>();
  expectTypeOf(environment.step).returns.toEqualTypeOf<StepResult>();
  // @ts-expect-error: its sizes never change.
  environment.spec.items = 3;
  // @ts-expect-error: actions are an Int32Array.
  environment.step([0]);
});

test('optional fields may be left out, and are not passed as undefined', () => {
  const reset: ResetOptions = {};
  expectTypeOf(reset.seed).toEqualTypeOf<number | undefined>();
  // @ts-expect-error: exactOptionalPropertyTypes.
  const undefinedSeed: ResetOptions = { seed: undefined };
  const catalogue: Catalogue = { items: [] };
  expectTypeOf(catalogue.prior).toEqualTypeOf<Float32Array | undefined>();
  return undefinedSeed;
});

test('generators are passed by their interface', () => {
  expectTypeOf(createRandom(1)).toExtend<Random>();
  expectTypeOf<Random>().toHaveProperty('fork');
  expectTypeOf<ResponseModel>().toHaveProperty('specificationVersion');
});

test('isInstance narrows to its class, checkOneOf to its words', () => {
  const error: unknown = undefined;
  if (InvalidOptionError.isInstance(error)) expectTypeOf(error.option).toBeString();
  if (IalpError.isInstance(error)) expectTypeOf(error).toEqualTypeOf<IalpError>();
  const by = checkOneOf('by', 'step', ['step', 'session']);
  expectTypeOf(by).toEqualTypeOf<'step' | 'session'>();
});

test('what is checkpointed is plain data', () => {
  expectTypeOf<ReturnType<Checkpointable['checkpoint']>>().toEqualTypeOf<Checkpoint>();
  // @ts-expect-error: functions cannot be stored.
  const checkpoint: Checkpoint = { weights: () => 0 };
  return checkpoint;
});

test('a log with what was shown is a log', () => {
  expectTypeOf<LoggedInteractions>().toExtend<InteractionLog>();
  expectTypeOf<LoggedInteractions['propensity']>().toEqualTypeOf<Float32Array | undefined>();
});
