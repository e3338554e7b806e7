import { describe, expect, test } from 'vitest';
import { LanguageModelError } from '../errors.js';
import type { LanguageModel } from '../language-model.js';
import type { PreferenceAnswer, PreferenceQuestion, PreferenceSource, UserState } from '../preference-source.js';
import type { ModeledUser, ProbabilityEstimate, RewardModel } from '../reward-model.js';
import {
  type AsyncConformanceCheck,
  ConformanceError,
  languageModelChecks,
  preferenceSourceChecks,
  rewardModelChecks,
} from './index.js';

/** The names of the checks that an implementation does not pass. */
async function broken(checks: readonly AsyncConformanceCheck[]): Promise<string[]> {
  const names: string[] = [];
  for (const { name, run } of checks) {
    await run().catch((error) => {
      expect(error).toBeInstanceOf(ConformanceError);
      names.push(name);
    });
  }
  return names;
}

/** A rule, a fault that breaks it, and an implementation with that fault. */
type Faults<T> = [rule: string, fault: string, faulty: T][];

function expectEveryRuleTried(checks: readonly AsyncConformanceCheck[], faults: Faults<unknown>): void {
  const names = checks.map(({ name }) => name);
  expect(new Set(names).size).toBe(names.length);
  expect(new Set(faults.map(([rule]) => rule))).toEqual(new Set(names));
}

let calls = 0;
/** A rule of every suite. */
const EDITION = "specificationVersion is 'v1'";

describe('preferenceSourceChecks', () => {
  interface Subject {
    readonly make: () => PreferenceSource;
    readonly makeFailing?: () => PreferenceSource;
    readonly items?: number;
  }

  const answer = ({ candidates }: PreferenceQuestion): PreferenceAnswer => ({
    probabilities: candidates.map((item) => item / 10),
    raw: '{}',
  });
  const source = (ask: (question: PreferenceQuestion) => PreferenceAnswer, names = {}): PreferenceSource => ({
    specificationVersion: 'v1',
    model: 'm',
    promptVersion: 'v1',
    ...names,
    ask: async (question) => ask(question),
  });
  const failing = () =>
    source(() => {
      throw new LanguageModelError('m', 'has no answer');
    });
  const checksOf = ({ make, makeFailing = failing, items = 6 }: Subject) =>
    preferenceSourceChecks(make, { items, isPositionFree: true, makeFailing });
  const good: Subject = { make: () => source(answer) };
  const faulty = (
    change: (given: PreferenceAnswer, question: PreferenceQuestion) => Partial<PreferenceAnswer>,
  ): Subject => ({
    make: () => source((question) => ({ ...answer(question), ...change(answer(question), question) })),
  });
  const ONE_EACH = 'it gives one probability from 0 to 1 for each candidate';
  const SAME = 'the same question gets the same answer, whatever was asked before';
  const FAILURE = 'a source that cannot answer throws a LanguageModelError';
  const FAULTS: Faults<Subject> = [
    [EDITION, 'another version', { make: () => source(answer, { specificationVersion: 'v2' }) }],
    [
      'it says which model and which version of the prompt answers',
      'no version',
      { make: () => source(answer, { promptVersion: '' }) },
    ],
    ['it knows the items that the checks ask about', 'too few items', { ...good, items: 5 }],
    [ONE_EACH, 'a probability too few', faulty(({ probabilities }) => ({ probabilities: probabilities.slice(1) }))],
    [
      ONE_EACH,
      'a probability above 1',
      faulty(({ probabilities }) => ({ probabilities: probabilities.map((value) => value + 1) })),
    ],
    [ONE_EACH, 'no number', faulty(({ probabilities }) => ({ probabilities: probabilities.map(() => Number.NaN) }))],
    [
      ONE_EACH,
      'no answer about a new user',
      faulty((_, { state }) => {
        if (state.items.length === 0) throw new TypeError('a bug');
        return {};
      }),
    ],
    ['it keeps the reply as it came', 'no reply kept', faulty(() => ({ raw: '' }))],
    [
      'it leaves the question as it was',
      'candidates sorted in place',
      faulty((_, { candidates }) => {
        (candidates as number[]).sort();
        return {};
      }),
    ],
    [SAME, 'randomness', faulty(({ probabilities }) => ({ probabilities: probabilities.map(() => 1 / ++calls) }))],
    [
      SAME,
      'a memory of the question before',
      {
        make: () => {
          let before = 0;
          return source((question) => {
            const probabilities = question.candidates.map((item) => (item + before) / 10);
            before = question.candidates.length;
            return { probabilities, raw: '{}' };
          });
        },
      },
    ],
    [
      'probabilities stand in the order of the candidates',
      'the order of the items',
      faulty(({ probabilities }) => ({ probabilities: probabilities.toSorted() })),
    ],
    [FAILURE, 'a guess where there is no answer', { ...good, makeFailing: () => source(answer) }],
    [
      FAILURE,
      'another error',
      {
        ...good,
        makeFailing: () =>
          source(() => {
            throw new TypeError('a bug');
          }),
      },
    ],
  ];

  test('pass a source that keeps the rules', async () => {
    expect(await broken(checksOf(good))).toEqual([]);
  });

  test.each(FAULTS)('%s: catch %s', async (rule, _, subject) => {
    expect(await broken(checksOf(subject))).toContain(rule);
  });

  test('have every rule broken above', () => expectEveryRuleTried(checksOf(good), FAULTS));
});

describe('languageModelChecks', () => {
  interface Subject {
    readonly model: LanguageModel;
    readonly unreachable?: LanguageModel;
  }

  const request = { promptVersion: 'v1', system: 's', prompt: 'p', schema: {}, seed: 1 };
  const named = (generate: LanguageModel['generate'], name = 'm'): LanguageModel => ({
    specificationVersion: 'v1',
    name,
    generate,
  });
  const answering: LanguageModel['generate'] = async ({ signal }) => {
    signal?.throwIfAborted();
    return { text: '{}' };
  };
  const unreachable = named(async () => {
    throw new LanguageModelError('m', 'is not there', { isRetryable: true });
  });
  const checksOf = (subject: Subject) =>
    languageModelChecks(() => subject.model, {
      request,
      makeUnreachable: () => subject.unreachable ?? unreachable,
      abortWithinMs: 50,
    });
  const good: Subject = { model: named(answering) };
  const REPLY = 'its reply is text';
  const FAILURE = 'what goes wrong is a LanguageModelError';
  const FAULTS: Faults<Subject> = [
    [EDITION, 'another version', { model: { ...named(answering), specificationVersion: 'v2' as 'v1' } }],
    ['it has a name', 'no name', { model: named(answering, '') }],
    [REPLY, 'an empty reply', { model: named(async () => ({ text: '' })) }],
    [REPLY, 'a refusal', { model: unreachable }],
    [
      'it leaves the request as it was',
      'a schema with something added',
      {
        model: named(async (asked) => {
          Object.assign(asked.schema, { title: 'mine' });
          return answering(asked);
        }),
      },
    ],
    [
      'a call that is aborted before it begins fails',
      'a signal that is not heard',
      { model: named(async () => ({ text: '{}' })) },
    ],
    [
      'a call that is aborted under way ends',
      'a call that goes on',
      {
        model: named(async (asked) => {
          const reply = await answering(asked);
          return asked.signal === undefined ? reply : new Promise(() => {});
        }),
      },
    ],
    [
      FAILURE,
      'another error',
      { ...good, unreachable: named(async () => Promise.reject(new TypeError('fetch failed'))) },
    ],
    [FAILURE, 'a failure that is turned into a reply', { ...good, unreachable: named(answering) }],
  ];

  test('pass a model that keeps the rules', async () => {
    expect(await broken(checksOf(good))).toEqual([]);
  });

  test.each(FAULTS)('%s: catch %s', async (rule, _, subject) => {
    expect(await broken(checksOf(subject))).toContain(rule);
  });

  test('have every rule broken above', () => expectEveryRuleTried(checksOf(good), FAULTS));
});

describe('rewardModelChecks', () => {
  const ITEMS = 5;
  type Memory = number[];
  /** Likes an item the more, the more was liked before; `probabilities` and `begin` may be planted faults. */
  const modelOf = (
    estimate: (item: number, memory: Memory) => ProbabilityEstimate,
    begin: (state: UserState) => Memory = ({ feedback }) => [...feedback],
  ): RewardModel => ({
    specificationVersion: 'v1',
    items: ITEMS,
    user(state): ModeledUser {
      const memory = begin(state);
      return {
        probability: (item) => estimate(item, memory),
        observe: (_, feedback) => void memory.push(feedback),
      };
    },
  });
  const total = (memory: Memory): number => memory.reduce((sum, value) => sum + value, 0);
  const estimate = (item: number, memory: Memory): ProbabilityEstimate => ({
    mean: (item + total(memory)) / (ITEMS + memory.length),
    logitDeviation: 0.5,
  });
  const shared: Memory = [];
  const ESTIMATES = 'every item has a mean from 0 to 1 and a deviation of at least 0';
  const FAULTS: Faults<RewardModel> = [
    [EDITION, 'another version', { ...modelOf(estimate), specificationVersion: 'v2' as 'v1' }],
    ['it says how many items it knows', 'no items', { ...modelOf(estimate), items: 0 }],
    [ESTIMATES, 'a mean above 1', modelOf((item, memory) => ({ ...estimate(item, memory), mean: 1.5 }))],
    [
      ESTIMATES,
      'a mean that is no number',
      modelOf((item, memory) => ({ ...estimate(item, memory), mean: Number.NaN })),
    ],
    [
      ESTIMATES,
      'a deviation without end',
      modelOf((item, memory) => ({ ...estimate(item, memory), logitDeviation: Number.POSITIVE_INFINITY })),
    ],
    [
      'asking changes nothing',
      'a user who tires of being asked',
      modelOf((item, memory) => {
        memory.push(0);
        return estimate(item, memory);
      }),
    ],
    ['users are followed each by themselves', 'one memory for all', modelOf(estimate, () => shared)],
    [
      'what a user meets under way counts like what their state began with',
      'a state that is forgotten',
      modelOf(estimate, () => []),
    ],
    [
      'it leaves the state as it was',
      'the state itself is written on',
      modelOf(estimate, ({ feedback }) => feedback as number[]),
    ],
    ['the same model says the same', 'randomness', modelOf(estimate, ({ feedback }) => [...feedback, ++calls % 97])],
  ];

  test('pass a model that keeps the rules', async () => {
    expect(await broken(rewardModelChecks(() => modelOf(estimate)))).toEqual([]);
  });

  test.each(FAULTS)('%s: catch %s', async (rule, _, model) => {
    expect(await broken(rewardModelChecks(() => model))).toContain(rule);
  });

  test('have every rule broken above', () =>
    expectEveryRuleTried(
      rewardModelChecks(() => modelOf(estimate)),
      FAULTS,
    ));

  test('follow the users they are given', async () => {
    const stranger = { items: [9], feedback: [1] };
    const knowing = modelOf(estimate, (state) => {
      if (state.items.includes(9)) throw new RangeError('who is this?');
      return [];
    });
    expect(await broken(rewardModelChecks(() => knowing, { states: [stranger] }))).toContain('asking changes nothing');
  });
});
