import {
  type Checkpoint,
  CheckpointError,
  type CheckpointValue,
  createRandom,
  type Environment,
  endedSessions,
  type ResponseModel,
} from '@ialp/core';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { createCascadeChoice, createFirstAcceptableChoice } from '../choices/choice-models.js';
import { environmentChecks } from '../conformance/index.js';
import { EnvironmentStateError } from '../errors.js';
import { withBoredom } from '../models/boredom.js';
import { createDistractionRule } from '../rules/distraction.js';
import { createPatienceRule } from '../rules/patience.js';
import { createSatisfactionBudgetRule } from '../rules/satisfaction-budget.js';
import { createSimilarityRule } from '../rules/similarity.js';
import { allowedItems } from '../test-support/allowed.js';
import { makeRing, ringResponses } from '../test-support/environment.js';
import { transparentResponses } from '../test-support/responses.js';
import { withEpisodeStatistics } from '../wrappers/episode-statistics.js';
import { withTurnLimit } from '../wrappers/turn-limit.js';
import { createSimulator, type SimulatorOptions } from './simulator.js';

type Checkpointed = Environment & Required<Pick<Environment, 'checkpoint' | 'restore'>>;
const make = (options: Partial<SimulatorOptions> = {}, sessions = 3): Checkpointed =>
  makeRing(sessions, options) as Checkpointed;

/** The ring with users who tire of categories, and rules with state and without. */
const CHANGING: Partial<SimulatorOptions> = {
  responses: withBoredom(
    { ...ringResponses(5, 9), utility: ({ user }, item) => 2 - ((item - user) % 9) ** 2 },
    { categories: Array.from({ length: 9 }, (_, item) => [item % 3]) },
  ),
  terminationRules: [
    createDistractionRule({ probability: 0.02 }),
    createSatisfactionBudgetRule({ budget: 4, satisfiedReward: 1 }),
    createSimilarityRule({ window: 3, minSimilar: 2, isSimilar: (a, b) => a % 4 === b % 4 }),
    createPatienceRule({ misses: 5 }),
  ],
};
/** Feedback with noise that is normal: a generator holds the second number of a pair. */
const NORMAL: ResponseModel = {
  ...ringResponses(5, 9),
  respond: (_session, _item, random) => Math.min(1, Math.max(0, 0.5 + 0.2 * random.normal())),
};

const SIMULATORS: [name: string, options: Partial<SimulatorOptions>][] = [
  ['users who change, and rules with state', CHANGING],
  ['normal noise', { responses: NORMAL }],
  ['slates', { slate: { size: 2, choice: createCascadeChoice({ perseverance: 0.7 }) } }],
  ['repeats', { repeats: true, maxTurns: Number.POSITIVE_INFINITY }],
];

describe.each(SIMULATORS)('a simulator with %s', (_name, options) => {
  for (const check of environmentChecks((sessions) => makeRing(sessions, options))) test(check.name, check.run);
});

/** Steps with random actions from a generator; what came of it as text. */
function play(env: Environment, steps: number, seed: number, ended: Uint8Array): { text: string; ended: Uint8Array } {
  const random = createRandom(seed);
  const { sessions, slateSize } = env.spec;
  let text = '';
  let last = ended;
  for (let step = 0; step < steps; step++) {
    const observation = env.reset({ resetMask: last });
    const actions = Array.from({ length: sessions }, (_, slot) => {
      const allowed = allowedItems(observation, slot);
      return Array.from({ length: slateSize }, () => allowed.splice(random.integer(allowed.length), 1)[0]);
    });
    const result = env.step(Int32Array.from(actions.flat()));
    last = endedSessions(result);
    const { session, historyItems, historyFeedback } = result.observation;
    text += JSON.stringify([result.reward, last, session, historyItems, historyFeedback, result.choice ?? null]);
  }
  return { text, ended: last };
}

test('a run with any interruptions gives the same as one without', () => {
  const cuts = fc.array(fc.integer({ min: 0, max: 12 }), { maxLength: 4 });
  fc.assert(
    fc.property(fc.constantFrom(...SIMULATORS), fc.nat({ max: 2 ** 32 - 1 }), cuts, ([, options], seed, lengths) => {
      const whole = make(options);
      let current = make(options);
      whole.reset({ seed });
      current.reset({ seed });
      let ended: Uint8Array = new Uint8Array(3);
      for (const [part, length] of lengths.entries()) {
        const expected = play(whole, length, part, ended);
        const found = play(current, length, part, ended);
        expect(found.text).toBe(expected.text);
        ended = expected.ended.slice();
        const saved = current.checkpoint();
        current = make(options);
        current.restore(saved);
      }
    }),
    { numRuns: 60 },
  );
});

test('a checkpoint of a restored simulator is the checkpoint', () => {
  for (const [, options] of SIMULATORS) {
    const env = make(options);
    env.reset({ seed: 3 });
    play(env, 9, 1, new Uint8Array(3));
    const saved = env.checkpoint();
    const other = make(options);
    other.restore(saved);
    expect(other.checkpoint()).toEqual(saved);
  }
});

test('lists of shown items grow in the restored simulator, too', () => {
  const options = { responses: ringResponses(5, 400), terminationRules: [], maxTurns: 300 };
  const env = make(options);
  env.reset({ seed: 1 });
  play(env, 150, 1, new Uint8Array(3));
  const other = make(options);
  const observation = other.restore(env.checkpoint());
  expect([0, 1, 2].map((slot) => allowedItems(observation, slot).length)).toEqual([250, 250, 250]);
  const expected = play(env, 149, 2, new Uint8Array(3));
  expect(play(other, 149, 2, new Uint8Array(3)).text).toBe(expected.text);
});

test('user features are shown again, and keys are not used again', () => {
  const userFeatures = { names: ['age'], values: Float32Array.of(10, 20, 30, 40, 50) };
  const env = make({ userFeatures });
  env.reset({ seed: 1 });
  play(env, 30, 1, new Uint8Array(3));
  const saved = env.checkpoint();
  const { userFeatures: shown, session } = env.restore(saved);
  const other = make({ userFeatures });
  const restored = other.restore(saved);
  expect(restored.userFeatures).toEqual(shown);
  expect(restored.session).toEqual(session);
  const highest = Math.max(...session);
  expect(Math.min(...other.reset().session)).toBeGreaterThan(highest);
});

test('an error halfway: a checkpoint is refused, and restoring one continues', () => {
  let isBroken = false;
  const responses: ResponseModel = {
    ...ringResponses(5, 9),
    respond({ user }, item) {
      if (isBroken) throw new Error('no response');
      return item === user ? 1 : 0;
    },
  };
  const env = make({ responses });
  env.reset({ seed: 1 });
  const saved = env.checkpoint();
  isBroken = true;
  expect(() => env.step(Int32Array.of(0, 1, 2))).toThrow('no response');
  expect(() => env.checkpoint()).toThrow(EnvironmentStateError);
  expect(() => env.restore({})).toThrow(CheckpointError);
  expect(() => env.checkpoint()).toThrow(EnvironmentStateError);
  isBroken = false;
  env.restore(saved);
  expect(env.checkpoint()).toEqual(saved);
  expect([...env.step(Int32Array.of(0, 1, 2)).observation.turn]).toEqual([1, 1, 1]);
});

test('before the first reset there is no checkpoint, and after a refused restore still none', () => {
  const env = make();
  expect(() => env.checkpoint()).toThrow('Call reset({ seed }) before the first checkpoint.');
  expect(() => env.restore({})).toThrow(CheckpointError);
  expect(() => env.checkpoint()).toThrow(EnvironmentStateError);
  expect(() => env.step(Int32Array.of(0, 1, 2))).toThrow(EnvironmentStateError);
});

describe('a checkpoint of another simulator is refused', () => {
  const slate = { size: 2, choice: createFirstAcceptableChoice() };
  test.each<[name: string, other: Checkpointed, message: RegExp]>([
    [
      'another name',
      make({ name: 'films' }),
      /^checkpoint\.simulator\.name: expected "ring", as in this environment; found "films"/,
    ],
    ['more sessions', make({}, 4), /^checkpoint\.simulator\.sessions: expected 3, as in this environment; found 4/],
    ['more users', make({ responses: ringResponses(6, 9) }), /^checkpoint\.simulator\.users: expected 5.*found 6/],
    ['more items', make({ responses: ringResponses(5, 10) }), /^checkpoint\.simulator\.items: expected 9.*found 10/],
    ['longer histories', make({ historyLength: 5 }), /^checkpoint\.simulator\.historyLength: expected 4.*found 5/],
    ['slates', make({ slate }), /^checkpoint\.simulator\.slateSize: expected 1.*found 2/],
    [
      'no turn limit',
      make({ maxTurns: Number.POSITIVE_INFINITY }),
      /^checkpoint\.simulator\.maxTurns: expected 7.*found Infinity/,
    ],
    ['repeats', make({ repeats: true }), /^checkpoint\.simulator\.repeats: expected false.*found true/],
    [
      'user features',
      make({ userFeatures: { names: ['age'], values: new Float32Array(5) } }),
      /^checkpoint\.simulator\.userFeatures: expected 0.*found 1/,
    ],
    ['other rules', make({ terminationRules: [] }), /^checkpoint\.simulator\.rules: expected 2.*found 0/],
    [
      'rules with other states',
      make({ terminationRules: [createDistractionRule({ probability: 0.1 }), createPatienceRule({ misses: 2 })] }),
      /^checkpoint\.terminationRules\[0\]: expected a Float64Array with 1 number for each of the 3 sessions; found 0 numbers/,
    ],
    [
      'responses with state',
      make({ responses: { ...ringResponses(5, 9), stateSize: 2 } }),
      /^checkpoint\.responses: expected a Float64Array with 0 numbers for each of the 3 sessions; found 6 numbers/,
    ],
    [
      'responses that look further back',
      make({ responses: { ...ringResponses(5, 9), window: 8 } }),
      /^checkpoint\.memory\.items: expected 3 numbers; found 48/,
    ],
  ])('%s', (_name, other, message) => {
    const env = make();
    env.reset({ seed: 1 });
    const before = env.checkpoint();
    other.reset({ seed: 2 });
    expect(() => env.restore(other.checkpoint())).toThrow(CheckpointError);
    expect(() => env.restore(other.checkpoint())).toThrow(message);
    expect(env.checkpoint()).toEqual(before);
  });

  test('other users in the pool', () => {
    const other = make({ userPool: Int32Array.of(4) });
    other.reset({ seed: 2 });
    expect(() => make({ userPool: Int32Array.of(0, 1) }).restore(other.checkpoint())).toThrow(
      "checkpoint.memory.user[0]: expected a user of this environment's userPool; found 4.",
    );
  });
});

describe('crafted content', () => {
  const env = make(CHANGING);
  env.reset({ seed: 5 });
  play(env, 4, 1, new Uint8Array(3));
  const saved = env.checkpoint();
  const memory = saved['memory'] as Checkpoint;
  const state = (name: string): Int32Array => saved[name] as Int32Array;

  test.each<[name: string, changes: Checkpoint, message: RegExp]>([
    ['the next key was used', { nextKey: 0 }, /session\[0\]: expected a key/],
    ['a key that is not an integer', { session: Float64Array.of(0.5, 1, 2) }, /session\[0\]: expected a key/],
    ['one key for two sessions', { session: Float64Array.of(0, 1, 1) }, /expected a key of its own for each session/],
    [
      'a negative episode',
      { episode: Int32Array.of(0, -1, 0) },
      /episode\[1\]: expected a number of sessions; found -1/,
    ],
    ['a flag of 2', { ended: Uint8Array.of(0, 2, 0) }, /ended\[1\]: expected 0 or 1; found 2/],
    [
      'a user of another pool',
      { memory: { ...memory, user: Int32Array.of(0, 5, 0) } },
      /memory\.user\[1\]: .*; found 5/,
    ],
    [
      'more turns than the limit',
      { memory: { ...memory, turn: Int32Array.of(8, 1, 1) } },
      /turns from 0 to 7; found 8/,
    ],
    ['negative turns', { memory: { ...memory, turn: Int32Array.of(-1, 1, 1) } }, /turns from 0 to 7; found -1/],
    [
      'a session at its limit that goes on',
      { memory: { ...memory, turn: Int32Array.of(7, 7, 7) }, ended: new Uint8Array(3) },
      /ended\[0\]: expected 1, because the session has no turns left; found 0/,
    ],
    [
      'a reward out of range',
      { memory: { ...memory, reward: Float32Array.of(0, 2, 0) } },
      /a reward from 0 to 1; found 2/,
    ],
    [
      'feedback that is not a number',
      { memory: { ...memory, feedback: (memory['feedback'] as Float32Array).with(2, Number.NaN) } },
      /memory\.feedback\[2\]: expected feedback from 0 to 1; found NaN/,
    ],
    [
      'an item that does not exist',
      { memory: { ...memory, items: (memory['items'] as Int32Array).with(1, 9) } },
      /memory\.items\[1\]: expected an item index from 0 to 8; found 9/,
    ],
    [
      'padding after items',
      { historyItems: state('historyItems').with(3, -1) },
      /historyItems\[3\]: expected items from 0 to 8 after the padding of the session; found -1/,
    ],
    [
      'feedback out of range in a history',
      { historyFeedback: (saved['historyFeedback'] as Float32Array).with(3, 1.5) },
      /historyFeedback\[3\]: expected feedback from 0 to 1 after the padding; found 1.5/,
    ],
    ['fewer shown items', { shown: state('shown').slice(1) }, /shown: expected \d+ items, as the turns say; found \d+/],
    [
      'a shown item twice',
      { shown: state('shown').with(1, state('shown')[0]) },
      /expected distinct items in session 0/,
    ],
    ['a shown item that does not exist', { shown: state('shown').with(0, -1) }, /shown\[0\]: expected an item index/],
    ['states of fewer rules', { terminationRules: [] }, /terminationRules: expected a list of the states of 4 rules/],
    ['states that are a list', { terminationRules: [[], [], [], []] }, /expected a Float64Array.*found something else/],
    ['a root that is not a generator', { root: [1, 2, 3] }, /root: expected 9 numbers for each of 1 random stream/],
    [
      'streams that were cut',
      { streams: new Float64Array(26) },
      /expected 9 numbers for each of 3 random streams; found 26/,
    ],
    ['streams of no generator', { streams: new Float64Array(27).fill(0.5) }, /The generator's state: state: expected/],
    ['other settings', { simulator: { name: 'ring' } }, /sessions: expected a value; found none/],
  ])('%s: refused, and nothing is changed', (_name, changes, message) => {
    const other = make(CHANGING);
    other.reset({ seed: 6 });
    const before = other.checkpoint();
    expect(() => other.restore({ ...saved, ...changes })).toThrow(CheckpointError);
    expect(() => other.restore({ ...saved, ...changes })).toThrow(message);
    expect(other.checkpoint()).toEqual(before);
  });

  /** The checkpoint with one value somewhere in it replaced. */
  const crafted = fc
    .tuple(fc.nat(), fc.nat(), fc.oneof(fc.double(), fc.integer({ min: -3, max: 12 }), fc.constant(2 ** 31)))
    .map(([which, place, value]): Checkpoint => {
      const copy = structuredClone(saved) as Record<string, CheckpointValue>;
      const arrays: Float64Array[] = [];
      const collect = (part: CheckpointValue): void => {
        if (ArrayBuffer.isView(part)) arrays.push(part as Float64Array);
        else if (typeof part === 'object' && part !== null) Object.values(part).forEach(collect);
      };
      collect(copy);
      const array = arrays[which % arrays.length];
      if (array.length > 0) array[place % array.length] = value;
      return copy;
    });

  test('of any kind is refused with a CheckpointError, or runs', () => {
    fc.assert(
      fc.property(crafted, (checkpoint) => {
        const other = make(CHANGING);
        try {
          other.restore(checkpoint);
        } catch (error) {
          expect(error).toBeInstanceOf(CheckpointError);
          return;
        }
        play(other, 12, 1, (checkpoint['ended'] as Uint8Array).slice());
      }),
      { numRuns: 400 },
    );
  });
});

test('a simulator whose responses hold state elsewhere cannot be checkpointed, also through a wrapper', () => {
  const responses = { ...transparentResponses(9, 0), hasOtherState: true };
  const environment = createSimulator({ name: 'elsewhere', responses, sessions: 2 });
  for (const each of [environment, withTurnLimit(environment, 3), withEpisodeStatistics(environment)]) {
    expect([each.checkpoint, each.restore]).toEqual([undefined, undefined]);
  }
});
