import { checkInteger, checkObject, InvalidOptionError, type Random, type Ratings, shuffled } from '@ialp/core';
import { checkOptions, checkRandom } from '../check-inputs.js';
import type { PreferenceQuestion } from '../preference-source.js';
import { rowsByUser } from '../preferences/rows-by-user.js';

/** A question of which the real user's answer is known. */
export interface HeldOutQuestion extends PreferenceQuestion {
  /** The user, as a user index. */
  readonly user: number;
  /** What they really made of each candidate: 1 liked, 0 not. */
  readonly truth: readonly number[];
}

/** Options of `sampleHeldOutQuestions`. */
export interface HeldOutQuestionsOptions {
  /** The log. Where it has times, a user's ratings are taken in that order, else as they stand. */
  readonly ratings: Ratings;
  /** About whom, as user indices. Default: everybody. */
  readonly users?: Int32Array;
  /** A rating this high counts as liked, a lower one as not. */
  readonly likeThreshold: number;
  /** How many users, drawn from `users`; fewer where fewer have enough ratings. Default 200. */
  readonly count?: number;
  /** Interactions that the model is told, the last ones of a user's first half. Default 5. */
  readonly history?: number;
  /** Items that it is asked about, from the second half; half of them liked where there are as many. Default 8. */
  readonly candidates?: number;
  /**
   * What the liked items are asked about beside: ones that the user rated low, or ones drawn at random from those that they never
   * rated. The first tells taste from a wrong choice; the second is a recommender's own task. Default `rated`.
   */
  readonly negatives?: 'rated' | 'random';
  /** Who a user is, in words. Default: not told. */
  readonly personaOf?: (user: number) => string;
  /** Draws users and candidates, and shuffles them. */
  readonly random: Random;
}

/**
 * Questions of which real feedback holds the answer: what a user rated in the first half of their time is told, and asked is
 * what they rated in the second, some of it liked and some not. One question a user; who has fewer than `history` ratings
 * before, or not both kinds after, is passed over.
 * @throws {InvalidOptionError} for options out of range, or where no question can be asked.
 */
export function sampleHeldOutQuestions(options: HeldOutQuestionsOptions): HeldOutQuestion[] {
  checkOptions(options, '{ ratings, likeThreshold: 4, random: createRandom(1) }');
  const { ratings, likeThreshold, count = 200, history = 5, candidates = 8, negatives = 'rated' } = options;
  const { personaOf, random } = options;
  checkObject('ratings', ratings, 'interactions, such as a data set has');
  checkRandom(random);
  // Ratings are stored in single precision.
  const threshold = Math.fround(likeThreshold);
  for (const [option, value, least] of [
    ['count', count, 1],
    ['history', history, 1],
    ['candidates', candidates, 2],
  ] as const) {
    checkInteger(option, value, least);
  }
  const rows = rowsByUser(ratings);
  const known = negatives === 'random' ? [...new Set(ratings.item)] : [];
  const users = shuffled(Array.from(options.users ?? rows.keys()), random.fork(0));
  const questions: HeldOutQuestion[] = [];
  for (const user of users) {
    if (questions.length === count) break;
    const past = rows[user].slice(0, rows[user].length >> 1).slice(-history);
    const future = shuffled(rows[user].slice(rows[user].length >> 1), random.fork(1, user));
    const liked = future.filter((row) => ratings.value[row] >= threshold);
    const passed = future.filter((row) => ratings.value[row] < threshold);
    if (past.length < history || liked.length === 0) continue;
    const isLiked = new Map<number, number>(liked.map((row) => [ratings.item[row], 1]));
    const others =
      negatives === 'rated'
        ? passed.map((row) => ratings.item[row])
        : unrated(rows[user], ratings.item, known, random.fork(3, user)).slice(0, candidates);
    if (others.length === 0) continue;
    const half = Math.max(candidates >> 1, candidates - others.length);
    const taken = [...isLiked.keys()].slice(0, half);
    const asked = shuffled(taken.concat(others).slice(0, candidates), random.fork(2, user));
    questions.push({
      user,
      state: {
        items: past.map((row) => ratings.item[row]),
        feedback: past.map((row) => (ratings.value[row] >= threshold ? 1 : 0)),
        ...(personaOf && { persona: personaOf(user) }),
      },
      candidates: asked,
      truth: asked.map((item) => isLiked.get(item) ?? 0),
    });
  }
  if (questions.length === 0) {
    const expected = `somebody with ${2 * history} ratings, of which the later half is neither all liked nor all passed over`;
    throw new InvalidOptionError('ratings', 'nobody to ask about', expected);
  }
  return questions;
}

/** Items of the log that are in none of a user's rows, in an order drawn at random. */
function unrated(rows: readonly number[], items: Int32Array, known: readonly number[], random: Random): number[] {
  const rated = new Set(Array.from(rows, (row) => items[row]));
  return shuffled(
    known.filter((item) => !rated.has(item)),
    random,
  );
}
