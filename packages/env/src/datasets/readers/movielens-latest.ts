import { type CatalogueItem, type Ratings, show } from '@ialp/core';
import type { ExplicitDataset } from '../dataset.js';
import { hasFiles, locateFile } from '../parsing/byte-stream.js';
import { readCsv } from '../parsing/csv-file.js';
import { parseInteger, parseNumber, wrong } from '../parsing/fields.js';
import { GivenTags } from '../parsing/given-tags.js';
import { InteractionRows } from '../parsing/interaction-rows.js';
import { describeFilm, type MovieLensFilm } from '../parsing/movielens-film.js';
import { LATEST_SECONDS } from '../parsing/table-time.js';
import { splitByUserOrder } from '../split.js';

const DOWNLOAD = 'Download the data set again from https://grouplens.org/datasets/movielens/ and unpack it.';
const CORRECT = `Correct the line, or start over: ${DOWNLOAD}`;

const RATINGS = 'ratings.csv';
const MOVIES = 'movies.csv';
const TAGS = 'tags.csv';
/** What `movies.csv` writes for the absence of genres. */
const NO_GENRES = '(no genres listed)';

const RATING_SCALE = [0.5, 5] as const;
const USER_NUMBER = { expected: 'a user number of at least 1', minimum: 1, maximum: 2 ** 31 - 1 };
const ITEM_NUMBER = { expected: 'an item number of at least 1', minimum: 1 };
const RATING = { expected: 'a rating from 0.5 to 5 in half steps', minimum: RATING_SCALE[0], maximum: RATING_SCALE[1] };
const TIME = { expected: 'a time in seconds since 1970', minimum: 0, maximum: LATEST_SECONDS };

/** Whether a folder holds a MovieLens release as CSV: it has `ratings.csv` and `movies.csv`. */
export async function isMovieLensLatest(folder: string): Promise<boolean> {
  return hasFiles(folder, [RATINGS, MOVIES]);
}

/**
 * Reads a MovieLens release in CSV: `ml-latest-small` (100,836 ratings of 9,742 films by 610 users),
 * `ml-latest`, and others of this format, such as `ml-25m` (F. M. Harper, J. A. Konstan, "The MovieLens Datasets: History
 * and Context", ACM TiiS 5(4), 2015). Their terms forbid commercial use, so you download them yourself. The
 * `latest` releases change over time: do not use them for results that others should reproduce.
 *
 * - Items are in the order of `movies.csv`; an item's id is its `movieId`. Some have no ratings.
 * - Users are `0..users-1` in ascending order of their `userId`, which is their id.
 * - Interactions are in the order of `ratings.csv`, which is not the order of time; `time` is in seconds. The split
 *   holds out the last fifth of each user's by time.
 * - Attributes are `genre` and `year`, and with `tags.csv` `tag`: at most the ten most frequent ones, in lower case, of
 *   which three are in the text. Tags are of all times, also after a rating.
 * - There are no `userFeatures` and no `prior`.
 *
 * Ratings are streamed, and only their columns are kept in memory. A file whose last line has no line end is refused if a value in it
 * could be truncated. A cut between two lines of `ratings.csv` cannot be detected. Files may be
 * gzipped, with `.gz` behind their names.
 * @param folder the folder with `ratings.csv`, `movies.csv` and optionally `tags.csv`.
 * @throws {DatasetError} if a file is missing or damaged. The message names the file, the line and how to fix it.
 */
export async function readMovieLensLatest(folder: string): Promise<ExplicitDataset> {
  const films = await readFilms(await locateFile(folder, MOVIES));
  const indexOf = new Map(films.map(({ id }, index) => [id, index]));
  const tagsOf = (await hasFiles(folder, [TAGS])) ? await readTags(await locateFile(folder, TAGS), indexOf) : undefined;
  const items = films.map((film, index) => describeFilm({ ...film, ...(tagsOf && { tags: tagsOf.of(index) }) }));
  const { interactions, userNumbers } = await readRatings(await locateFile(folder, RATINGS), items, indexOf);
  return {
    name: 'movielens-latest',
    feedback: 'explicit',
    catalogue: { items },
    userIds: Array.from(userNumbers, String),
    interactions,
    order: 'time',
    split: splitByUserOrder(interactions, 'time'),
  };
}

async function readFilms(path: string): Promise<MovieLensFilm[]> {
  const films: MovieLensFilm[] = [];
  const lineOf = new Map<string, number>();
  const format = { columns: ['movieId', 'title', 'genres'], closed: true, remedy: CORRECT };
  await readCsv(path, format, ([id, title, genreText], place) => {
    parseInteger(id, ITEM_NUMBER, place);
    const earlier = lineOf.get(id);
    if (earlier !== undefined) throw wrong(`item ${id}, which line ${earlier} also has`, 'a new item', place);
    lineOf.set(id, place.line);
    if (title.trim() === '') throw wrong('none', 'a title', place);
    const genres = genreText === NO_GENRES ? [] : genreText.split('|');
    if (genres.includes('')) throw wrong(show(genreText), `genres separated by |, or ${NO_GENRES}`, place);
    films.push({ id, title, genres });
  });
  return films;
}

type ItemIndices = ReadonlyMap<string, number>;

async function readTags(path: string, indexOf: ItemIndices): Promise<GivenTags> {
  const tags = new GivenTags(indexOf.size);
  await readCsv(path, { columns: ['movieId', 'tag'], remedy: CORRECT }, ([id, tag], place) => {
    const item = indexOf.get(id);
    if (item === undefined) throw wrong(show(id), `the movieId of a film in ${MOVIES}`, place);
    tags.add(item, tag);
  });
  return tags;
}

interface ReadRatings {
  readonly interactions: Ratings;
  /** `[users]` numbers of the users in the files, ascending. */
  readonly userNumbers: Int32Array;
}

async function readRatings(path: string, items: readonly CatalogueItem[], indexOf: ItemIndices): Promise<ReadRatings> {
  const rows = new InteractionRows(true);
  const format = { columns: ['userId', 'movieId', 'rating', 'timestamp'], closed: true, remedy: CORRECT };
  await readCsv(path, format, ([userText, id, ratingText, timeText], place) => {
    const item = indexOf.get(id);
    if (item === undefined) throw wrong(show(id), `the movieId of a film in ${MOVIES}`, place);
    const value = parseNumber(ratingText, RATING, place);
    if (!Number.isInteger(2 * value)) throw wrong(show(ratingText), RATING.expected, place);
    rows.add({
      userNumber: parseInteger(userText, USER_NUMBER, place),
      item,
      value,
      time: parseInteger(timeText, TIME, place),
      line: place.line,
    });
  });
  const { interactions, userNumbers } = rows.collect(items, { file: path, remedy: CORRECT });
  return { interactions: { ...interactions, scale: RATING_SCALE }, userNumbers };
}
