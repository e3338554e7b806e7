import { type CatalogueItem, createRandom, type Ratings, show } from '@ialp/core';
import type { ExplicitDataset } from '../dataset.js';
import { hasFiles, locateFile } from '../parsing/byte-stream.js';
import { readCsv } from '../parsing/csv-file.js';
import { parseInteger, parseNumber, wrong } from '../parsing/fields.js';
import { GivenTags } from '../parsing/given-tags.js';
import { InteractionRows } from '../parsing/interaction-rows.js';
import { describesBook } from '../parsing/shelf-names.js';
import { enumerate } from '../prose.js';
import { splitAtRandom, splitByUserOrder } from '../split.js';

const DOWNLOAD = 'Download goodbooks-10k again from https://github.com/zygmuntz/goodbooks-10k/releases and unpack it.';
const CORRECT = `Correct the line, or start over: ${DOWNLOAD}`;

const BOOKS = 'books.csv';
const RATINGS = 'ratings.csv';
const BOOK_TAGS = 'book_tags.csv';
const TAGS = 'tags.csv';

const RATING_SCALE = [1, 5] as const;
const NUMBER = { expected: 'a number of at least 1', minimum: 1, maximum: 2 ** 31 - 1 };
const RATING = { expected: 'a rating from 1 to 5', minimum: RATING_SCALE[0], maximum: RATING_SCALE[1] };
const YEAR = { expected: 'a year, or nothing', minimum: -5000, maximum: 3000 };
const COUNT = { expected: 'how many ratings the book has', minimum: 0 };
const TAG_NUMBER = { expected: 'a tag number of at least 0', minimum: 0 };
/** Some counts in the files are -1; they are ignored. */
const TAG_COUNT = { expected: 'how often the tag was given', minimum: -1 };

/** Number of tags in the text. */
const TAGS_IN_TEXT = 3;
/** Seeds the split if the rows are not in order. */
const SPLIT_SEED = 2017;

/** Options of `readGoodbooks`. */
export interface ReadGoodbooksOptions {
  /** The file of ratings, with the columns of `ratings.csv`. Default `ratings.csv`. */
  readonly ratings?: string;
  /**
   * Whether the rows of each user are in the order of time, as in the publisher's `ratings.csv`. Default true for a file of that name,
   * otherwise false.
   */
  readonly ordered?: boolean;
  /** Whether books without ratings in that file are in the catalogue. Default false. */
  readonly unrated?: boolean;
}

/** Whether a folder holds goodbooks-10k: it has `books.csv`, `book_tags.csv`, `tags.csv` and `ratings.csv`. */
export async function isGoodbooks(folder: string): Promise<boolean> {
  return hasFiles(folder, [BOOKS, RATINGS, BOOK_TAGS, TAGS]);
}

/**
 * Reads goodbooks-10k: six million ratings from 1 to 5 of ten thousand books by 53,424 users (Z. Zając, "Goodbooks-10k: a
 * new dataset for book recommendations", FastML, 2017). CC BY-SA 4.0.
 *
 * - Items are in the order of `books.csv`; an item's id is its `book_id`. `book_tags.csv` uses another number, the
 *   `goodreads_book_id`; `books.csv` has both.
 * - Users are `0..users-1` in ascending order of their `user_id`, which is their id.
 * - Interactions are in the order of the file, which in the publisher's file is that of time; there are no times. The split holds out
 *   the last fifth of each user's, or of a file without order a fifth at random, the same each time.
 * - Attributes are `author`, `year`, `language` and `tag`: at most the ten most frequent tags that describe the book
 *   rather than its reader's shelves (see `describesBook`); three are in the text.
 * - `prior` is the number of ratings on goodreads.com, far more than in the data set.
 * - There are no `userFeatures`.
 *
 * Ratings are streamed, and only their columns are kept in memory. Files may be gzipped, with names that end with `.gz`.
 * @param folder the folder with the files.
 * @throws {DatasetError} if a file is missing or damaged. The message names the file, the line and how to fix it.
 */
export async function readGoodbooks(folder: string, options: ReadGoodbooksOptions = {}): Promise<ExplicitDataset> {
  const { ratings: name = RATINGS, ordered = name === RATINGS, unrated = false } = options;
  const books = await readBooks(await locateFile(folder, BOOKS));
  const tags = await readTags(folder, books);
  const indexOf = new Map(books.map(({ id }, index) => [id, index]));
  const { interactions, userNumbers } = await readRatings(await locateFile(folder, name), books, indexOf);
  const kept = unrated ? Int32Array.from(books.keys()) : Int32Array.from(new Set(interactions.item)).sort();
  const newIndex = new Int32Array(books.length);
  kept.forEach((book, index) => {
    newIndex[book] = index;
  });
  const renumbered = { ...interactions, item: interactions.item.map((book) => newIndex[book]) };
  return {
    name: 'goodbooks-10k',
    feedback: 'explicit',
    catalogue: {
      items: Array.from(kept, (book) => describeBook(books[book], tags.of(book))),
      prior: Float32Array.from(kept, (book) => books[book].count),
    },
    userIds: Array.from(userNumbers, String),
    interactions: renumbered,
    order: ordered ? 'rows' : 'none',
    split: ordered ? splitByUserOrder(renumbered, 'rows') : splitAtRandom(renumbered, createRandom(SPLIT_SEED)),
  };
}

interface Book {
  readonly id: string;
  readonly goodreadsId: string;
  readonly title: string;
  readonly authors: readonly string[];
  readonly year: number | undefined;
  readonly language: string;
  /** Ratings on goodreads.com. */
  readonly count: number;
}

const BOOK_COLUMNS = [
  ...['book_id', 'goodreads_book_id', 'authors', 'original_publication_year'],
  ...['title', 'language_code', 'ratings_count'],
];

async function readBooks(path: string): Promise<Book[]> {
  const books: Book[] = [];
  const lineOf = new Map<string, number>();
  await readCsv(path, { columns: BOOK_COLUMNS, remedy: CORRECT }, (values, place) => {
    const [id, goodreadsId, authors, year, title, language, count] = values;
    parseInteger(id, NUMBER, place);
    parseInteger(goodreadsId, NUMBER, place);
    for (const key of [id, `goodreads ${goodreadsId}`]) {
      const earlier = lineOf.get(key);
      if (earlier !== undefined) throw wrong(`book ${key}, which line ${earlier} also has`, 'a new book', place);
      lineOf.set(key, place.line);
    }
    if (title.trim() === '') throw wrong('none', 'a title', place);
    books.push({
      ...{ id, goodreadsId, language },
      title: withoutSeries(title.trim()),
      authors: authors
        .split(',')
        .map((name) => name.trim())
        .filter((name) => name !== ''),
      year: year === '' ? undefined : Math.trunc(parseNumber(year, YEAR, place)),
      count: parseInteger(count, COUNT, place),
    });
  });
  return books;
}

/** `The Hunger Games (The Hunger Games, #1)` is `The Hunger Games`. */
function withoutSeries(title: string): string {
  return title.replace(/\s*\([^()]*#[^()]*\)$/, '') || title;
}

async function readTags(folder: string, books: readonly Book[]): Promise<GivenTags> {
  const names = new Map<string, string>();
  await readCsv(
    await locateFile(folder, TAGS),
    { columns: ['tag_id', 'tag_name'], remedy: CORRECT },
    ([id, name], place) => {
      parseInteger(id, TAG_NUMBER, place);
      if (names.has(id)) throw wrong(`tag ${id}, which an earlier line also has`, 'a new tag', place);
      names.set(id, name);
    },
  );
  const indexOf = new Map(books.map(({ goodreadsId }, index) => [goodreadsId, index]));
  const tags = new GivenTags(books.length);
  const format = { columns: ['goodreads_book_id', 'tag_id', 'count'], remedy: CORRECT };
  await readCsv(await locateFile(folder, BOOK_TAGS), format, ([id, tag, count], place) => {
    const book = indexOf.get(id);
    if (book === undefined) throw wrong(show(id), `the goodreads_book_id of a book in ${BOOKS}`, place);
    const name = names.get(tag);
    if (name === undefined) throw wrong(show(tag), `the number of a tag in ${TAGS}`, place);
    const times = parseInteger(count, TAG_COUNT, place);
    if (times > 0 && describesBook(name)) tags.add(book, name.replaceAll('-', ' '), times);
  });
  return tags;
}

async function readRatings(
  path: string,
  books: readonly Book[],
  indexOf: ReadonlyMap<string, number>,
): Promise<{ interactions: Ratings; userNumbers: Int32Array }> {
  const rows = new InteractionRows(false);
  const format = { columns: ['user_id', 'book_id', 'rating'], closed: true, remedy: CORRECT };
  await readCsv(path, format, ([user, id, rating], place) => {
    const item = indexOf.get(id);
    if (item === undefined) throw wrong(show(id), `the book_id of a book in ${BOOKS}`, place);
    rows.add({
      userNumber: parseInteger(user, NUMBER, place),
      item,
      value: parseInteger(rating, RATING, place),
      line: place.line,
    });
  });
  const { interactions, userNumbers } = rows.collect(books, { file: path, remedy: CORRECT });
  return { interactions: { ...interactions, scale: RATING_SCALE }, userNumbers };
}

function describeBook({ id, title, authors, year, language }: Book, tags: readonly string[]): CatalogueItem {
  const by = authors.length === 0 ? '' : ` by ${enumerate(authors)}`;
  const when = year === undefined ? '' : `, ${year < 0 ? `${-year} BC` : year}`;
  const tagged = tags.length === 0 ? '' : `, tagged ${enumerate(tags.slice(0, TAGS_IN_TEXT))}`;
  return {
    id,
    title,
    text: `${title}, a book${by}${when}${tagged}`,
    attributes: {
      author: authors,
      year: year === undefined ? [] : [String(year)],
      language: language === '' ? [] : [language],
      tag: tags,
    },
  };
}
