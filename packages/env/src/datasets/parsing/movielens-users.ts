import { show, type UserFeatures } from '@ialp/core';
import { DatasetError } from '../../errors.js';
import { type Place, wrong } from './fields.js';

/** A user in MovieLens. */
export interface MovieLensUser {
  /** Age in years; in MovieLens 1M the first year of an age group. */
  readonly age: number;
  readonly gender: 'F' | 'M';
  readonly occupation: string;
}

/** The age groups of MovieLens 1M, by their first year; younger users are in the first. */
const AGE_GROUPS = [0, 18, 25, 35, 45, 50, 56] as const;
/** The valid values of `age`. */
export const AGE = { expected: 'an age in years, from 0 to 120', minimum: 0, maximum: 120 };

/** @throws {DatasetError} for another text than `F` or `M`. */
export function parseGender(text: string, place: Place): 'F' | 'M' {
  if (text === 'F' || text === 'M') return text;
  throw wrong(show(text), 'a gender of F or M', place);
}

/**
 * Flags of age group, gender and occupation of the users who rated: `age:25-34`, `gender:F`, `occupation:writer`,
 * in alphabetical order.
 * @param described what is known of users, by number; users without ratings are ignored.
 * @param userNumbers `[users]` numbers of the users who rated.
 * @param place the file that describes users, and what to do if it lacks one.
 * @throws {DatasetError} if a user who rated is not described.
 */
export function movieLensUserFeatures(
  described: ReadonlyMap<number, MovieLensUser>,
  userNumbers: Int32Array,
  place: Omit<Place, 'line'>,
): UserFeatures {
  const users = Array.from(userNumbers, (number) => {
    const user = described.get(number);
    if (user !== undefined) return user;
    const [expected, found] = ['a line for each user who rated', `none for user ${number}`];
    throw new DatasetError({ ...place, expected, found });
  });
  const occupations = [...new Set(users.map(({ occupation }) => occupation))].sort();
  const names = [
    ...AGE_GROUPS.map((first, k) => `age:${k === 0 ? 'under 18' : `${first}${lastOf(k)}`}`),
    ...['F', 'M'].map((gender) => `gender:${gender}`),
    ...occupations.map((occupation) => `occupation:${occupation}`),
  ];
  const values = new Float32Array(users.length * names.length);
  users.forEach(({ age, gender, occupation }, row) => {
    const start = row * names.length;
    const group = AGE_GROUPS.findLastIndex((first) => age >= first);
    values[start + group] = 1;
    values[start + AGE_GROUPS.length + (gender === 'F' ? 0 : 1)] = 1;
    values[start + AGE_GROUPS.length + 2 + occupations.indexOf(occupation)] = 1;
  });
  return { names, values };
}

/** @throws {DatasetError} if a file describes a user twice. */
export function addUser(users: Map<number, MovieLensUser>, number: number, user: MovieLensUser, place: Place): void {
  if (users.has(number)) throw wrong(`user ${number}, whom an earlier line also has`, 'a new user', place);
  users.set(number, user);
}

/** The name of age group `k` after its first year. */
function lastOf(k: number): string {
  return k + 1 < AGE_GROUPS.length ? `-${AGE_GROUPS[k + 1] - 1}` : ' and over';
}
