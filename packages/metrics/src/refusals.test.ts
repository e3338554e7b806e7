import { createRandom, InvalidOptionError } from '@ialp/core';
import { describe, expect, test } from 'vitest';
import { groupExposure } from './beyond-accuracy/groups.js';
import { InvalidLogError } from './errors.js';
import { pairedDifference } from './intervals/aggregate.js';
import { readCsvTable, readJsonLinesTable } from './logs/text-files.js';
import { clippedIps, doublyRobust, ips, switchDoublyRobust } from './ope/estimators.js';
import { bootstrapInterval } from './ope/intervals.js';
import { trajectoryIps } from './ope/trajectories.js';
import { ndcg } from './ranking/gain.js';
import { rankByScore, rocAuc } from './ranking/scores.js';
import { recall } from './ranking/set-metrics.js';
import { stratifiedBootstrap } from './runs/bootstrap.js';
import { compareRuns } from './runs/compare-runs.js';
import { benjaminiHochbergAdjusted } from './runs/multiple-comparisons.js';
import { episodesOf } from './sessions/episodes.js';
import { rewardCurve } from './sessions/windows.js';
import { createOpeStream } from './streaming/ope-stream.js';

// As from JavaScript, where nothing checks types.
const any = (value: unknown): never => value as never;
const flags = { terminated: [0, 0, 1, 1], truncated: [0, 0, 0, 0] };
const rowsOf = (session: unknown[]) => any({ session, reward: [1, 1, 1, 1], ...flags });

describe('throws for values that are not numbers:', () => {
  test.each<[string, () => unknown, RegExp]>([
    ['a score of text', () => rocAuc(any(['', -1]), [0, 1]), /scores\[0\]: expected a number; found ""/],
    ['a score of null', () => rankByScore(any([null, -1]), [0, 1]), /scores\[0\]: expected a number; found null/],
    ['a relevance of null', () => rocAuc([1, 2], any([null, 1])), /relevance\[0\]: .* found null/],
    ['a value of null', () => pairedDifference(any([null, 2]), [1, 5]), /a\[0\]: expected a finite number; found null/],
    ['a p-value of null', () => benjaminiHochbergAdjusted(any([null, 0.5])), /pValues\[0\]: .* found null/],
  ])('%s', (_, call, message) => {
    expect(call).toThrow(InvalidOptionError);
    expect(call).toThrow(message);
  });

  test('sessions that are text', () => {
    expect(() => episodesOf(rowsOf(['a', 'b', 'a', 'b']))).toThrow(InvalidLogError);
    expect(() => episodesOf(rowsOf(['a', 'b', 'a', 'b']))).toThrow(
      /log\.session\[0\]: expected session 0: .* interactionLogOf; found a\./,
    );
    expect(() => episodesOf(any({ session: [0], reward: [1], terminated: [1] }))).toThrow(
      /log\.truncated: expected a column/,
    );
  });
});

const runs = [{ method: 'a', seed: 1, measures: { final: 1 } }];
const log = { reward: [1, 0], propensity: [0.5, 0.5], target: [0.5, 0.2] };
const modelled = { ...log, qHat: [0, 0], vHat: [0, 0] };

describe('refuses missing arguments with an error of the package:', () => {
  test.each<[string, () => unknown, RegExp]>([
    [
      'bootstrapInterval without random',
      () => bootstrapInterval({ random: any(Math.random) }),
      /random: .*createRandom\(1\).*found "a function"/,
    ],
    ['bootstrapInterval()', () => bootstrapInterval(any(undefined)), /options: expected an object with random/],
    [
      'stratifiedBootstrap',
      () => stratifiedBootstrap<[number[][]]>([[[1, 2]]], () => 1, { random: any(Math.random) }),
      /random: /,
    ],
    [
      'stratifiedBootstrap without options',
      () => stratifiedBootstrap<[number[][]]>([[[1, 2]]], () => 1, any(undefined)),
      /options: /,
    ],
    [
      'ndcg(undefined)',
      () => ndcg(any(undefined)),
      /list: expected an array with the relevance at each rank; found undefined/,
    ],
    [
      'ips(undefined)',
      () => ips(any(undefined)),
      /log: expected an object with the columns reward, propensity and target/,
    ],
    [
      'ips without target',
      () => ips(any({ reward: [1], propensity: [1] })),
      /log\.target: expected an array .* found undefined/,
    ],
    ['clippedIps without options', () => clippedIps(log, any(undefined)), /options: expected an object with bound/],
    [
      'switchDoublyRobust',
      () => switchDoublyRobust(modelled, any(undefined)),
      /options: expected an object with bound/,
    ],
    ['trajectoryIps without trajectory', () => trajectoryIps(any(log)), /log\.trajectory: expected an array/],
    ['doublyRobust without predictions', () => doublyRobust(any(log)), /log\.qHat: expected an array/],
    [
      'compareRuns([null])',
      () => compareRuns(any([null]), { measure: 'final', random: createRandom(1) }),
      /runs\[0\]: expected an object/,
    ],
    ['compareRuns without options', () => compareRuns(runs, any(undefined)), /options: expected an object/],
    [
      'createOpeStream(null)',
      () => createOpeStream(any(null)),
      /state: expected the result of state\(\) of a stream; found null/,
    ],
    ['episodesOf(undefined)', () => episodesOf(any(undefined)), /log: expected an object with columns/],
    [
      'a confidence of text',
      () => ips(log, { confidence: any('0.95') }),
      /^confidence: expected a number between 0 and 1; found "0\.95"/,
    ],
  ])('%s', (_, call, message) => {
    expect(call).toThrow(InvalidOptionError);
    expect(call).toThrow(message);
  });
});

describe('refuses unknown words and options:', () => {
  test.each<[string, () => unknown, RegExp]>([
    ['gain', () => ndcg([1, 0], { gain: any('expo') }), /gain: expected 'linear' or 'exponential'; found "expo"/],
    ['discount', () => groupExposure([0], [0], 1, { discount: any('log') }), /discount: .* found "log"/],
    ['ties', () => rankByScore([1], [1], { ties: any('random') }), /ties: .* found "random"/],
    ['grades as an object', () => ndcg([1, 2, 3], any({ 2: 1 })), /options: .* a Map from ids; found "2"/],
    ['a cut by itself', () => recall([1, 2], [1], any(5)), /options: expected an object with k, relevant; found 5/],
    [
      'more points than interactions',
      () => rewardCurve(episodesOf(rowsOf([0, 1, 0, 1])), { interactions: 4, points: 1e9 }),
      /points: expected at most 4/,
    ],
    [
      'too many points',
      () => rewardCurve(episodesOf(rowsOf([0, 1, 0, 1])), { interactions: 1e9, points: 1e8 }),
      /points: expected at most 100000/,
    ],
  ])('%s', (_, call, message) => {
    expect(call).toThrow(InvalidOptionError);
    expect(call).toThrow(message);
  });

  test.each<[string, () => Promise<unknown>, RegExp]>([
    ['cut', () => readCsvTable('any.csv', { cut: any('yes') }), /cut: expected 'refuse' or 'drop'; found "yes"/],
    [
      'cut',
      () => readJsonLinesTable('any.jsonl', { cut: any('yes') }),
      /cut: expected 'refuse' or 'drop'; found "yes"/,
    ],
    ['separator', () => readCsvTable('any.csv', { separator: '' }), /separator: expected one character, .* found ""/],
  ])('%s of a reader', async (_, call, message) => {
    await expect(call()).rejects.toThrow(InvalidOptionError);
    await expect(call()).rejects.toThrow(message);
  });

  test('a curve of few interactions has a point for each', () => {
    expect(rewardCurve(episodesOf(rowsOf([0, 1, 0, 1])), { interactions: 2 }).interactions).toEqual([1, 2]);
  });
});
