import { createRandom, InvalidOptionError } from '@ialp/core';
import { describe, expect, test } from 'vitest';
import { entropy } from './beyond-accuracy/concentration.js';
import { groupExposure } from './beyond-accuracy/groups.js';
import { serendipity } from './beyond-accuracy/lists.js';
import { logChecks, measureChecks } from './conformance/index.js';
import { InvalidLogError } from './errors.js';
import { confidenceInterval, pairedDifference } from './intervals/aggregate.js';
import { banditLogOf, interactionLogOf } from './logs/log-views.js';
import { readCsvTable, readJsonLinesTable } from './logs/text-files.js';
import { clippedIps, doublyRobust, ips, switchDoublyRobust } from './ope/estimators.js';
import { bootstrapInterval } from './ope/intervals.js';
import { selectPolicy } from './ope/select-policy.js';
import { slateIps } from './ope/slates.js';
import { sequentialDoublyRobust, trajectoryIps } from './ope/trajectories.js';
import { ndcg } from './ranking/gain.js';
import { rankByScore, rocAuc } from './ranking/scores.js';
import { recall } from './ranking/set-metrics.js';
import { renderReport } from './report/render-report.js';
import { renderStudyReport } from './report/render-study-report.js';
import { stratifiedBootstrap } from './runs/bootstrap.js';
import { compareRuns } from './runs/compare-runs.js';
import { benjaminiHochbergAdjusted } from './runs/multiple-comparisons.js';
import { performanceProfile } from './runs/point-estimates.js';
import { episodesOf } from './sessions/episodes.js';
import { splitByTime } from './sessions/split-by-time.js';
import { survivalCurve } from './sessions/survival.js';
import { cumulativeReward, earlyReward, rewardCurve } from './sessions/windows.js';
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
      /random: .*createRandom\(1\).*found a function/,
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

describe('refuses arguments of the wrong kind with an error of the package:', () => {
  const episodes = episodesOf(rowsOf([0, 1, 0, 1]));
  test.each<[string, () => unknown, RegExp]>([
    [
      'earlyReward(log)',
      () => earlyReward(rowsOf([0, 1, 0, 1]), { interactions: 4 }),
      /^episodes: expected the result of episodesOf\(log\); found a log\.$/,
    ],
    ['survivalCurve(log)', () => survivalCurve(rowsOf([0, 1, 0, 1])), /^episodes: .* found a log/],
    ['cumulativeReward(episodes)', () => cumulativeReward(any(episodes), { interactions: 2 }), /^log: expected a log/],
    [
      'earlyReward without options',
      () => earlyReward(episodes, any(undefined)),
      /^options: expected an object with interactions; found undefined/,
    ],
    [
      'interactionLogOf(promise)',
      () => interactionLogOf(any(Promise.resolve({}))),
      /^table: .*readJsonLinesTable.*; found a promise: await it/,
    ],
    ['banditLogOf({})', () => banditLogOf(any({})), /^table: .* found an object/],
    [
      'serendipity with an array of expected items',
      () => serendipity(['a'], () => true, any(['a'])),
      /^expected: expected a Set of items: new Set\(items\); found \["a"\]/,
    ],
    [
      'performanceProfile with one threshold',
      () => performanceProfile([[1, 2]], any(0.5)),
      /^thresholds: .* found 0\.5/,
    ],
    ['logChecks(log)', () => logChecks(rowsOf([0, 1, 0, 1])), /^make: expected a function, .*; found an object/],
    ['measureChecks(1)', () => measureChecks(any(1)), /^measure: expected a function/],
  ])('%s', (_, call, message) => {
    expect(call).toThrow(InvalidOptionError);
    expect(call).toThrow(message);
  });

  test.each<[string, () => Promise<unknown>, RegExp]>([
    [
      'renderReport',
      () => renderReport(any({ title: 'a' })),
      /^findings: expected an array; \[\] for none; found undefined/,
    ],
    [
      'renderReport',
      () => renderReport(any(undefined)),
      /^input: expected an object with title, findings, methods and f/,
    ],
    ['renderStudyReport', () => renderStudyReport(any({ title: 'a', findings: [] })), /^sections: expected an array/],
    [
      'renderStudyReport',
      () => renderStudyReport(any({ title: 'a', findings: [], sections: [] })),
      /^facts: expected an object/,
    ],
  ])('%s', async (_, call, message) => {
    await expect(call()).rejects.toThrow(InvalidOptionError);
    await expect(call()).rejects.toThrow(message);
  });
});

describe('refuses unknown options:', () => {
  const trajectories = { ...modelled, trajectory: [0, 0] };
  test.each<[string, () => unknown, RegExp]>([
    [
      'ips',
      () => ips(log, any({ bound: 2 })),
      /^options: expected only the options confidence, interval; found "bound"/,
    ],
    ['clippedIps', () => clippedIps(log, any({ bound: 2, level: 1 })), /only the options bound, confidence, interval/],
    ['switchDoublyRobust', () => switchDoublyRobust(modelled, any({ bound: 2, level: 1 })), /found "level"/],
    ['trajectoryIps', () => trajectoryIps(trajectories, any({ gamma: 0.9 })), /discount, .*; found "gamma"/],
    ['sequentialDoublyRobust', () => sequentialDoublyRobust(trajectories, any({ gamma: 0.9 })), /found "gamma"/],
    [
      'slateIps',
      () => slateIps({ ...log, slots: 1 }, any({ assumption: 'all', weights: [1] })),
      /only the options assumption, slotWeights, confidence, interval; found "weights"/,
    ],
    [
      'confidenceInterval',
      () => confidenceInterval([1, 2], any({ level: 0.9 })),
      /only the option confidence; found "level"/,
    ],
    ['confidenceInterval', () => confidenceInterval([1, 2], any(0.9)), /an object with confidence; found 0\.9/],
    ['entropy', () => entropy([1, 2], any({ normalized: true })), /only the option isNormalized; found "normalized"/],
    ['splitByTime', () => splitByTime(log, any(0.5)), /an object with share; found 0\.5/],
    [
      'selectPolicy',
      () => selectPolicy(any({ policies: { log }, estimator: ips, random: createRandom(1), interval: 1 })),
      /found "interval"/,
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
