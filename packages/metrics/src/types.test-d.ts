import { expectTypeOf, test } from 'vitest';
import { confidenceInterval, earlyReward, episodesOf, type InteractionLog, splitByTime } from './index.js';
import { doublyRobust, ips, type ModeledBanditLog } from './ope/index.js';
import { ndcg, recall } from './ranking/index.js';

test('measures of sessions take a log and return null without a value', () => {
  expectTypeOf(episodesOf).parameter(0).toEqualTypeOf<InteractionLog>();
  expectTypeOf(earlyReward).returns.toEqualTypeOf<number | null>();
  expectTypeOf(confidenceInterval([1]).lower).toEqualTypeOf<number | null>();
});

test('a log that is split by time keeps its columns', () => {
  const { later } = splitByTime({ session: [0], item: ['tea'], reward: Float32Array.of(1) });
  expectTypeOf(later.item).toEqualTypeOf<string[]>();
  expectTypeOf(later.reward).toEqualTypeOf<Float32Array<ArrayBuffer>>();
});

test('estimators take plain or typed arrays; doubly robust needs a model', () => {
  const log = { reward: [1], propensity: Float64Array.of(0.5), target: Float32Array.of(0.5) };
  expectTypeOf(ips(log).value).toBeNumber();
  // @ts-expect-error: doubly robust needs qHat and vHat.
  doublyRobust(log);
  expectTypeOf({ ...log, qHat: [1], vHat: [1] }).toExtend<ModeledBanditLog>();
});

test('metrics by ids take the relevant items as a list, a set or grades', () => {
  expectTypeOf(ndcg(['tea'], new Map([['tea', 2]]))).toEqualTypeOf<number | null>();
  expectTypeOf(recall([1, 2], new Set([2]))).toEqualTypeOf<number | null>();
});
