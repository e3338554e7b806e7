import { type CatalogueItem, type Ratings, show, type UserFeatures } from '@ialp/core';
import type { ExplicitDataset } from '../dataset.js';
import { hasFiles, locateFile } from '../parsing/byte-stream.js';
import { type Place, parseInteger, splitColumns, wrong } from '../parsing/fields.js';
import { InteractionRows } from '../parsing/interaction-rows.js';
import { describeFilm } from '../parsing/movielens-film.js';
import { addUser, type MovieLensUser, movieLensUserFeatures, parseGender } from '../parsing/movielens-users.js';
import { LATEST_SECONDS } from '../parsing/table-time.js';
import { checkClosed, readTextFile, type TextEncoding, type TextFile } from '../parsing/text-file.js';
import { splitByUserOrder } from '../split.js';

const DOWNLOAD = 'Download ml-1m.zip again from https://grouplens.org/datasets/movielens/1m/ and unpack it.';
const CORRECT = `Correct the line, or start over: ${DOWNLOAD}`;

const RATINGS = 'ratings.dat';
const MOVIES = 'movies.dat';
const USERS = 'users.dat';
const SEPARATOR = '::';

const RATING_SCALE = [1, 5] as const;
const USER_NUMBER = { expected: 'a user number of at least 1', minimum: 1, maximum: 2 ** 31 - 1 };
const ITEM_NUMBER = { expected: 'an item number of at least 1', minimum: 1 };
const RATING = { expected: 'a rating from 1 to 5', minimum: RATING_SCALE[0], maximum: RATING_SCALE[1] };
const TIME = { expected: 'a time in seconds since 1970', minimum: 0, maximum: LATEST_SECONDS };
const OCCUPATION = { expected: 'an occupation from 0 to 20', minimum: 0, maximum: 20 };

/** What `users.dat` writes for an age group: its first year, and 1 for users under 18. */
const AGES: readonly string[] = ['1', '18', '25', '35', '45', '50', '56'];
/** Occupations by their numbers, as the data set's README has them. */
const OCCUPATIONS = [
  ...['other', 'academic/educator', 'artist', 'clerical/admin', 'college/grad student', 'customer service'],
  ...['doctor/health care', 'executive/managerial', 'farmer', 'homemaker', 'K-12 student', 'lawyer', 'programmer'],
  ...['retired', 'sales/marketing', 'scientist', 'self-employed', 'technician/engineer', 'tradesman/craftsman'],
  ...['unemployed', 'writer'],
];

/** Whether a folder holds MovieLens 1M: it has `ratings.dat`, `movies.dat` and, unlike MovieLens 10M, `users.dat`. */
export async function isMovieLens1m(folder: string): Promise<boolean> {
  return hasFiles(folder, [RATINGS, MOVIES, USERS]);
}

/**
 * Reads MovieLens 1M: 1,000,209 ratings from 1 to 5 of about 3,900 films by 6,040 users, 2000 to 2003 (F. M. Harper,
 * J. A. Konstan, "The MovieLens Datasets: History and Context", ACM TiiS 5(4), 2015). Its terms forbid redistribution
 * and commercial use, so you download it yourself.
 *
 * - Items are in the order of `movies.dat`; an item's id is its number there. Some have no ratings.
 * - Users are `0..users-1` in ascending order of their numbers, which are their ids.
 * - Interactions are in the order of `ratings.dat`; `time` is in seconds. The split holds out the last fifth of each
 *   user's by time.
 * - Attributes are `genre` and `year`.
 * - `userFeatures` are flags of age group, gender and occupation: `age:25-34`, `gender:F`, `occupation:writer`.
 * - The catalogue has no `prior`: compute one from the users whose ratings are known before deployment.
 *
 * A file whose last line has no line end is refused if a value in it could be truncated. A cut between two lines of
 * `ratings.dat` cannot be detected. Files may be gzipped, with names that end with `.gz`.
 * @param folder the folder with `ratings.dat`, `movies.dat` and `users.dat`.
 * @throws {DatasetError} if a file is missing or damaged. The message names the file, the line and how to fix it.
 */
export async function readMovieLens1m(folder: string): Promise<ExplicitDataset> {
  const open = async (name: string, encoding: TextEncoding = 'utf-8'): Promise<TextFile> => {
    return readTextFile(await locateFile(folder, name), encoding, DOWNLOAD);
  };
  const items = parseMovies(await open(MOVIES, 'latin1'));
  const { interactions, userNumbers } = parseRatings(await open(RATINGS), items);
  return {
    name: 'movielens-1m',
    feedback: 'explicit',
    catalogue: { items },
    userIds: Array.from(userNumbers, String),
    userFeatures: parseUsers(await open(USERS), userNumbers),
    interactions,
    order: 'time',
    split: splitByUserOrder(interactions, 'time'),
  };
}

/** `movies.dat`: number, title, genres separated by `|`. */
function parseMovies(file: TextFile): CatalogueItem[] {
  const lineOf = new Map<string, number>();
  const items = file.lines.map((text, row) => {
    const place = placeOf(file, row);
    const [id, title, genreText] = splitColumns(text, SEPARATOR, 3, place);
    parseInteger(id, ITEM_NUMBER, place);
    const earlier = lineOf.get(id);
    if (earlier !== undefined) throw wrong(`item ${id}, which line ${earlier} also has`, 'a new item', place);
    lineOf.set(id, place.line);
    if (title.trim() === '') throw wrong('none', 'a title', place);
    const genres = genreText.split('|');
    if (genres.includes('')) throw wrong(show(genreText), 'genres separated by |', place);
    return describeFilm({ id, title, genres });
  });
  checkClosed(file, DOWNLOAD);
  return items;
}

interface ParsedRatings {
  readonly interactions: Ratings;
  /** `[users]` the publisher's numbers, ascending. */
  readonly userNumbers: Int32Array;
}

/** `ratings.dat`: user, item, rating, time. */
function parseRatings(file: TextFile, items: readonly CatalogueItem[]): ParsedRatings {
  const indexOf = new Map(items.map(({ id }, index) => [id, index]));
  const rows = new InteractionRows(true);
  file.lines.forEach((text, row) => {
    const place = placeOf(file, row);
    const [userText, itemText, ratingText, timeText] = splitColumns(text, SEPARATOR, 4, place);
    const item = indexOf.get(itemText);
    if (item === undefined) throw wrong(show(itemText), `the number of an item in ${MOVIES}`, place);
    rows.add({
      userNumber: parseInteger(userText, USER_NUMBER, place),
      item,
      value: parseInteger(ratingText, RATING, place),
      time: parseInteger(timeText, TIME, place),
      line: place.line,
    });
  });
  checkClosed(file, DOWNLOAD);
  const { interactions, userNumbers } = rows.collect(items, { file: file.path, remedy: CORRECT });
  return { interactions: { ...interactions, scale: RATING_SCALE }, userNumbers };
}

/** `users.dat`: number, gender, age group, occupation, zip code. */
function parseUsers(file: TextFile, userNumbers: Int32Array): UserFeatures {
  const users = new Map<number, MovieLensUser>();
  file.lines.forEach((text, row) => {
    const place = placeOf(file, row);
    const [number, genderText, age, job] = splitColumns(text, SEPARATOR, 5, place);
    const gender = parseGender(genderText, place);
    if (!AGES.includes(age)) throw wrong(show(age), `an age group of ${AGES.join(', ')}`, place);
    const occupation = OCCUPATIONS[parseInteger(job, OCCUPATION, place)];
    addUser(users, parseInteger(number, USER_NUMBER, place), { age: Number(age), gender, occupation }, place);
  });
  return movieLensUserFeatures(users, userNumbers, { file: file.path, remedy: DOWNLOAD });
}

function placeOf(file: TextFile, row: number): Place {
  return { file: file.path, line: row + 1, remedy: CORRECT };
}
