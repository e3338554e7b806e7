import { execFile } from 'node:child_process';
import { mkdir, mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { createRandom, isAllowed, type Observation, type Random } from '@ialp/core';
import { endedSessions } from '@ialp/env';
import { splitByTime } from '@ialp/metrics';
import {
  compareArms,
  createItemPolicy,
  interactionLogOf,
  LogFileError,
  readServeLog,
  type ServeLog,
  selectDecisions,
  servedLogOf,
} from '@ialp/metrics/logs';
import { ips, perDecisionIps, snips, type ValueEstimate, weightedPerDecisionIps } from '@ialp/metrics/ope';
import { createA2C, createFrozenLearner, createNetwork, createRandomPolicy, type Policy } from '@ialp/policy';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { ITEMS, RULES, shopUsers, simulateShop, TURNS } from './test-support/simulated-shop.js';

/** The policy to evaluate: it prefers what few users like, and the learner learns to avoid. */
const TARGET = { tin: 0.5, mug: 0.2, jug: 0.1, cup: 0.1, pot: 0.05, tea: 0.05 };
/** Standard errors within which estimate and truth lie, but for one run in 100,000. */
const STANDARD_ERRORS = 4.5;
const ROUNDS = 16;
const ERASED_USER = 'user 3.7';

const folders: string[] = [];
let learned: string;
let log: ServeLog;

beforeAll(async () => {
  const network = createNetwork({ items: ITEMS.length, random: createRandom(1) });
  learned = await simulateShop({
    ...{ rounds: ROUNDS, seed: 1, learner: createA2C({ network, learningRate: 0.003 }) },
    learning: { updateRows: 64, publishIntervalMs: 100 },
    async afterRound(round, recommender) {
      if (round === 10) await recommender.erase(ERASED_USER);
      if (round === 15) await recommender.recommend({ session: 'a page that was never shown', deferActivation: true });
    },
  });
  folders.push(learned);
  // An hour later, when all feedback windows have closed.
  log = await readServeLog(learned, { now: Date.now() + 3_600_000 });
});
afterAll(() => Promise.all(folders.map((folder) => rm(folder, { recursive: true }))));

/** An item of the target policy. */
function drawTarget(observation: Observation, row: number, random: Random): number {
  const shares = ITEMS.map((id, item) => (isAllowed(observation, row, item) ? TARGET[id as keyof typeof TARGET] : 0));
  const drawn = random.uniform() * shares.reduce((sum, share) => sum + share, 0);
  let sum = 0;
  return shares.findIndex((share) => {
    sum += share;
    return share > 0 && drawn < sum;
  });
}

/** Rewards of simulated sessions that the target policy serves, by turn. */
function simulateTarget(): { readonly mean: (turns: number) => { readonly value: number; readonly error: number } } {
  const env = shopUsers(100);
  const random = createRandom(99);
  const sessions: number[][] = [];
  let observation = env.reset({ seed: 77 });
  for (let round = 0; round < 100; round++) {
    const rewards: number[][] = Array.from({ length: 100 }, () => []);
    for (let turn = 0; turn < TURNS; turn++) {
      const actions = Int32Array.from({ length: 100 }, (_, row) => drawTarget(observation, row, random));
      const step = env.step(actions);
      for (const [row, list] of rewards.entries()) list.push(step.reward[row]!);
      observation = turn === TURNS - 1 ? env.reset({ resetMask: endedSessions(step) }) : step.observation;
    }
    sessions.push(...rewards);
  }
  return {
    mean(turns) {
      const sums = sessions.map((rewards) => rewards.slice(0, turns).reduce((sum, reward) => sum + reward, 0));
      const value = sums.reduce((sum, each) => sum + each, 0) / sums.length;
      const squares = sums.reduce((sum, each) => sum + (each - value) ** 2, 0);
      return { value, error: Math.sqrt(squares) / sums.length };
    },
  };
}

function expectAgreement(estimate: ValueEstimate, truth: { readonly value: number; readonly error: number }): void {
  const error = Math.hypot(estimate.standardError!, truth.error);
  expect(Math.abs(estimate.value - truth.value)).toBeLessThan(STANDARD_ERRORS * error);
  // An interval so wide that everything agrees would say nothing.
  expect(estimate.standardError!).toBeLessThan(0.2);
}

describe('another policy, judged from the log of a recommender that learned', () => {
  test('decision by decision and session by session as the simulator says', () => {
    const truth = simulateTarget();
    const target = createItemPolicy(TARGET);
    const first = servedLogOf(
      log.decisions.filter(({ event }) => event.turn === 0),
      target,
    );
    expectAgreement(ips(first), truth.mean(1));
    expectAgreement(snips(first), truth.mean(1));
    const whole = servedLogOf(selectDecisions(log.decisions, { wholeSessions: true }), target);
    expect(whole.reward.length).toBe((ROUNDS * 50 - 1) * TURNS);
    expectAgreement(perDecisionIps(whole), truth.mean(TURNS));
    expectAgreement(weightedPerDecisionIps(whole), truth.mean(TURNS));
    // The logging policy earns something else.
    const own = snips(servedLogOf(log.decisions.filter(({ event }) => event.turn === 0)));
    expect(Math.abs(own.value - truth.mean(1).value)).toBeGreaterThan(3 * own.standardError!);
  });

  test('what was erased, or never shown, is not there', () => {
    expect(log).toMatchObject({ damaged: 0, open: 0, notActivated: 1, lateFeedback: 0, unmatchedFeedback: 0 });
    expect(log.erased).toBeGreaterThanOrEqual(2 * TURNS);
    expect(log.decisions.filter(({ event }) => event.user === ERASED_USER)).toEqual([]);
    expect(log.decisions.filter(({ event }) => event.deferred === true)).toEqual([]);
    expect(new Set(log.decisions.map(({ event }) => event.user)).size).toBe(ROUNDS * 50 - 1);
  });

  test('policy versions, exclusions and times come with the decisions', () => {
    const versions = new Set(log.decisions.map(({ event }) => event.policy));
    expect(versions.size).toBeGreaterThan(1);
    const [first] = versions;
    const ofFirst = selectDecisions(log.decisions, { versions: [first!, first!] });
    expect(ofFirst.length).toBeLessThan(log.decisions.length);
    expect(new Set(ofFirst.map(({ event }) => event.policy))).toEqual(new Set([first]));
    const third = log.decisions.find(({ event }) => event.turn === 2)!.event;
    expect(third.excluded?.length).toBe(2);

    const served = servedLogOf(log.decisions, createItemPolicy(TARGET));
    const { earlier, later } = splitByTime(served, { share: 0.5 });
    expect(Math.max(...earlier.time)).toBeLessThanOrEqual(Math.max(...later.time));
    expect(earlier.reward.length + later.reward.length).toBe(served.reward.length);
    const from = log.decisions[1200]!.event.at;
    const afterwards = selectDecisions(log.decisions, { from });
    expect(Math.min(...afterwards.map(({ event }) => event.at))).toBeGreaterThanOrEqual(from);
    expect(selectDecisions(log.decisions, { until: from }).length + afterwards.length).toBe(log.decisions.length);
  });

  test('its columns are those of the metrics of sessions', () => {
    const { session, reward, time } = servedLogOf(selectDecisions(log.decisions, { wholeSessions: true }));
    const columns = { session: Float64Array.from(session), reward, time };
    const interactions = interactionLogOf({ rows: reward.length, columns, labels: {} });
    expect(interactions.truncated.reduce((sum, end) => sum + end, 0)).toBe(ROUNDS * 50 - 1);
  });
});

describe('the command', () => {
  const cli = createRequire(import.meta.url)
    .resolve('@ialp/metrics/package.json')
    .replace('package.json', 'dist/cli.js');
  const run = async (...args: string[]) => {
    const command = [cli, ...args, '--end-grace-ms', String(RULES.endGraceMs)];
    const { stdout, stderr } = await promisify(execFile)(process.execPath, command);
    return { json: args.includes('--json') ? JSON.parse(stdout) : undefined, stdout, stderr };
  };

  test('ope takes the folder, and judges a policy on what came after the events that it learned from', async () => {
    const folder = await mkdtemp(join(tmpdir(), 'ialp-targets-'));
    folders.push(folder);
    const file = join(folder, 'target.json');
    const learnedUntil = log.decisions[1200]!.event.at;
    await writeFile(file, JSON.stringify({ name: 'new', items: TARGET, learnedUntil }));
    const { json, stderr } = await run('ope', learned, '--target', file, '--json');
    const later = selectDecisions(log.decisions, { from: learnedUntil });
    expect(json.policies[0].estimates.IPS).toEqual(ips(servedLogOf(later, createItemPolicy(TARGET))));
    expect(json.policies[0].warnings.join()).not.toMatch(/learned from/);
    expect(stderr).toMatch(/Left out: .* erased events/);
    expect(stderr).toMatch(/Judged on sessions that began at .* after the events that were learned from/);

    const whole = await run('ope', learned, '--target', file, '--from', '0', '--trajectories', '--json');
    expect(whole.json.rows).toBe((ROUNDS * 50 - 1) * TURNS);
    expect(whole.json.policies[0].warnings[0]).toMatch(/judged on some of them: it looks better than it is/);
    const byDecision = Object.fromEntries(later.map(({ event }) => [event.id, event.propensity]));
    await writeFile(file, JSON.stringify({ name: 'same', target: byDecision }));
    const same = await run('ope', learned, '--target', file, '--json');
    expect(same.json.policies[0].estimates.IPS.value).toBeCloseTo(ips(servedLogOf(later)).value, 12);
    expect(same.json.policies[0].warnings[0]).toMatch(/decisions were left out, as their propensity/);
  });

  test('arms compares the learner with the baseline', async () => {
    const better: Policy = createRandomPolicy(ITEMS.length);
    const folder = await simulateShop({
      ...{ rounds: 12, seed: 5, learner: createFrozenLearner(createNetworkOfTea()) },
      baseline: { policy: better, share: 0.4 },
    });
    folders.push(folder);
    const { json } = await run('arms', folder, '--reward-range', `0,${TURNS}`, '--json');
    expect(json.learner.count + json.baseline.count).toBe(12 * 50);
    expect(json.baseline.count).toBeGreaterThan(150);
    expect(json.difference.mean).toBeCloseTo(json.learner.mean - json.baseline.mean, 12);
    const { decisions } = await readServeLog(folder, RULES);
    expect(json).toEqual(JSON.parse(JSON.stringify(compareArms(decisions, { range: [0, TURNS] }))));
    const rewards = decisions.filter(({ event }) => event.arm === 'baseline').map(({ reward }) => reward);
    const mean = rewards.reduce((sum, reward) => sum + reward, 0) / json.baseline.count;
    expect(json.baseline.mean).toBeCloseTo(mean, 6);
    const { stdout } = await run('arms', folder, '--reward-range', `0,${TURNS}`);
    expect(stdout).toMatch(/learner - baseline +-?0?\.?\d.* \[/);
  });
});

function createNetworkOfTea(): Policy {
  return createA2C({ network: createNetwork({ items: ITEMS.length, random: createRandom(3) }) }).policy;
}

describe('a log that is not as it should be', () => {
  const copied = async (): Promise<string> => {
    const folder = await mkdtemp(join(tmpdir(), 'ialp-copy-'));
    folders.push(folder);
    for (const name of await readdir(learned)) await writeFile(join(folder, name), await readFile(join(learned, name)));
    return folder;
  };

  test('a damaged line is counted, and the others are read', async () => {
    const folder = await copied();
    const { event } = log.decisions.slice(1_000).find((decision) => decision.event.turn === 1)!;
    for (const name of await readdir(folder)) {
      const bytes = await readFile(join(folder, name));
      const at = bytes.indexOf(`"decision","id":"${event.id}"`);
      if (at === -1) continue;
      bytes[at + 3]! ^= 1;
      await writeFile(join(folder, name), bytes);
    }
    const damaged = await readServeLog(folder, { now: Date.now() + 3_600_000 });
    expect(damaged.damaged).toBe(1);
    expect(damaged.unmatchedFeedback).toBe(1);
    const others = log.decisions.filter((decision) => decision.event.id !== event.id);
    expect(damaged.decisions.map((decision) => decision.event.id)).toEqual(others.map((decision) => decision.event.id));
    // A session without one of its decisions is not whole.
    const whole = selectDecisions(damaged.decisions, { wholeSessions: true });
    expect(whole.length).toBe((ROUNDS * 50 - 2) * TURNS);
  });

  test('a log that was cut at any place is read up to there', async () => {
    const folder = await copied();
    const names = (await readdir(folder)).filter((name) => name.startsWith('events-')).sort();
    const last = join(folder, names.at(-1)!);
    const bytes = await readFile(last);
    for (const share of [0.2, 0.5, 0.777]) {
      await writeFile(last, bytes.subarray(0, Math.floor(share * bytes.length)));
      const cut = await readServeLog(folder, { now: Date.now() + 3_600_000 });
      expect(cut.damaged).toBe(0);
      const ids = cut.decisions.map(({ event }) => event.id);
      expect(ids).toEqual(log.decisions.slice(0, ids.length).map(({ event }) => event.id));
    }
  });

  test('an empty folder, another folder and a missing one are refused', async () => {
    const folder = await mkdtemp(join(tmpdir(), 'ialp-empty-'));
    folders.push(folder);
    await expect(readServeLog(folder)).rejects.toThrow(/expected the folder of an event log.*found an empty folder/);
    await mkdir(join(folder, 'events'));
    await expect(readServeLog(folder)).rejects.toThrow(/found only events/);
    const missing = await readServeLog(join(folder, 'missing')).catch((error: unknown) => error);
    expect(LogFileError.isInstance(missing)).toBe(true);
  });

  test('a log without decisions is read, but not evaluated', async () => {
    const network = createNetwork({ items: ITEMS.length, random: createRandom(1) });
    const folder = await simulateShop({ rounds: 0, seed: 1, learner: createA2C({ network }) });
    folders.push(folder);
    const { decisions } = await readServeLog(folder);
    expect(decisions).toEqual([]);
    expect(() => servedLogOf(decisions)).toThrow('expected at least one decision; found no decisions');
  });
});
