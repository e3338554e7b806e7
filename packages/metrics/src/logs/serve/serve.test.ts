import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { crc32 } from 'node:zlib';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { run } from '../../cli/run.js';
import { ips, snips } from '../../ope/estimators.js';
import { slateIps } from '../../ope/slates.js';
import {
  compareArms,
  createAttributedPolicy,
  createItemPolicy,
  createShadowPolicy,
  joinDecisions,
  type ServedDecision,
  type ServedEvent,
  selectDecisions,
  servedLogOf,
} from './index.js';

let folder: string;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'metrics-serve-'));
});
afterAll(() => rm(folder, { recursive: true }));

/** A decision that showed tea; ids are `d0`, `d1`, ... */
function decided(k: number, more: Partial<ServedDecision> = {}): ServedDecision {
  return {
    ...{ type: 'decision', id: `d${k}`, at: k, session: `s${k}`, key: k, turn: 0, items: ['tea'], propensity: [0.5] },
    ...{ history: { items: [], feedback: [] }, policy: 1 },
    ...more,
  };
}
const rewarded = (k: number, reward: number, item?: string): ServedEvent => ({
  ...{ type: 'feedback', id: `f${k}.${reward}.${item}`, at: k, decision: `d${k}`, reward },
  ...(item !== undefined && { item }),
});
const LATER = { now: 1e9 };

async function write(name: string, events: readonly ServedEvent[]): Promise<string> {
  const lines = events.map((event) => {
    const json = JSON.stringify(event);
    const text = `${Buffer.byteLength(json)} ${json}`;
    return `${crc32(text).toString(16).padStart(8, '0')} ${text}\n`;
  });
  const path = await mkdtemp(join(folder, `${name}-`));
  await writeFile(join(path, 'events-0000000001.log'), lines.join(''));
  return path;
}

const call = async (...args: string[]) => {
  const [out, err]: string[][] = [[], []];
  const code = await run(args, { print: (text) => out.push(text), say: (text) => err.push(text) });
  return { code, out: out.join('\n'), err: err.join('\n') };
};

describe('joining', () => {
  const slate = decided(0, { items: ['tea', 'pot'], propensity: [0.5, 0.25] });

  test('rewards of items and of the slate as a whole', () => {
    const [{ reward, rewards }] = joinDecisions([slate, rewarded(0, 2, 'pot'), rewarded(0, 1)], LATER).decisions;
    expect([reward, rewards]).toEqual([3, [0.5, 2.5]]);
  });

  test('decisions of users and sessions that were erased are left out, with all of their visits', () => {
    const events: ServedEvent[] = [
      decided(0, { user: 'ann' }),
      decided(1, { key: 0, turn: 1 }),
      decided(2),
      { type: 'erasure', at: 5, id: 'ann' },
      decided(3, { user: 'ann' }),
    ];
    const { decisions, erased } = joinDecisions(events, LATER);
    expect([decisions.map(({ event }) => event.id), erased]).toEqual([['d2', 'd3'], 2]);
  });

  test('feedback may come before its decision, as another process wrote it', () => {
    expect(joinDecisions([rewarded(0, 1), decided(0)], LATER)).toMatchObject({
      decisions: [{ reward: 1 }],
      unmatchedFeedback: 0,
    });
    expect(joinDecisions([rewarded(7, 1)], LATER).unmatchedFeedback).toBe(1);
  });

  test('feedback counts for a while after its session has ended', () => {
    const events: ServedEvent[] = [decided(0), { type: 'end', at: 10, session: 's0', key: 0 }];
    const give = (at: number): ServedEvent => ({ type: 'feedback', id: `at ${at}`, at, decision: 'd0', reward: 1 });
    const joined = joinDecisions([...events, give(15), give(16)], { ...LATER, endGraceMs: 5 });
    expect(joined).toMatchObject({ decisions: [{ reward: 1, hasEnded: true }], lateFeedback: 1 });
  });

  test.each([
    ['feedbackWindowMs', { feedbackWindowMs: 0 }],
    ['endGraceMs', { endGraceMs: -1 }],
    ['rewards', { rewards: 'mean' as never }],
    ['window', { window: 5 } as never],
  ])('refuses %s', (option, rules) => {
    expect(() => joinDecisions([], rules)).toThrow(option);
  });
});

describe('policies to evaluate', () => {
  test('fixed probabilities are renormalised over what could be shown', () => {
    const policy = createItemPolicy({ tea: 0.5, pot: 0.3, cup: 0.2 });
    const items = ['pot', 'tea'];
    expect(policy(decided(0, { items }))).toEqual([0.3, 0.5 / 0.7]);
    expect(policy(decided(0, { items, excluded: ['cup', 'jug'] }))).toEqual([0.3 / 0.8, 1]);
    expect(policy(decided(0, { items: ['pot'], candidates: ['pot', 'cup', 'jug'] }))).toEqual([0.6]);
    expect(policy(decided(0, { items: ['jug'], excluded: ['tea', 'pot', 'cup'] }))).toEqual([0]);
    expect(() => createItemPolicy({ tea: 0.5 })).toThrow('expected probabilities that sum to 1; found 0.5');
    expect(() => createItemPolicy({ tea: 1.5 })).toThrow('probabilities.tea');
  });

  test('those of the log: both policies of a mixture, and the one in the shadow', () => {
    expect(createAttributedPolicy('online')(decided(0, { online: [0.7] }))).toEqual([0.7]);
    expect(createAttributedPolicy('pretrained')(decided(0))).toBeUndefined();
    const shadow = { items: ['tea', 'cup'], propensity: [0.5, 0.5] };
    expect(createShadowPolicy()(decided(0, { items: ['tea', 'pot'], shadow }))).toEqual([1, 0]);
    expect(createShadowPolicy()(decided(0))).toBeUndefined();
  });
});

describe('columns', () => {
  test('a row is a position; unknown propensities are left out and counted', () => {
    const items = ['tea', 'pot'];
    const events = [
      decided(0, { items, propensity: [0.5, 0.25], chosenBy: 1 }),
      rewarded(0, 1, 'pot'),
      decided(1, { items, propensity: [null, null] }),
    ];
    const log = servedLogOf(joinDecisions(events, LATER).decisions, createItemPolicy({ tea: 0.5, pot: 0.5 }));
    expect(log).toMatchObject({ slots: 2, unknown: 1, item: items });
    expect(Array.from(log.target)).toEqual([0.5, 1]);
    expect([...log.session, ...log.chosenBy, ...log.version]).toEqual([0, 0, 1, 1, 1, 1]);
    expect(slateIps(log, { assumption: 'cascade' }).value).toBe(4);
  });

  test('slates of several sizes are refused', () => {
    const events = [decided(0), decided(1, { items: ['tea', 'pot'], propensity: [0.5, 0.5] })];
    expect(() => servedLogOf(joinDecisions(events, LATER).decisions)).toThrow('slates of one size');
  });

  test('sessions are selected by their beginning, and whole ones have no gap', () => {
    const visit = (key: number, turns: readonly number[], at: number) =>
      turns.map((turn) => decided(100 * key + turn, { key, session: `s${key}`, turn, at: at + turn }));
    const events = [...visit(1, [0, 1], 10), ...visit(2, [0, 2], 20), ...visit(3, [1, 2], 30), ...visit(4, [0], 40)];
    const { decisions } = joinDecisions(events, LATER);
    const keys = (selection: Parameters<typeof selectDecisions>[1]) =>
      selectDecisions(decisions, selection).map(({ event }) => event.key);
    expect(keys({ wholeSessions: true })).toEqual([1, 1, 4]);
    expect(keys({ from: 11, until: 40 })).toEqual([2, 2, 3, 3]);
    expect(keys({ from: 10, until: 11 })).toEqual([1, 1]);
    expect(() => selectDecisions(decisions, { versions: [2, 1] })).toThrow('versions');
  });

  test('the arms of a deployment', () => {
    const events = Array.from({ length: 400 }, (_, k) => [
      decided(k, k % 4 === 0 ? { arm: 'baseline' as const } : {}),
      rewarded(k, k % 4 === 0 ? 0 : 1),
    ]).flat();
    const { learner, baseline, difference } = compareArms(joinDecisions(events, LATER).decisions, { range: [0, 1] });
    expect([learner.mean, learner.count, baseline.mean, baseline.count]).toEqual([1, 300, 0, 100]);
    expect(difference.mean).toBe(1);
    expect(difference.lower).toBeGreaterThan(0);
  });
});

describe('ialp-metrics', () => {
  const visits = (more: (k: number) => Partial<ServedDecision> = () => ({})): ServedEvent[] =>
    Array.from({ length: 400 }, (_, k) => [
      decided(k, { items: [k % 2 === 0 ? 'tea' : 'pot'], ...more(k) }),
      rewarded(k, k % 2 === 0 ? 1 : 0.25),
    ]).flat();

  test('ope: the policies that the log knows', async () => {
    const path = await write(
      'mixture',
      visits((k) => ({ pretrained: [0.5], online: [k % 2 === 0 ? 0.9 : 0.1] })),
    );
    const { code, out } = await call('ope', path, '--json');
    const { policies, selection } = JSON.parse(out);
    expect([code, policies.map(({ policy }: { policy: string }) => policy)]).toEqual([0, ['pretrained', 'online']]);
    expect(policies[1].estimates.IPS.value).toBeCloseTo(0.925, 9);
    expect(selection.best).toBe('online');
    expect((await call('ope', path)).out).toMatch(/^400 rows, effective sample size/m);
  });

  test('ope: slates, other rules, versions', async () => {
    const items = ['tea', 'pot'];
    const path = await write(
      'slates',
      visits((k) => ({ items, propensity: [0.5, 1], policy: k < 300 ? 1 : 2 })),
    );
    const target = join(folder, 'slates.json');
    await writeFile(target, JSON.stringify({ items: { tea: 0.75, pot: 0.25 } }));
    const { out } = await call('ope', path, '--target', target, '--versions', '2', '--json');
    const { rows, policies } = JSON.parse(out);
    expect([rows, Object.keys(policies[0].estimates)]).toEqual([100, ['cascade IPS', 'slate IPS']]);
    expect(policies[0].estimates['slate IPS'].value).toBeCloseTo(1.5 * 0.625, 9);
    const late = await call('ope', path, '--target', target, '--feedback-window-ms', '0.5', '--default-reward', '7');
    expect(late.code).toBe(0);
  });

  test.each<[string, string[], RegExp]>([
    ['no policy', ['ope'], /propensities of one policy alone: name another one with --target/],
    ['a time', ['ope', '--from', 'today'], /--from: expected a time such as 2026-05-01/],
    ['versions', ['ope', '--versions', '7-3'], /--versions: expected the first and the last version, such as 3-7/],
    ['rewards', ['ope', '--rewards', 'mean'], /--rewards: expected one of sum, last, first/],
    ['arms without a range', ['arms'], /needs --reward-range/],
  ])('refuses %s', async (_, [command, ...args], message) => {
    const path = await write('refused', visits());
    expect(await call(command, path, ...args)).toMatchObject({ code: 2, out: '', err: expect.stringMatching(message) });
  });

  test('options of deployments do not apply to other logs', async () => {
    const path = join(folder, 'log.jsonl');
    await writeFile(path, '{"reward":1,"propensity":1,"target":1}\n');
    expect(await call('ope', path, '--from', '1')).toMatchObject({ code: 2, err: expect.stringContaining('--from') });
    expect(await call('arms', path, '--reward-range', '0,1')).toMatchObject({ code: 2 });
  });

  test.each<[string, unknown, RegExp]>([
    ['a list', [], /an object with "items", or with "target" by the ids of decisions; found \[\]/],
    ['a column', { target: [1] }, /by the ids of decisions; found target/],
    ['a sum of 2', { items: { tea: 2 } }, /probabilities by item id that sum to 1/],
    ['no probability', { target: { d1: ['x'] } }, /probabilities from 0 to 1 for the decision "d1"/],
    ['no time', { items: { tea: 1 }, learnedUntil: 'today' }, /a date or milliseconds since 1970 as learnedUntil/],
  ])('a policy file with %s is refused', async (name, policy, message) => {
    const path = await write('policy', visits());
    const target = join(folder, `policy-${name.replaceAll(' ', '-')}.json`);
    await writeFile(target, JSON.stringify(policy));
    const found = await call('ope', path, '--target', target);
    expect(found).toMatchObject({ code: 1, err: expect.stringMatching(message) });
  });

  test('estimates are those of the functions', async () => {
    const path = await write('same', visits());
    const target = join(folder, 'same.json');
    const items = { tea: 0.75, pot: 0.25 };
    await writeFile(target, JSON.stringify({ items }));
    const { policies } = JSON.parse((await call('ope', path, '--target', target, '--json')).out);
    const log = servedLogOf(joinDecisions(visits(), LATER).decisions, createItemPolicy(items));
    expect(policies[0].estimates).toMatchObject({ IPS: ips(log), 'self-normalised IPS': snips(log) });
  });
});
