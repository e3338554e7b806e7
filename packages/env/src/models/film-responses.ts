import { checkInteger, InvalidOptionError, type Random, type ResponseModel, type Session } from '@ialp/core';
import type { FilmCatalogue } from '../datasets/readers/films.js';
import { checkOptions, checkRandom } from '../options.js';
import { withResponseTable } from './response-table.js';

/**
 * The preferences of the simulated film users, in log-odds of taking a film. With the 800 best-known films, a user takes a film
 * drawn at random with a probability of about 0.27, and their ten best films with about 0.94.
 */
const TASTE = {
  /** Two favourite genres and two disliked ones, drawn by how many films they have. */
  favouriteGenre: 2,
  dislikedGenre: -2,
  /** Standard deviation of the preferences for all other genres. */
  otherGenre: 0.7,
  /** Five favourite directors, of films in the favourite genres. */
  favouriteDirectors: 5,
  favouriteDirector: 2,
  /** Weights of the standardised rating and of the standardised logarithm of the votes: mean, standard deviation. */
  quality: [0.4, 0.3],
  popularity: [0.3, 0.3],
  /** Films far from the user's favourite year lose up to this; the width is uniform from 8 to 25 years. */
  era: -2,
  eraWidth: [8, 25],
  /** Standard deviations of preferences that the catalogue does not explain: eight hidden traits, and each film. */
  hidden: 0.5,
  traits: 8,
  whim: 0.4,
  /** The user's general readiness to take a film: mean, standard deviation. */
  readiness: [-1.4, 0.5],
  /** Fatigue for each of the last four films of the same genre, or by the same director. */
  sameGenreLately: -0.2,
  sameDirectorLately: -0.4,
  fatigueWindow: 4,
} as const;

/** Options of `createFilmResponses`. */
export interface FilmResponsesOptions {
  /** Number of users. Default 1,000. */
  readonly users?: number;
  /** Draws the users and their preferences. */
  readonly random: Random;
}

/**
 * Simulated users for real films. Each user has favourite and disliked genres, favourite directors, a favourite period, weights for
 * ratings and popularity, and preferences that the catalogue does not explain. A user takes a film (feedback 1) with the
 * probability `sigmoid(utility - fatigue)`, otherwise passes it over (0). Every showing is a new draw.
 * @param catalogue films from `readFilms`.
 * @throws {InvalidOptionError}
 */
export function createFilmResponses(catalogue: FilmCatalogue, options: FilmResponsesOptions): ResponseModel {
  if (!Array.isArray(catalogue?.items)) {
    throw new InvalidOptionError('catalogue', catalogue, 'a catalogue of films, such as readFilms gives');
  }
  checkOptions(options, '{ random: createRandom(1) }', ['users', 'random']);
  const { users = 1000, random } = options;
  checkRandom(random);
  checkInteger('users', users, 1);
  const items = catalogue.items.length;
  const genre = indexOf(catalogue.items.map((film) => film.attributes['genre'][0]));
  const director = indexOf(catalogue.items.map((film) => film.attributes['director'][0]));
  const utility = utilities(catalogue, users, genre, director, random);

  const logOdds = (session: Session, item: number): number => {
    let logit = utility[session.user * items + item];
    const recent = Math.min(TASTE.fatigueWindow, session.shown);
    for (let back = 0; back < recent; back++) {
      const earlier = session.item(back);
      if (genre[earlier] === genre[item]) logit += TASTE.sameGenreLately;
      if (director[earlier] === director[item]) logit += TASTE.sameDirectorLately;
    }
    return logit;
  };
  const responses: ResponseModel = {
    specificationVersion: 'v1',
    users,
    items,
    rewardRange: [0, 1],
    window: TASTE.fatigueWindow,
    utility: logOdds,
    respond(session: Session, item: number, stream: Random): number {
      return stream.uniform() < 1 / (1 + Math.exp(-logOdds(session, item))) ? 1 : 0;
    },
  };
  return withResponseTable(responses, utility);
}

/** `[users, items]` log-odds of taking each film, before fatigue. */
function utilities(
  catalogue: FilmCatalogue,
  users: number,
  genre: Int32Array,
  director: Int32Array,
  random: Random,
): Float32Array {
  const items = catalogue.items.length;
  const quality = standardized(catalogue.rating);
  const popularity = standardized(Float32Array.from(catalogue.prior, Math.log));
  const traits = Float32Array.from({ length: items * TASTE.traits }, () => random.normal());
  const utility = new Float32Array(users * items);
  for (let user = 0; user < users; user++) {
    const taste = drawTaste(catalogue, genre, director, random);
    for (let item = 0; item < items; item++) {
      const years = (catalogue.year[item] - taste.year) / taste.yearWidth;
      let hidden = 0;
      for (let k = 0; k < TASTE.traits; k++) hidden += taste.traits[k] * traits[item * TASTE.traits + k];
      utility[user * items + item] =
        taste.readiness +
        taste.genre[genre[item]] +
        (taste.directors.has(director[item]) ? TASTE.favouriteDirector : 0) +
        taste.quality * quality[item] +
        taste.popularity * popularity[item] +
        TASTE.era * Math.min(1, (years * years) / 4) +
        (TASTE.hidden * hidden) / Math.sqrt(TASTE.traits) +
        TASTE.whim * random.normal();
    }
  }
  return utility;
}

interface Taste {
  readonly genre: Float32Array;
  readonly directors: ReadonlySet<number>;
  readonly year: number;
  readonly yearWidth: number;
  readonly quality: number;
  readonly popularity: number;
  readonly readiness: number;
  readonly traits: Float32Array;
}

function drawTaste(catalogue: FilmCatalogue, genre: Int32Array, director: Int32Array, random: Random): Taste {
  const items = genre.length;
  const genres = 1 + genre.reduce((greatest, value) => Math.max(greatest, value), 0);
  // Drawn through a film, a genre is as likely as its number of films. A catalogue of few genres has fewer to draw.
  const drawn = distinct(Math.min(4, genres), () => genre[random.integer(items)]);
  const attitude = Float32Array.from({ length: genres }, () => TASTE.otherGenre * random.normal());
  drawn.forEach((value, k) => {
    attitude[value] = k < 2 ? TASTE.favouriteGenre : TASTE.dislikedGenre;
  });
  const favourites = new Set(drawn.slice(0, 2));
  const favouriteFilms = Array.from(genre.keys()).filter((item) => favourites.has(genre[item]));
  const directors = new Set(
    Array.from(
      { length: TASTE.favouriteDirectors },
      () => director[favouriteFilms[random.integer(favouriteFilms.length)]],
    ),
  );
  const [narrow, wide] = TASTE.eraWidth;
  return {
    genre: attitude,
    directors,
    year: catalogue.year[random.integer(items)],
    yearWidth: narrow + (wide - narrow) * random.uniform(),
    quality: drawNormal(TASTE.quality, random),
    popularity: drawNormal(TASTE.popularity, random),
    readiness: drawNormal(TASTE.readiness, random),
    traits: Float32Array.from({ length: TASTE.traits }, () => random.normal()),
  };
}

function drawNormal([mean, spread]: readonly [number, number], random: Random): number {
  return mean + spread * random.normal();
}

/** Draws until there are `count` different values. */
function distinct(count: number, draw: () => number): number[] {
  const values = new Set<number>();
  while (values.size < count) values.add(draw());
  return [...values];
}

/** The index of each value among the distinct ones, in the order in which they first appear. */
function indexOf(values: readonly string[]): Int32Array {
  const indices = new Map<string, number>();
  return Int32Array.from(values, (value) => {
    const index = indices.get(value) ?? indices.size;
    indices.set(value, index);
    return index;
  });
}

/** Values scaled to mean 0 and standard deviation 1; all 0 if they are equal. */
function standardized(values: Float32Array): Float32Array {
  const mean = values.reduce((sum, value) => sum + value, 0) / values.length;
  const variance = values.reduce((sum, value) => sum + (value - mean) ** 2, 0) / values.length;
  return values.map((value) => (variance > 1e-12 ? (value - mean) / Math.sqrt(variance) : 0));
}
