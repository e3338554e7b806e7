import type { CatalogueItem } from '@ialp/core';
import { enumerate, withArticle } from '../prose.js';
import { parseFilmTitle } from './movielens-title.js';

/** A film in MovieLens. */
export interface MovieLensFilm {
  readonly id: string;
  /** As MovieLens writes it: `Usual Suspects, The (1995)`. */
  readonly title: string;
  /** As MovieLens names them: `Sci-Fi`. */
  readonly genres: readonly string[];
  /** Year of release, used if the title names none. */
  readonly year?: number;
  /** The most frequent first. Absent if the data set has no tags. */
  readonly tags?: readonly string[];
}

/** Genres with another wording inside a sentence; the rest are in lower case. */
const GENRE_IN_WORDS: Readonly<Record<string, string>> = {
  Children: "children's",
  'Film-Noir': 'film noir',
  IMAX: 'IMAX',
  'Sci-Fi': 'science fiction',
};

/** Number of tags in the text; more of them would describe the users rather than the film. */
const TAGS_IN_TEXT = 3;

/**
 * A film as an item: `The Usual Suspects, a crime and thriller film of 1995, tagged twist ending and noir`. Its
 * attributes are `genre`, `year` (empty if unknown) and, if the data set has tags, `tag`.
 */
export function describeFilm({ id, title: full, genres, year: otherYear, tags }: MovieLensFilm): CatalogueItem {
  const { title, year = otherYear } = parseFilmTitle(full);
  const kind = enumerate(genres.map((name) => GENRE_IN_WORDS[name] ?? name.toLowerCase()));
  const film = withArticle(kind === '' ? 'film' : `${kind} film`);
  const tagged = tags?.length ? `, tagged ${enumerate(tags.slice(0, TAGS_IN_TEXT))}` : '';
  return {
    id,
    title,
    text: `${title}, ${film}${year === undefined ? '' : ` of ${year}`}${tagged}`,
    attributes: { genre: genres, year: year === undefined ? [] : [String(year)], ...(tags && { tag: tags }) },
  };
}
