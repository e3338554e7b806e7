import { type Catalogue, type CatalogueItem, checkInteger } from '@ialp/core';
import { findVegaMovies, readVegaMovies, type VegaMovie } from '../parsing/vega-movies.js';
import { withArticle } from '../prose.js';

/** Options of `readFilms`. */
export interface ReadFilmsOptions {
  /** Number of films, the best known first. Default 800; `vega-datasets` 3.2.1 has 1,670. */
  readonly count?: number;
}

/** Films with the data that `createFilmResponses` needs. */
export interface FilmCatalogue extends Catalogue {
  /** `[items]` IMDB votes. At least 1. */
  readonly prior: Float32Array;
  /** `[items]` mean IMDB rating, 1 to 10. */
  readonly rating: Float32Array;
  /** `[items]` year of release. */
  readonly year: Int32Array;
}

/**
 * The best-known films of the npm package `vega-datasets`: those with the most IMDB votes (about 2010), most votes
 * first, then by id. The same package gives the same catalogue everywhere.
 *
 * - `id` is built from title and year: `the-dark-knight-2008`.
 * - `text` names title, genre, director and year. Votes and rating are not in it, because the users
 *   decide how good a film is.
 * - Attributes, each with one value: `genre`, `director`, `year`, `decade` (`2000s`). The rating is a number in a column
 *   of its own, not an attribute: two films of the same rating have nothing in common.
 * - `prior` is the IMDB votes.
 *
 * Of films whose titles differ at most in case, accents or punctuation, one is kept if they are of the same year or have the same number
 * of votes: the package joined IMDB's figures by title alone, so six remakes have the figures of their originals. The latest film is
 * kept, to which the figures belong in nearly all of these cases.
 * `readVegaMovies` lists the other data errors that are corrected.
 * @throws {InvalidOptionError} if `count` is not an integer from 1 to the number of films.
 * @throws {MissingPackageError} if `vega-datasets` is not installed.
 * @throws {DatasetError} if the package's file is damaged.
 */
export async function readFilms({ count = 800 }: ReadFilmsOptions = {}): Promise<FilmCatalogue> {
  const films = distinctFilms(await readVegaMovies(findVegaMovies()));
  checkInteger('count', count, 1, films.length);
  const chosen = films.slice(0, count);
  return {
    items: chosen.map(describeFilm),
    prior: Float32Array.from(chosen, (film) => film.votes),
    rating: Float32Array.from(chosen, (film) => film.rating),
    year: Int32Array.from(chosen, (film) => film.year),
  };
}

/** Films without duplicates, in the order of the catalogue. */
function distinctFilms(films: readonly VegaMovie[]): VegaMovie[] {
  const ordered = [...films].sort((a, b) => b.votes - a.votes || b.year - a.year || compare(idOf(a), idOf(b)));
  const kept = new Set<string>();
  const distinct = ordered.filter((film) => {
    const sameYear = idOf(film);
    const sameVotes = `${slug(film.title)} ${film.votes}`;
    if (kept.has(sameYear) || kept.has(sameVotes)) return false;
    kept.add(sameYear).add(sameVotes);
    return true;
  });
  return distinct.sort((a, b) => b.votes - a.votes || compare(idOf(a), idOf(b)));
}

/** By code units, not by a locale: the same order on every machine. */
function compare(a: string, b: string): number {
  if (a === b) return 0;
  return a < b ? -1 : 1;
}

function idOf(film: VegaMovie): string {
  return `${slug(film.title)}-${film.year}`;
}

/** A title as lower-case letters without accents, and digits: `Déjà Vu` is `deja-vu`. */
function slug(title: string): string {
  return title
    .normalize('NFKD')
    .replace(/\p{Mark}/gu, '')
    .toLowerCase()
    .replace(/['’]/g, '')
    .replace(/[^\p{Letter}\p{Number}]+/gu, '-')
    .replace(/^-|-$/g, '');
}

/** Genres that are not worded as `<genre> film`. */
const GENRE_IN_WORDS: Readonly<Record<string, string>> = {
  'Black Comedy': 'black comedy',
  Comedy: 'comedy',
  'Concert/Performance': 'concert film',
  Documentary: 'documentary',
  Drama: 'drama',
  Musical: 'musical',
  'Romantic Comedy': 'romantic comedy',
  'Thriller/Suspense': 'thriller',
  Western: 'western',
};

function describeFilm(film: VegaMovie): CatalogueItem {
  const { title, genre, director, year } = film;
  const kind = withArticle(GENRE_IN_WORDS[genre] ?? `${genre.toLowerCase()} film`);
  return {
    id: idOf(film),
    title,
    text: `${title}, ${kind} directed by ${director}, ${year}`,
    attributes: {
      genre: [genre],
      director: [director],
      year: [String(year)],
      decade: [`${Math.floor(year / 10) * 10}s`],
    },
  };
}
