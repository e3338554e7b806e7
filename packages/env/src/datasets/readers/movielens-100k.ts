import { type CatalogueItem, type Ratings, show, type UserFeatures } from '@ialp/core';
import { DatasetError } from '../../errors.js';
import type { ExplicitDataset } from '../dataset.js';
import { hasFiles, locateFile } from '../parsing/byte-stream.js';
import { type Place, parseInteger, splitColumns, wrong } from '../parsing/fields.js';
import { InteractionRows } from '../parsing/interaction-rows.js';
import { describeFilm } from '../parsing/movielens-film.js';
import { AGE, addUser, type MovieLensUser, movieLensUserFeatures, parseGender } from '../parsing/movielens-users.js';
import { LATEST_SECONDS } from '../parsing/table-time.js';
import { readTextFile, type TextEncoding, type TextFile } from '../parsing/text-file.js';
import { splitByUserOrder } from '../split.js';

const DOWNLOAD = 'Download ml-100k.zip again from https://grouplens.org/datasets/movielens/100k/ and unpack it.';
const CORRECT = `Correct the line, or start over: ${DOWNLOAD}`;
const CUT_SHORT = `The file ends in the middle of a line: it was cut short. ${DOWNLOAD}`;

/** `u.item`: id, title, release date, video release date, IMDb address, then a flag for each genre. */
const COLUMNS_BEFORE_GENRES = 5;
const GENRES = 19;
/** The name in `u.genre` for no genre. */
const NO_GENRE = 'unknown';

const RATING_SCALE = [1, 5] as const;
const USER_NUMBER = { expected: 'a user number of at least 1', minimum: 1, maximum: 2 ** 31 - 1 };
const RATING = { expected: 'a rating from 1 to 5', minimum: RATING_SCALE[0], maximum: RATING_SCALE[1] };
const TIME = { expected: 'a time in seconds since 1970', minimum: 0, maximum: LATEST_SECONDS };
/** Digits of the times of 1997 and 1998. */
const TIME_DIGITS = 9;
const ITEM_NUMBER = { expected: 'an item number of at least 1', minimum: 1 };
const FLAG = { expected: 'a genre flag of 0 or 1', minimum: 0, maximum: 1 };
const COUNT = { expected: 'a count, such as 943 users', minimum: 0 };

/** Whether a folder holds MovieLens 100K: it has the files `u.data` and `u.item`. */
export async function isMovieLens100k(folder: string): Promise<boolean> {
  return hasFiles(folder, ['u.data', 'u.item']);
}

/**
 * Reads MovieLens 100K: 100,000 ratings from 1 to 5 of 1,682 films by 943 users, 1997 to 1998 (F. M. Harper, J. A.
 * Konstan, "The MovieLens Datasets: History and Context", ACM TiiS 5(4), 2015). Its terms forbid redistribution and
 * commercial use, so you download it yourself.
 *
 * - Items are in the order of `u.item`; an item's id is its number there. 18 films appear twice, with two numbers.
 * - Users are `0..users-1` in ascending order of their numbers, which are their ids.
 * - Interactions are in the order of `u.data`, which is not the order of time; `time` is in seconds. The split holds
 *   out the last fifth of each user's, by time.
 * - Attributes are `genre` and `year`, from the title, otherwise from the release date. They are empty for item 267,
 *   `unknown`, which has neither.
 * - `userFeatures` are the flags of `movieLensUserFeatures`, from `u.user`; absent without that file.
 * - The catalogue has no `prior`: compute one from the users whose ratings are known before deployment.
 *
 * A file that was cut short is detected if its last line is damaged, and between two lines with `u.info`, which has the numbers of
 * ratings and items. Files may be gzipped, with names that end with `.gz`.
 * @param folder the folder with `u.data`, `u.item` and `u.genre`.
 * @throws {DatasetError} if a file is missing or damaged. The message names the file, the line and how to fix it.
 */
export async function readMovieLens100k(folder: string): Promise<ExplicitDataset> {
  const open = async (name: string, encoding: TextEncoding = 'utf-8'): Promise<TextFile> => {
    return readTextFile(await locateFile(folder, name), encoding, DOWNLOAD);
  };
  const data = await open('u.data');
  const genres = parseGenres(await open('u.genre'));
  const films = await open('u.item', 'latin1');
  const items = parseItems(films, genres);
  const { interactions, userNumbers } = parseRatings(data, items);
  if (await hasFiles(folder, ['u.info'])) {
    const info = await open('u.info');
    checkCount(info, 'ratings', interactions.value.length, data.path);
    checkCount(info, 'items', items.length, films.path);
  }
  const describesUsers = await hasFiles(folder, ['u.user']);
  const userFeatures = describesUsers ? parseUsers(await open('u.user'), userNumbers) : undefined;
  return {
    name: 'movielens-100k',
    feedback: 'explicit',
    catalogue: { items },
    userIds: Array.from(userNumbers, String),
    ...(userFeatures && { userFeatures }),
    interactions,
    order: 'time',
    split: splitByUserOrder(interactions, 'time'),
  };
}

/** `u.genre`: `Action|1`. Gives the names in the order of the flags in `u.item`. */
function parseGenres(file: TextFile): string[] {
  const genres: string[] = [];
  file.lines.forEach((text, row) => {
    const place = placeOf(file, row);
    const [name, index] = splitColumns(text, '|', 2, place);
    const expected = `the genre with number ${row}`;
    parseInteger(index, { expected, minimum: row, maximum: row }, place);
    genres.push(name);
  });
  if (genres.length !== GENRES) {
    throw new DatasetError({
      file: file.path,
      found: String(genres.length),
      expected: `${GENRES} genres`,
      remedy: DOWNLOAD,
    });
  }
  return genres;
}

function parseItems(file: TextFile, genres: readonly string[]): CatalogueItem[] {
  const lineOf = new Map<string, number>();
  return file.lines.map((text, row) => {
    const place = placeOf(file, row);
    const [id, title, released, , , ...flags] = splitColumns(text, '|', COLUMNS_BEFORE_GENRES + genres.length, place);
    parseInteger(id, ITEM_NUMBER, place);
    const earlier = lineOf.get(id);
    if (earlier !== undefined) throw wrong(`item ${id}, which line ${earlier} also has`, 'a new item', place);
    lineOf.set(id, place.line);
    if (title.trim() === '') throw wrong('none', 'a title', place);
    const own = genres.filter((name, k) => parseInteger(flags[k], FLAG, place) === 1 && name !== NO_GENRE);
    const year = yearOf(released);
    return describeFilm({ id, title, genres: own, ...(year !== undefined && { year }) });
  });
}

/** The year of a release date such as `01-Jan-1995`. */
function yearOf(date: string): number | undefined {
  const match = /-(\d{4})$/.exec(date);
  return match === null ? undefined : Number(match[1]);
}

interface ParsedRatings {
  readonly interactions: Ratings;
  /** `[users]` the publisher's numbers, ascending. */
  readonly userNumbers: Int32Array;
}

function parseRatings(file: TextFile, items: readonly CatalogueItem[]): ParsedRatings {
  const indexOf = new Map(items.map(({ id }, index) => [id, index]));
  const rows = new InteractionRows(true);
  let timeDigits = TIME_DIGITS;
  file.lines.forEach((text, row) => {
    const place = placeOf(file, row);
    const [userText, itemText, ratingText, timeText] = splitColumns(text, '\t', 4, place);
    const userNumber = parseInteger(userText, USER_NUMBER, place);
    const item = indexOf.get(itemText);
    if (item === undefined) throw wrong(show(itemText), 'the number of an item in u.item', place);
    const value = parseInteger(ratingText, RATING, place);
    const time = parseInteger(timeText, TIME, place);
    // A last time that lost digits is still a number; it is told by being shorter than the others.
    if (isCut(file, row) && timeText.length < timeDigits) {
      throw wrong(show(timeText), `a time of at least ${timeDigits} digits, as others have`, place);
    }
    timeDigits = Math.min(timeDigits, timeText.length);
    rows.add({ userNumber, item, value, time, line: place.line });
  });
  const { interactions, userNumbers } = rows.collect(items, { file: file.path, remedy: CORRECT });
  return { interactions: { ...interactions, scale: RATING_SCALE }, userNumbers };
}

/** `u.user`: number, age, gender, occupation, zip code, separated by `|`. */
function parseUsers(file: TextFile, userNumbers: Int32Array): UserFeatures {
  const users = new Map<number, MovieLensUser>();
  file.lines.forEach((text, row) => {
    const place = placeOf(file, row);
    const [number, age, gender, occupation] = splitColumns(text, '|', 5, place);
    if (occupation === '') throw wrong('none', 'an occupation', place);
    addUser(
      users,
      parseInteger(number, USER_NUMBER, place),
      { age: parseInteger(age, AGE, place), gender: parseGender(gender, place), occupation },
      place,
    );
  });
  return movieLensUserFeatures(users, userNumbers, { file: file.path, remedy: DOWNLOAD });
}

/**
 * Compares a count with `u.info`: `943 users`, `1682 items`, `100000 ratings`. Fewer rows mean that a file was cut between two lines. More
 * rows are valid: lines were added. The count of users is not compared, because `u.user` is optional.
 */
function checkCount(info: TextFile, what: 'ratings' | 'items', found: number, file: string): void {
  const counts = info.lines.map((text, row) => {
    const place = placeOf(info, row);
    const [count, counted] = splitColumns(text, ' ', 2, place);
    const promised = parseInteger(count, COUNT, place);
    return counted === what ? promised : 0;
  });
  const expected = Math.max(...counts);
  if (found >= expected) return;
  throw new DatasetError({
    file,
    found: `${found} ${what}`,
    expected: `${expected} ${what}, as u.info beside it says`,
    remedy: `The file was cut short. ${DOWNLOAD}`,
  });
}

function placeOf(file: TextFile, row: number): Place {
  return { file: file.path, line: row + 1, remedy: isCut(file, row) ? CUT_SHORT : CORRECT };
}

/** Whether a row may be damaged because the file ends in it. */
function isCut(file: TextFile, row: number): boolean {
  return !file.closed && row === file.lines.length - 1;
}
