import {
  checkInteger,
  checkObject,
  checkOneOf,
  described,
  InvalidOptionError,
  type Random,
  type Ratings,
  shuffled,
} from '@ialp/core';
import { checkLikeThreshold, checkOptions, checkRandom } from '../check-inputs.js';
import type { PreferenceQuestion } from '../preference-source.js';
import { rowsByUser } from '../preferences/rows-by-user.js';

/** A question with the real user's answer. */
export interface HeldOutQuestion extends PreferenceQuestion {
  /** User index. */
  readonly user: number;
  /** The user's real feedback on each candidate: 1 liked, 0 not. */
  readonly truth: readonly number[];
}

/** Options of `sampleHeldOutQuestions`. */
export interface HeldOutQuestionsOptions {
  /** The log. A user's ratings are ordered by time if it has times, otherwise by row. */
  readonly ratings: Ratings;
  /** User indices to draw from. Default: all users. */
  readonly users?: Int32Array;
  /** Ratings of at least this value count as liked, lower ones as not liked. */
  readonly likeThreshold: number;
  /** Number of users drawn from `users`; fewer if not enough have the ratings. Default 200. */
  readonly count?: number;
  /** Interactions in the user's state: the last ones of the first half of their history. Default 5. */
  readonly historyLength?: number;
  /** Number of candidates, from the second half; half of them liked if there are enough. Default 8. */
  readonly candidateCount?: number;
  /**
   * The negatives beside the liked items: items that the user rated low, or random items that they never rated. The first measures
   * taste among items that the user chose; the second is the task of a recommender. Default `rated`.
   */
  readonly negatives?: 'rated' | 'random';
  /** Describes a user in words. Default: no description. */
  readonly personaOf?: (user: number) => string;
  /** Draws users and candidates, and shuffles them. */
  readonly random: Random;
}

/**
 * Samples questions whose answers are known from real feedback: the state comes from the first half of a user's history, the candidates from
 * the second, some liked and some not. One question per user. Users with fewer than `historyLength` ratings in the first half, or without both
 * kinds of candidates, are skipped.
 * @throws {InvalidOptionError} for options out of range, or if no question can be asked.
 */
export function sampleHeldOutQuestions(options: HeldOutQuestionsOptions): HeldOutQuestion[] {
  checkOptions(options, '{ ratings, likeThreshold: 4, random: createRandom(1) }', [
    ...['ratings', 'users', 'likeThreshold', 'count', 'historyLength', 'candidateCount', 'negatives', 'personaOf'],
    'random',
  ] as const);
  const { ratings, likeThreshold, count = 200, negatives = 'rated', personaOf, random } = options;
  const { historyLength = 5, candidateCount = 8 } = options;
  checkObject('ratings', ratings, 'interactions, such as a data set has');
  checkRandom(random);
  checkLikeThreshold(likeThreshold, ratings);
  checkOneOf('negatives', negatives, ['rated', 'random']);
  // Ratings are stored in single precision.
  const threshold = Math.fround(likeThreshold);
  for (const [option, value, least] of [
    ['count', count, 1],
    ['historyLength', historyLength, 1],
    ['candidateCount', candidateCount, 2],
  ] as const) {
    checkInteger(option, value, least);
  }
  const rows = rowsByUser(ratings);
  const known = negatives === 'random' ? [...new Set(ratings.item)] : [];
  const users = shuffled(Array.from(options.users ?? rows.keys()), random.fork(0));
  const questions: HeldOutQuestion[] = [];
  for (const user of users) {
    if (questions.length === count) break;
    const past = rows[user].slice(0, rows[user].length >> 1).slice(-historyLength);
    const future = shuffled(rows[user].slice(rows[user].length >> 1), random.fork(1, user));
    const liked = future.filter((row) => ratings.value[row] >= threshold);
    const disliked = future.filter((row) => ratings.value[row] < threshold);
    if (past.length < historyLength || liked.length === 0) continue;
    const isLiked = new Map<number, number>(liked.map((row) => [ratings.item[row], 1]));
    const others =
      negatives === 'rated'
        ? distinct(disliked.map((row) => ratings.item[row])).filter((item) => !isLiked.has(item))
        : unrated(rows[user], ratings.item, known, random.fork(3, user)).slice(0, candidateCount);
    if (others.length === 0) continue;
    const half = Math.max(candidateCount >> 1, candidateCount - others.length);
    const taken = [...isLiked.keys()].slice(0, half);
    const asked = shuffled(taken.concat(others).slice(0, candidateCount), random.fork(2, user));
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
    const expected = `a user with ${2 * historyLength} ratings, of which the later half is neither all liked nor all disliked`;
    throw new InvalidOptionError('ratings', described('no such user'), expected);
  }
  return questions;
}

/** A user may have rated an item more than once; a question asks about it once. */
function distinct(items: readonly number[]): number[] {
  return [...new Set(items)];
}

/** Items of the log that a user has not rated, shuffled. */
function unrated(rows: readonly number[], items: Int32Array, known: readonly number[], random: Random): number[] {
  const rated = new Set(Array.from(rows, (row) => items[row]));
  return shuffled(
    known.filter((item) => !rated.has(item)),
    random,
  );
}
