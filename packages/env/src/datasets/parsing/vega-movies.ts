import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { MissingPackageError, show } from '@ialp/core';
import { DatasetError } from '../../errors.js';
import { readText } from './text-file.js';

/** A film of `vega-datasets` without missing data. */
export interface VegaMovie {
  readonly title: string;
  /** `Drama`, `Thriller/Suspense` and ten others. */
  readonly genre: string;
  readonly director: string;
  /** Year of release. */
  readonly year: number;
  /** Mean IMDB rating, 1 to 10. */
  readonly rating: number;
  /** How many users gave an IMDB rating, about 2010. */
  readonly votes: number;
}

const PACKAGE = 'vega-datasets';
const INSTALL = `Install the package again: npm install ${PACKAGE}@3`;

/**
 * The path of the package's films. Its exports do not include the file, so it is found relative to the package's entry.
 * @throws {MissingPackageError} if `vega-datasets` is not installed.
 */
export function findVegaMovies(): string {
  try {
    const entry = createRequire(import.meta.url).resolve(PACKAGE);
    return join(dirname(entry), '..', 'data', 'movies.json');
  } catch (cause) {
    throw new MissingPackageError(PACKAGE, 'readFilms', { cause });
  }
}

/**
 * Reads the films of a `movies.json` that have a title, genre, director, rating, votes and release date (1,676 of 3,201
 * in version 3.2.1), in the order of the file, and corrects known errors:
 *
 * - A title that is a number (`2012`, `300`) becomes a string.
 * - Some titles were decoded with the wrong character set (`LÈon` for `Léon`): see `MISREAD`.
 * - Years of two digits were read as 20xx (`Gone with the Wind`, 2039): see `yearOf`.
 * - Films of which only the year is known have a release date a day early, 31 December of the year before: see `yearOf`.
 * @throws {DatasetError} if the file is missing or a film has another format.
 */
export async function readVegaMovies(path: string): Promise<VegaMovie[]> {
  const films: unknown = parseJson(await readText(path, 'utf-8', INSTALL), path);
  if (!Array.isArray(films)) throw wrong(path, show(films), 'a JSON array of films');
  const complete = films.flatMap((film: unknown, index) => parseMovie(film, { path, number: index + 1 }) ?? []);
  if (complete.length === 0) throw wrong(path, `none among ${films.length}`, 'films without missing data');
  return complete;
}

function parseJson(text: string, path: string): unknown {
  try {
    return JSON.parse(text);
  } catch (cause) {
    throw wrong(path, 'text that is not JSON', 'a JSON array of films', cause);
  }
}

/** The place of a film in the file; `number` counts from 1. */
interface FilmPlace {
  readonly path: string;
  readonly number: number;
}

/** `undefined` for a film with missing data. */
function parseMovie(film: unknown, place: FilmPlace): VegaMovie | undefined {
  if (!isRecord(film)) throw wrongFilm(place, show(film), 'an object');
  const title = readTitle(film, place);
  const genre = readString(film, 'Major Genre', place);
  const director = readString(film, 'Director', place);
  const released = readString(film, 'Release Date', place);
  const rating = readNumber(film, 'IMDB Rating', 'a number from 1 to 10', (value) => value >= 1 && value <= 10, place);
  const votes = readNumber(film, 'IMDB Votes', 'an integer of at least 1', isCount, place);
  const complete = title && genre && director && released && rating !== undefined && votes !== undefined;
  return complete ? { title, genre, director, year: yearOf(released, place), rating, votes } : undefined;
}

function isRecord(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function isCount(value: number): boolean {
  return Number.isSafeInteger(value) && value >= 1;
}

function readTitle(film: Readonly<Record<string, unknown>>, place: FilmPlace): string | undefined {
  const title = film['Title'];
  if (Number.isFinite(title)) return String(title);
  return readString(film, 'Title', place)?.replace(/[ÈÛ‡˘Ω]/g, (letter) => MISREAD[letter]);
}

/** Latin-1 letters that were decoded as Mac OS Roman, as far as they occur in the titles. */
const MISREAD: Readonly<Record<string, string>> = { È: 'é', Û: 'ó', '‡': 'à', '˘': 'ù', Ω: '½' };

function readString(film: Readonly<Record<string, unknown>>, name: string, place: FilmPlace): string | undefined {
  const value = film[name] ?? undefined;
  if (value !== undefined && typeof value !== 'string')
    throw wrongFilm(place, show(value), `${name}: a string or null`);
  return value?.trim() || undefined;
}

function readNumber(
  film: Readonly<Record<string, unknown>>,
  name: string,
  expected: string,
  isValid: (value: number) => boolean,
  place: FilmPlace,
): number | undefined {
  const value = film[name] ?? undefined;
  if (value === undefined) return undefined;
  if (typeof value !== 'number' || !isValid(value))
    throw wrongFilm(place, show(value), `${name}: ${expected}, or null`);
  return value;
}

/** The data were collected in 2010, with films announced for the following two years. */
const LAST_YEAR = 2012;
/** From this year on the data have the days of release. */
const FIRST_YEAR_OF_DAYS = 1990;

/**
 * The year of a date such as `Jul 18 2008`. A year after 2012 is 100 years too late. 31 December of a year before 1990 means 1 January
 * of the next, shifted by a time zone: true for nine of the ten films with that date; for the tenth, `The Deer Hunter` (1978), the
 * result is a year late.
 */
function yearOf(date: string, place: FilmPlace): number {
  const match = /^([A-Z][a-z]{2} \d{1,2}) (\d{4})$/.exec(date);
  if (match === null) throw wrongFilm(place, show(date), 'Release Date: a date such as Jul 18 2008, or null');
  const written = Number(match[2]);
  const year = written > LAST_YEAR ? written - 100 : written;
  return match[1] === 'Dec 31' && year < FIRST_YEAR_OF_DAYS ? year + 1 : year;
}

function wrongFilm({ path, number }: FilmPlace, found: string, expected: string): DatasetError {
  return wrong(path, `${found} in film ${number}`, expected);
}

function wrong(file: string, found: string, expected: string, cause?: unknown): DatasetError {
  return new DatasetError({ file, found, expected, remedy: INSTALL }, cause === undefined ? undefined : { cause });
}
