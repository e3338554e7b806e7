import { createRandom, type Ratings } from '@ialp/core';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { preferenceSourceChecks } from '../conformance/index.js';
import { LanguageModelError } from '../errors.js';
import type { PreferenceSource, UserState } from '../preference-source.js';
import { createOracleSource } from '../sources/oracle-source.js';
import { createPopularitySource } from '../sources/popularity-source.js';
import { describeValidation } from './describe-validation.js';
import { areaUnderCurve } from './estimate.js';
import { type HeldOutQuestion, sampleHeldOutQuestions } from './held-out-questions.js';
import { validateSource } from './validate-source.js';

const ITEMS = 60;
const USERS = 150;
/** Users like every item whose number leaves what theirs does when divided by 3. */
const likes = (user: number, item: number): number => (user % 3 === item % 3 ? 1 : 0);

function ratings(): Ratings {
  const random = createRandom(4);
  const rows = Array.from({ length: USERS * 30 }, (_, row) => {
    const user = Math.floor(row / 30);
    const item = ((row % 30) * 2 + random.integer(2)) % ITEMS;
    return { user, item, value: likes(user, item) === 1 ? 5 : 2, time: random.integer(1e6) };
  });
  return {
    users: USERS,
    user: Int32Array.from(rows, ({ user }) => user),
    item: Int32Array.from(rows, ({ item }) => item),
    value: Float32Array.from(rows, ({ value }) => value),
    time: Float64Array.from(rows, ({ time }) => time),
    scale: [1, 5],
  };
}

const questionsOf = () =>
  sampleHeldOutQuestions({ ratings: ratings(), likeThreshold: 4, count: 100, random: createRandom(2) });
/** Knows what the users of these questions really liked. */
const knows = (questions: readonly HeldOutQuestion[]) => {
  const users = new Map<UserState, number>(questions.map(({ state, user }) => [state, user]));
  return (state: UserState, item: number): number => likes(users.get(state)!, item);
};
const validate = (source: PreferenceSource, questions = questionsOf(), rest = {}) =>
  validateSource({ source, questions, random: createRandom(3), ...rest });

describe('held-out questions', () => {
  test('tell the first half of a user’s time and ask about the second, with the answers', () => {
    const data = ratings();
    const questions = questionsOf();
    expect(questions).toHaveLength(100);
    expect(new Set(questions.map(({ user }) => user)).size).toBe(100);
    for (const { user, state, candidates, truth } of questions) {
      const own = Array.from(data.user.keys())
        .filter((row) => data.user[row] === user)
        .sort((a, b) => data.time![a] - data.time![b]);
      const [past, future] = [own.slice(0, 15), own.slice(15)].map((rows) => rows.map((row) => data.item[row]));
      expect(state.items).toEqual(past.slice(-5));
      expect(state.feedback).toEqual(state.items.map((item) => likes(user, item)));
      for (const [k, item] of candidates.entries()) {
        expect(future).toContain(item);
        expect(truth[k]).toBe(likes(user, item));
      }
      expect(new Set(truth)).toEqual(new Set([0, 1]));
      expect(new Set(candidates).size).toBe(candidates.length);
    }
  });

  test('against random items: liked ones of the second half among such as the user never rated', () => {
    const data = ratings();
    const questions = sampleHeldOutQuestions({
      ...{ ratings: data, likeThreshold: 4, count: 100, negatives: 'random', random: createRandom(2) },
    });
    expect(questions).toHaveLength(100);
    for (const { user, candidates, truth } of questions) {
      const rated = new Set(
        Array.from(data.user.keys()).flatMap((row) => (data.user[row] === user ? [data.item[row]] : [])),
      );
      expect(new Set(candidates).size).toBe(8);
      for (const [k, item] of candidates.entries()) {
        expect(rated.has(item)).toBe(truth[k] === 1);
        if (truth[k] === 1) expect(likes(user, item)).toBe(1);
      }
      expect(new Set(truth)).toEqual(new Set([0, 1]));
    }
  });

  test('count ratings as liked that single precision stores just below the threshold', () => {
    const data = ratings();
    const rescaled = { ...data, value: data.value.map((value) => (value === 5 ? 4.1 : 4)) };
    const questions = sampleHeldOutQuestions({
      ratings: rescaled,
      likeThreshold: 4.1,
      count: 100,
      random: createRandom(2),
    });
    expect(questions).toEqual(questionsOf());
  });

  test('ask once about an item that a user rated more than once', () => {
    const value = Float32Array.of(5, 5, 5, 1, 1, 5, 1);
    const repeated: Ratings = {
      scale: [1, 5],
      ...{ users: 1, items: 5, user: new Int32Array(7), item: Int32Array.of(0, 1, 2, 3, 3, 4, 4), value },
    };
    const [{ candidates, truth }] = sampleHeldOutQuestions({
      ...{ ratings: repeated, likeThreshold: 4, historyLength: 3, candidateCount: 4, random: createRandom(1) },
    });
    expect([...candidates].sort()).toEqual([3, 4]);
    expect(truth).toEqual(candidates.map((item) => (item === 4 ? 1 : 0)));
  });

  test('refuse a threshold that no rating reaches', () => {
    expect(() => sampleHeldOutQuestions({ ratings: ratings(), likeThreshold: 50, random: createRandom(1) })).toThrow(
      'likeThreshold: expected at most 5, the greatest rating of the log; found 50.',
    );
  });

  test('say so where nobody can be asked about', () => {
    const all = { ...ratings(), value: new Float32Array(USERS * 30).fill(5) };
    expect(() => sampleHeldOutQuestions({ ratings: all, likeThreshold: 4, random: createRandom(1) })).toThrow(
      /no such user/,
    );
    expect(() =>
      sampleHeldOutQuestions({ ratings: all, likeThreshold: 4, candidateCount: 1, random: createRandom(1) }),
    ).toThrow(/candidateCount/);
  });
});

describe('an oracle', () => {
  const probability = (_: UserState, item: number): number => (item % 2 === 0 ? 1 : 0);
  const make = () => createOracleSource({ probability, errorRate: 0.3, seed: 5 });
  for (const check of preferenceSourceChecks(make, { items: 12, isPositionFree: true })) test(check.name, check.run);

  test.each([0, 0.1, 0.5, 1])('errs as often as it is told: %d', async (errorRate) => {
    const source = createOracleSource({ probability, errorRate });
    let wrong = 0;
    for (let user = 0; user < 200; user++) {
      const candidates = Array.from({ length: 50 }, (_, item) => item);
      const answer = await source.ask({ state: { items: [user], feedback: [1] }, candidates });
      wrong += answer.probabilities.filter(
        (value, item) => value !== probability({ items: [], feedback: [] }, item),
      ).length;
    }
    // Four standard deviations of 10,000 throws.
    expect(Math.abs(wrong / 10_000 - errorRate)).toBeLessThanOrEqual(
      4 * Math.sqrt((errorRate * (1 - errorRate)) / 10_000),
    );
  });

  test('refuses an invalid error rate or seed', () => {
    expect(() => createOracleSource({ probability, errorRate: 1.5 })).toThrow(/errorRate/);
    expect(() => createOracleSource({ probability, seed: -1 })).toThrow(/seed/);
  });
});

describe('popularity', () => {
  const item = { id: '0', title: 't', text: 't', attributes: {} };
  const catalogue = { items: Array.from({ length: 6 }, () => item), prior: Float32Array.of(5, 0, 3, 3, 9, 1) };
  for (const check of preferenceSourceChecks(() => createPopularitySource(catalogue), {
    items: 6,
    isPositionFree: true,
  })) {
    test(check.name, check.run);
  }

  test('is the share of items that are no better known', async () => {
    const { probabilities } = await createPopularitySource(catalogue).ask({
      state: { items: [], feedback: [] },
      candidates: [0, 1, 2, 3, 4, 5],
    });
    expect(probabilities).toEqual([5, 1, 4, 4, 6, 2].map((rank) => rank / 6));
    expect(() => createPopularitySource({ items: [item] })).toThrow(/catalogue\.prior/);
  });
});

test('the area under the curve is the share of pairs in the right order, ties half', () => {
  const labelled = fc.array(fc.tuple(fc.integer({ min: 0, max: 5 }), fc.boolean()), { minLength: 2, maxLength: 40 });
  fc.assert(
    fc.property(labelled, (rows) => {
      let [pairs, right] = [0, 0];
      for (const [a, isLiked] of rows) {
        for (const [b, isOtherLiked] of rows) {
          if (!isLiked || isOtherLiked) continue;
          pairs++;
          right += a > b ? 1 : a === b ? 0.5 : 0;
        }
      }
      const found = areaUnderCurve(
        rows.map(([score]) => score),
        rows.map(([, isLiked]) => (isLiked ? 1 : 0)),
      );
      if (pairs === 0) expect(found).toBeNaN();
      else expect(found).toBeCloseTo(right / pairs, 12);
    }),
  );
});

describe('the validation report', () => {
  test('of one who knows: full agreement, whatever the order', async () => {
    const questions = questionsOf();
    const report = await validate(createOracleSource({ probability: knows(questions) }), questions, {
      reversed: false,
    });
    expect(report.auc).toMatchObject({ byUser: { mean: 1 }, overall: 1 });
    expect(report).toMatchObject({ calibrationError: 0, position: null, popularity: null });
    expect(report.yesShare).toBe(report.likedShare);
    expect(describeValidation(report)[0]).toMatch(/^This model is better than chance; whether/);
  });

  test.each([
    [0.2, /^This model is better than chance, and better than popularity/],
    [0.5, /^This model is no better than chance/],
    [0.9, /^This model is worse than chance/],
  ])('of one who errs in %d says so in words', async (errorRate, words) => {
    const questions = questionsOf();
    const popularity = createPopularitySource({
      items: Array.from({ length: ITEMS }, (_, k) => ({ id: String(k), title: '', text: '', attributes: {} })),
      prior: new Float32Array(ITEMS).fill(1),
    });
    const source = createOracleSource({ probability: knows(questions), errorRate });
    const report = await validate(source, questions, { reversed: false, popularity });
    expect(report.auc.byUser?.mean).toBeGreaterThan(1 - errorRate - 0.1);
    expect(report.auc.byUser?.mean).toBeLessThan(1 - errorRate + 0.1);
    expect(report.popularity?.auc?.mean).toBe(0.5);
    expect(describeValidation(report)[0]).toMatch(words);
  });

  test('tells liked items from random ones', async () => {
    const randomQuestions = sampleHeldOutQuestions({
      ...{ ratings: ratings(), likeThreshold: 4, count: 100, negatives: 'random', random: createRandom(2) },
    });
    // Random items are liked by a third of all users: what somebody would like stands among them.
    const users = new Map<UserState, number>(randomQuestions.map(({ state, user }) => [state, user]));
    const source = createOracleSource({ probability: (state, item) => likes(users.get(state)!, item) });
    const questions = questionsOf();
    for (const { state, user } of questions) users.set(state, user);
    const report = await validate(source, questions, { reversed: false, randomQuestions });
    const labels = randomQuestions.flatMap(({ truth }) => truth);
    const random = randomQuestions.flatMap(({ user, candidates, truth }) =>
      candidates.filter((_, k) => truth[k] === 0).map((item) => likes(user, item)),
    );
    const share = random.reduce((sum, value) => sum + value, 0) / random.length;
    expect(labels.filter((label) => label === 0)).toHaveLength(random.length);
    expect(report.randomAuc?.overall).toBeCloseTo(1 - share / 2, 12);
    expect((await validate(source, questions)).randomAuc).toBeNull();
  });

  /** Likes whatever stands first. */
  const first: PreferenceSource = {
    specificationVersion: 'v1',
    model: 'first',
    promptVersion: 'v1',
    ask: async ({ candidates }) => ({ probabilities: candidates.map((_, k) => (k === 0 ? 1 : 0)), raw: '0' }),
  };

  test('finds that a model goes by the place of a candidate', async () => {
    const { position, yesShare } = await validate(first);
    expect(yesShare).toBeCloseTo(1 / 8, 12);
    // Of eight candidates the first and the last change sides.
    // By chance: both yes 1/8 of the time, or both no.
    const chance = (1 / 8) ** 2 + (7 / 8) ** 2;
    expect(position).toEqual({ questions: 100, agreement: 0.75, chanceAgreement: chance, firstHalfBonus: 0.25 });
    expect(describeValidation(await validate(first)).join('\n')).toMatch(
      /It favours the first candidates: shuffle them\./,
    );
  });

  test('a source that says yes to all agrees with itself as far as chance does', async () => {
    const always: PreferenceSource = {
      ...first,
      ask: async ({ candidates }) => ({ probabilities: candidates.map(() => 1), raw: '' }),
    };
    const report = await validate(always);
    expect(report.position).toMatchObject({ agreement: 1, chanceAgreement: 1 });
    expect(describeValidation(report).join('\n')).toMatch(
      /100\.0 % of its answers stay the same \(100\.0 % would be chance: it says yes to 100\.0 %\)/,
    );
  });

  test('counts what failed, by kind', async () => {
    const half: PreferenceSource = {
      ...first,
      async ask(question) {
        if (question.state.items[0] % 2 === 0) throw new LanguageModelError('half', 'no', { kind: 'timeout' });
        return first.ask(question);
      },
    };
    const report = await validate(half);
    expect(report.summary.failed).toBeGreaterThan(10);
    expect(report.summary.failuresByKind).toEqual({ timeout: report.summary.failed });
    expect(report.summary.answered + report.summary.failed).toBe(100);
    expect(describeValidation(report).at(-1)).toMatch(/questions failed \(\d+ timeout\)/);
  });

  test('of one who never answers gives no verdict', async () => {
    const none: PreferenceSource = { ...first, ask: () => Promise.reject(new LanguageModelError('none', 'no')) };
    const report = await validate(none);
    expect(report).toMatchObject({ yesShare: null, auc: { byUser: null, overall: null }, position: null });
    expect(describeValidation(report)[0]).toMatch(/^No verdict/);
  });
});
