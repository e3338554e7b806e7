import { IalpError, InvalidOptionError, type ResponseModel } from '@ialp/core';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import {
  createCascadeChoice,
  createFirstAcceptableChoice,
  createMultinomialLogitChoice,
} from '../choices/choice-models.js';
import { environmentChecks } from '../conformance/index.js';
import { EnvironmentStateError, InvalidActionError, InvalidRewardError } from '../errors.js';
import { createCategorySimilarityRule } from '../rules/category-similarity.js';
import { createDistanceSimilarity } from '../rules/item-similarity.js';
import { createPatienceRule } from '../rules/patience.js';
import { createSimilarityRule } from '../rules/similarity.js';
import { allowedItems, firstAllowed } from '../test-support/allowed.js';
import { makeRing, ringResponses } from '../test-support/environment.js';
import { transparentResponses } from '../test-support/responses.js';
import { createSimulator, type SimulatorOptions } from './simulator.js';

describe.each([
  ['no repeats, every kind of end', {}],
  ['repeats allowed', { repeats: true }],
  ['no turn limit', { maxTurns: Number.POSITIVE_INFINITY }],
  ['one item', { responses: ringResponses(3, 1) }],
  ['one user', { responses: ringResponses(1, 9) }],
  ['a history longer than a session', { historyLength: 30 }],
  ['no termination rule', { terminationRules: [] }],
  ['slates of three', { slate: { size: 3, choice: createFirstAcceptableChoice() } }],
  [
    'slates, repeats allowed',
    { slate: { size: 3, choice: createCascadeChoice({ perseverance: 0.8 }) }, repeats: true },
  ],
  ['a slate as large as the catalogue', { slate: { size: 9, choice: createFirstAcceptableChoice() } }],
  ['a choice of one item', { slate: { size: 1, choice: createFirstAcceptableChoice() } }],
  ['the protocol FreeB', { protocol: 'FreeB' }],
  ['the protocol NX_0', { protocol: 'NX_0' }],
  ['the protocol NX_7', { protocol: 'NX_7' }],
  ['users of whom something is known', { userFeatures: { names: ['age'], values: Float32Array.of(1, 2, 3, 4, 5) } }],
] as [string, Partial<SimulatorOptions>][])('a simulator with %s keeps the rules', (_, options) => {
  for (const check of environmentChecks((sessions) => makeRing(sessions, options))) test(check.name, check.run);
});

describe('ends', () => {
  test('the turn limit truncates, a rule terminates, and a rule at the limit wins', () => {
    const make = (leavesAt: number) =>
      createSimulator({
        name: 'ends',
        responses: transparentResponses(9, 0),
        terminationRules: [
          { specificationVersion: 'v1', window: 0, terminates: (session) => session.turn >= leavesAt },
        ],
        sessions: 1,
        maxTurns: 3,
      });
    const endsOf = (leavesAt: number): number[][] => {
      const env = make(leavesAt);
      env.reset({ seed: 1 });
      return [0, 1, 2].slice(0, Math.min(leavesAt, 3)).map((item) => {
        const { terminated, truncated } = env.step(Int32Array.of(item));
        return [terminated[0], truncated[0]];
      });
    };
    expect(endsOf(2)).toEqual([
      [0, 0],
      [1, 0],
    ]);
    expect(endsOf(3)).toEqual([
      [0, 0],
      [0, 0],
      [1, 0],
    ]);
    expect(endsOf(4)).toEqual([
      [0, 0],
      [0, 0],
      [0, 1],
    ]);
  });

  test('a session in which nothing is left to show is truncated', () => {
    const env = createSimulator({ name: 'two items', responses: transparentResponses(2, 0), sessions: 1 });
    env.reset({ seed: 1 });
    expect(env.step(Int32Array.of(1)).truncated[0]).toBe(0);
    const last = env.step(Int32Array.of(0));
    expect([last.truncated[0], last.terminated[0]]).toEqual([1, 0]);
    expect(allowedItems(last.observation, 0)).toEqual([]);
  });
});

test('an environment that was made with a seed begins without one, and never takes it up again', () => {
  const env = makeRing(3, { seed: 7 });
  const first = [...env.reset().turn];
  const named = makeRing(3);
  named.reset({ seed: 7 });
  const rewards = (one: typeof env) => [...one.step(Int32Array.of(0, 1, 2)).reward];
  expect(first).toEqual([0, 0, 0]);
  expect(rewards(env)).toEqual(rewards(named));
  env.reset();
  named.reset();
  expect(rewards(env)).toEqual(rewards(named));
});

test('an item is allowed again in the next session, of few items and of many', () => {
  fc.assert(
    fc.property(fc.integer({ min: 1, max: 700 }), fc.integer({ min: 1, max: 700 }), (items, turns) => {
      const responses = transparentResponses(items, 0);
      const env = createSimulator({ name: 'm', responses, sessions: 2, maxTurns: Number.POSITIVE_INFINITY });
      env.reset({ seed: 1 });
      const steps = Math.min(turns, items);
      for (let item = 0; item < steps; item++) env.step(Int32Array.of(item, items - 1 - item));
      const observation = env.reset({ resetMask: Uint8Array.of(1, 0) });
      expect(allowedItems(observation, 0)).toHaveLength(items);
      expect(allowedItems(observation, 1)).toEqual(Array.from({ length: items - steps }, (_, item) => item));
    }),
    { numRuns: 30 },
  );
});

test('responses see as far back as they declare, further than observations do', () => {
  const seen: number[][] = [];
  const env = createSimulator({
    name: 'w',
    responses: transparentResponses(9, 3, seen),
    sessions: 1,
    historyLength: 1,
  });
  env.reset({ seed: 1 });
  for (const item of [4, 2, 7, 1, 3]) env.step(Int32Array.of(item));
  expect(seen).toEqual([[], [4], [2, 4], [7, 2, 4], [1, 7, 2]]);
});

test('only the users named arrive', () => {
  const users = new Set<number>();
  const responses: ResponseModel = {
    ...transparentResponses(50, 0),
    users: 10,
    respond: (session) => {
      users.add(session.user);
      return 0;
    },
  };
  const env = createSimulator({ name: 'named', responses, userPool: Int32Array.of(3, 8), sessions: 40 });
  env.reset({ seed: 1 });
  env.step(new Int32Array(40));
  expect([...users].sort()).toEqual([3, 8]);
});

describe('errors', () => {
  test.each([
    [{ sessions: 0 }, /sessions: expected an integer from 1 to 1048576; found 0/],
    [{ sessions: 1e12 }, /sessions: expected an integer from 1 to 1048576; found 1000000000000/],
    [{ historyLength: 1e9 }, /historyLength: expected at most 134217728 for 2 sessions; use fewer sessions/],
    [
      { responses: { ...ringResponses(5, 9), items: 2 ** 31 } },
      /responses.items: expected an integer from 1 to 2147483647/,
    ],
    [
      { responses: { ...ringResponses(5, 9), items: 2 ** 30 }, maxTurns: Number.POSITIVE_INFINITY },
      /responses.items: expected at most 1073741823 for 2 sessions/,
    ],
    [
      { responses: { ...ringResponses(5, 9), items: 2 ** 31 - 1 }, maxTurns: 2 ** 30 },
      /maxTurns: expected at most 1073741823 for 2 sessions/,
    ],
    [{ responses: { ...ringResponses(5, 9), window: 1e9 } }, /window of responses or terminationRules/],
    [{ historyLength: 1.5 }, /historyLength/],
    [{ maxTurns: Number.NaN }, /maxTurns/],
    [{ userPool: new Int32Array(0) }, /userPool: expected at least one user/],
    [{ userPool: Int32Array.of(5) }, /userPool: expected an integer from 0 to 4; found 5/],
  ])('%o is refused', (options, message) => {
    expect(() => makeRing(2, options)).toThrow(message);
    expect(() => makeRing(2, options)).toThrow(InvalidOptionError);
  });

  test.each<[object, string]>([
    [{ repeats: 'false' }, 'repeats'],
    [{ repeats: null }, 'repeats'],
    [{ terminationRules: [{}] }, 'terminationRules[0].terminates'],
    [{ terminationRules: [createPatienceRule({ misses: 2 }), null] }, 'terminationRules[1]'],
    [{ terminationRules: [{ terminates: () => false, window: 0 }] }, 'terminationRules[0].specificationVersion'],
    [{ terminationRules: [{ specificationVersion: 'v1', terminates: () => false }] }, 'terminationRules[0].window'],
    [{ responses: { ...ringResponses(5, 9), specificationVersion: 'v2' } }, 'responses.specificationVersion'],
    [{ slate: { size: 2, choice: { choose: () => 0 } } }, 'slate.choice.specificationVersion'],
    [{ userFeatures: { width: 1, values: new Float32Array(5) } }, 'userFeatures.names'],
    [{ userFeatures: { names: ['age'] } }, 'userFeatures.values'],
    [{ userFeatures: null }, 'userFeatures.names'],
    [{ slate: null }, 'slate'],
    [{ slate: 3 }, 'slate'],
    [{ userPool: null }, 'userPool'],
    [{ userPool: 3 }, 'userPool'],
  ])('%o, which only plain JavaScript can pass, is refused', (options, option) => {
    const make = () => makeRing(2, options);
    expect(make).toThrow(InvalidOptionError);
    expect(make).toThrow(expect.objectContaining({ option }));
  });

  test.each<[unknown, string]>([
    [null, 'options'],
    [7, 'options'],
    [{ resetMask: null }, 'resetMask'],
    [{ resetMask: 'ab' }, 'resetMask'],
  ])('a reset of %o is refused', (options, option) => {
    const env = makeRing(2);
    env.reset({ seed: 1 });
    expect(() => env.reset(options as never)).toThrow(expect.objectContaining({ name: 'InvalidOptionError', option }));
    expect(() => createSimulator(null as never)).toThrow(InvalidOptionError);
  });

  test('what only plain JavaScript can pass: no response model, and a termination rule that stands in no list', () => {
    const make = (options: object) => () => createSimulator({ name: 'wrong', ...options } as never);
    expect(make({})).toThrow(/responses: expected a response model/);
    expect(
      make({ responses: transparentResponses(9, 3), terminationRules: createPatienceRule({ misses: 2 }) }),
    ).toThrow(/terminationRules: expected a list/);
    expect(make({})).toThrow(InvalidOptionError);
  });

  test('an invalid seed, a reset mask of the wrong length, or both at once', () => {
    const env = makeRing(2);
    expect(() => env.reset()).toThrow(EnvironmentStateError);
    expect(() => env.reset({ seed: -1 })).toThrow(/seed/);
    expect(() => env.reset({ seed: 1, resetMask: Uint8Array.of(1, 1) })).toThrow(/resetMask/);
    env.reset({ seed: 1 });
    expect(() => env.reset({ resetMask: Uint8Array.of(1) })).toThrow(
      /resetMask: expected one entry for each of the 2 sessions/,
    );
  });

  test('actions: wrong count, out of range, shown before', () => {
    const env = makeRing(2);
    env.reset({ seed: 1 });
    expect(() => env.step(Int32Array.of(1))).toThrow(InvalidOptionError);
    expect(() => env.step(Int32Array.of(0, 9))).toThrow(/actions\[1\]: expected an item from 0 to 8; found 9/);
    env.step(Int32Array.of(0, 0));
    expect(() => env.step(Int32Array.of(1, 0))).toThrow(InvalidActionError);
    expect(() => env.step(Int32Array.of(1, 0))).toThrow(
      'actions[1]: expected an item that the session has not seen; found 0.',
    );
  });

  test.each([
    [[1.5, 0]],
    [[0, Number.NaN]],
    [[0, '1']],
    [[Number.POSITIVE_INFINITY, 0]],
    [[-1, 0]],
    [[0, -0.5]],
    [[null, 0]],
  ])('actions of plain JavaScript that are no items: %j', (actions) => {
    for (const options of [{}, { repeats: true }]) {
      const env = makeRing(2, options);
      const observation = env.reset({ seed: 1 });
      expect(() => env.step(actions as never)).toThrow(InvalidActionError);
      for (const slot of [0, 1]) expect(allowedItems(observation, slot)).toHaveLength(9);
    }
    const slates = makeRing(1, { slate: { size: 2, choice: createFirstAcceptableChoice() } });
    slates.reset({ seed: 1 });
    expect(() => slates.step(actions as never)).toThrow(InvalidActionError);
  });

  test('no actions at all, and a reset mask of other numbers', () => {
    const env = makeRing(2);
    env.reset({ seed: 1 });
    expect(() => env.step(undefined as never)).toThrow(/actions: expected one item for each of the 2 sessions/);
    expect(() => env.reset({ resetMask: [true, false] as never })).toThrow(
      /resetMask\[0\]: expected 0 or 1; found true/,
    );
    expect(() => env.reset({ resetMask: Uint8Array.of(0, 2) })).toThrow(/resetMask\[1\]: expected 0 or 1; found 2/);
  });

  test.each([
    [[1, 0], /responses.rewardRange: expected two finite numbers, the lower one first; found .*1,0/],
    [[0, Number.NaN], /responses.rewardRange/],
    [undefined, /responses.rewardRange/],
  ])('an invalid reward range: %j', (rewardRange, message) => {
    const responses = { ...transparentResponses(3, 0), rewardRange } as unknown as ResponseModel;
    expect(() => createSimulator({ name: 'wrong', responses })).toThrow(message);
  });

  test('are recognised across copies of the package', () => {
    let caught: unknown;
    try {
      makeRing(0);
    } catch (error) {
      caught = error;
    }
    expect(IalpError.isInstance(caught)).toBe(true);
    expect(IalpError.isInstance(new Error('other'))).toBe(false);
    expect(IalpError.isInstance(null)).toBe(false);
  });
});

describe('where every policy earns the same', () => {
  const warnings: Error[] = [];
  const note = (warning: Error): void => void warnings.push(warning);
  const warned = async (options: Partial<SimulatorOptions>): Promise<string[]> => {
    warnings.length = 0;
    process.on('warning', note);
    createSimulator({ name: `equal ${JSON.stringify(options)}`, responses: transparentResponses(20, 0), ...options });
    // Node emits warnings on the next tick.
    await new Promise(setImmediate);
    process.off('warning', note);
    const own = warnings.filter((warning) => warning.message.startsWith('equal '));
    return own.map((warning) => `${(warning as { code?: string }).code}: ${warning.message}`);
  };

  test.each<[Partial<SimulatorOptions>]>([
    [{ maxTurns: 20 }],
    [{ maxTurns: 21 }],
    [{ maxTurns: Number.POSITIVE_INFINITY }],
    [{ protocol: 'NX_20' }],
    [{ protocol: 'NX_25', terminationRules: [createPatienceRule({ misses: 1 })] }],
  ])('warns: %j', async (options) => {
    const found = await warned(options);
    expect(found).toEqual([
      expect.stringMatching(/^IALP_EQUAL_POLICIES: equal .*all 20 items.*every policy earns the same/),
    ]);
    expect(await warned(options)).toEqual([]);
  });

  test.each<[Partial<SimulatorOptions>]>([
    [{ maxTurns: 19 }],
    [{ maxTurns: 30, repeats: true }],
    [{ maxTurns: 30, terminationRules: [createPatienceRule({ misses: 9 })] }],
    [{ maxTurns: 31, slate: { size: 2, choice: createFirstAcceptableChoice() } }],
    [{ maxTurns: 32, responses: transparentResponses(20, 3) }],
  ])('does not warn: %j', async (options) => {
    expect(await warned(options)).toEqual([]);
  });
});

describe('rewards outside the range', () => {
  /** Session 1 gets `reward` for item 5; all else 0. */
  const make = (reward: () => number, options: Partial<SimulatorOptions> = {}) =>
    createSimulator({
      name: 'rewards',
      responses: {
        ...transparentResponses(9, 0),
        rewardRange: [0, 1],
        respond: (_session, item) => (item === 5 ? reward() : 0),
        utility: (_session, item) => item,
        consume: (_session, item) => (item === 5 ? reward() : 0),
      },
      sessions: 2,
      ...options,
    });

  test.each([7, -0.001, 1.001, Number.NaN, Number.POSITIVE_INFINITY, undefined])('%j is refused', (reward) => {
    const slate = (by: 'responses' | 'utilities') => ({
      size: 2,
      choice: { specificationVersion: 'v1' as const, by, choose: () => 1 },
    });
    for (const [options, actions] of [
      [{}, [0, 5]],
      [{ slate: slate('responses') }, [0, 1, 2, 5]],
      [{ slate: slate('utilities') }, [0, 1, 2, 5]],
    ] as const) {
      const env = make(() => reward as number, options);
      env.reset({ seed: 1 });
      const step = () => env.step(Int32Array.from(actions));
      expect(step).toThrow(
        `reward of session 1 for item 5: expected a number from 0 to 1, the rewardRange; found ${reward}.`,
      );
      // Session 0 has moved on and session 1 has not: only a new beginning helps.
      expect(step).toThrow(EnvironmentStateError);
      expect(() => env.reset({ resetMask: Uint8Array.of(1, 1) })).toThrow(
        /ended with an error halfway.*reset\(\{ seed \}\)/s,
      );
      env.reset({ seed: 1 });
      expect(env.step(new Int32Array(actions.length).map((_, k) => k)).reward).toEqual(new Float32Array(2));
    }
  });

  test('the error names session, item, reward and range', () => {
    const env = make(() => 7);
    env.reset({ seed: 1 });
    let caught: unknown;
    try {
      env.step(Int32Array.of(0, 5));
    } catch (error) {
      caught = error;
    }
    expect(caught).toBeInstanceOf(InvalidRewardError);
    expect(caught).toMatchObject({ session: 1, item: 5, reward: 7, rewardRange: [0, 1] });
  });

  test('the ends of a range are within it, in double and in single precision', () => {
    for (const reward of [0.3, Math.fround(0.3), 0.7, Math.fround(0.7)]) {
      const range = [0, Number(reward.toFixed(1))] as const;
      const responses = { ...transparentResponses(9, 0), rewardRange: range, respond: () => reward };
      const env = createSimulator({ name: 'ends', responses, sessions: 1 });
      env.reset({ seed: 1 });
      expect(env.step(Int32Array.of(0)).reward).toEqual(Float32Array.of(reward));
    }
  });

  test('a choice that is no place in the slate, and a utility that is no number', () => {
    const choices = [2, -2, 0.5, Number.NaN];
    for (const chosen of choices) {
      const env = make(() => 1, {
        slate: { size: 2, choice: { specificationVersion: 'v1', by: 'responses', choose: () => chosen } },
      });
      env.reset({ seed: 1 });
      expect(() => env.step(Int32Array.of(0, 1, 2, 3))).toThrow(
        /choice of session 0: expected a position from 0 to 1, or -1/,
      );
    }
    const responses = { ...transparentResponses(9, 0), utility: () => Number.NaN };
    const env = make(() => 1, { responses, slate: { size: 2, choice: createMultinomialLogitChoice() } });
    env.reset({ seed: 1 });
    expect(() => env.step(Int32Array.of(0, 1, 2, 3))).toThrow(/responses.utility of item 0 in session 0.*found NaN/);
  });
});

test('a session lives the same life whatever happens beside it', () => {
  fc.assert(
    fc.property(fc.integer({ min: 0, max: 2 ** 32 - 1 }), fc.integer({ min: 2, max: 9 }), (seed, sessions) => {
      const livesOf = (count: number): string => {
        const env = makeRing(count);
        let observation = env.reset({ seed });
        let life = '';
        for (let step = 0; step < 30; step++) {
          // Session 0 always takes its first allowed item; the others their last.
          const actions = Int32Array.from({ length: count }, (_, slot) => {
            const items = allowedItems(observation, slot);
            return slot === 0 ? items[0] : items[items.length - 1];
          });
          const result = env.step(actions);
          life += `${actions[0]}:${result.reward[0]}:${result.terminated[0]}${result.truncated[0]} `;
          observation = env.reset({
            resetMask: result.terminated.map((value, slot) => value | result.truncated[slot]),
          });
        }
        return life;
      };
      expect(livesOf(sessions)).toBe(livesOf(1));
    }),
    { numRuns: 50 },
  );
});

test('a golden trace: seed 5, two sessions, always the first allowed item', () => {
  const env = makeRing(2);
  let observation = env.reset({ seed: 5 });
  const trace = Array.from({ length: 12 }, () => {
    const actions = firstAllowed(observation);
    const { reward, terminated, truncated } = env.step(actions);
    const line = [0, 1].map(
      (slot) =>
        `${actions[slot]}${reward[slot] ? '+' : '-'}${terminated[slot] ? '!' : ''}${truncated[slot] ? '|' : ''}`,
    );
    observation = env.reset({ resetMask: terminated.map((value, slot) => value | truncated[slot]) });
    return line.join(' ');
  });
  expect(trace.join(', ')).toMatchInlineSnapshot(
    `"0- 0-, 1- 1+, 2- 2+, 3+ 3+, 4- 4-, 5- 5+, 6-| 6-|, 0- 0+, 1+ 1-, 2+ 2+, 3- 3+, 4- 4+"`,
  );
});

describe('createSimulator refuses', () => {
  const make = (options: object) => () =>
    createSimulator({ name: 'r', responses: transparentResponses(3, 0), sessions: 2, ...options });

  test.each([undefined, '', 5])('the name %s', (name) => {
    expect(make({ name })).toThrow(/^name: expected a name for reports, such as 'shop'/);
  });

  test('options that it does not have', () => {
    expect(make({ maxTurn: 3 })).toThrow(/^options: expected only the options name, .*; found "maxTurn"\.$/);
    const env = make({})();
    env.reset({ seed: 1 });
    expect(() => env.reset({ mask: Uint8Array.of(1, 0) } as never)).toThrow(/seed, resetMask; found "mask"\.$/);
    expect(() => env.reset({ seed: 1, resetMask: Uint8Array.of(1, 0) })).toThrow(
      /^seed: expected no seed with resetMask; they exclude each other: a seed restarts all sessions/,
    );
  });

  test('a termination rule for other items', () => {
    const window = { window: 2, minSimilar: 1 };
    const points = { points: Float32Array.of(1, 2, 3, 4), width: 2 };
    const distance = createSimilarityRule({ ...window, isSimilar: createDistanceSimilarity(points, 1) });
    const category = createCategorySimilarityRule({ ...window, categories: [[0]] });
    expect(make({ terminationRules: [distance] })).toThrow(
      'terminationRules[0]: expected a rule for the 3 items of responses; found a rule for 2 items.',
    );
    expect(make({ terminationRules: [distance, category] })).toThrow(/found a rule for 2 items/);
    expect(make({ terminationRules: [category] })).toThrow(/found a rule for 1 item\./);
    const fitting = createCategorySimilarityRule({ ...window, categories: [[0], [], [1]] });
    expect(make({ terminationRules: [fitting] })).not.toThrow();
  });

  test('a termination rule without a member, by its name', () => {
    const rule = { specificationVersion: 'v1', window: 0, terminates: () => false };
    const { window: _, ...withoutWindow } = rule;
    expect(make({ terminationRules: [withoutWindow] })).toThrow(/^terminationRules\[0\]\.window: expected/);
    const { terminates: __, ...withoutTerminates } = rule;
    expect(make({ terminationRules: [withoutTerminates] })).toThrow(/^terminationRules\[0\]\.terminates: expected/);
  });
});
