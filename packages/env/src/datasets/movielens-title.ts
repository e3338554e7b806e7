/** A film's title as people say it, and the year it names. */
export interface FilmTitle {
  /** `The Usual Suspects`. */
  readonly title: string;
  /** Year of release; absent where the title names none. */
  readonly year?: number;
}

/** Articles that MovieLens moves behind a title, of the seven languages in which it has any. */
const ARTICLES = ['The', 'An', 'A', 'Les', 'Le', 'La', "L'", 'Il', 'El', 'Los', 'Las', 'Das', 'Der', 'Die', 'Det', 'O'];

/** A title or a name in brackets with its article behind it: `Usual Suspects, The`. */
const INVERTED = new RegExp(`^(.+), (${ARTICLES.join('|')})$`);

/** A year in brackets at the end; a mark such as `(V)` (released on video) may follow. */
const YEAR = /^(.*?)\s*\((\d{4})\)(?:\s*\([A-Z]+\))?$/;

/**
 * Takes a MovieLens title apart: `Usual Suspects, The (1995)` is `The Usual Suspects` of 1995. The film's other name in
 * brackets is turned round as well: `Tin Drum, The (Blechtrommel, Die) (1979)` is `The Tin Drum (Die Blechtrommel)`.
 */
export function parseFilmTitle(text: string): FilmTitle {
  const trimmed = text.trim();
  const dated = YEAR.exec(trimmed);
  const name = dated?.[1] ?? trimmed;
  const [, main, other] = /^(.*?)(?: \(([^()]*)\))?$/.exec(name) ?? [];
  const title = other === undefined ? turnRound(name) : `${turnRound(main)} (${turnRound(other)})`;
  return dated === null ? { title } : { title, year: Number(dated[2]) };
}

function turnRound(title: string): string {
  const inverted = INVERTED.exec(title);
  if (inverted === null) return title;
  const [, rest, article] = inverted;
  return article.endsWith("'") ? `${article}${rest}` : `${article} ${rest}`;
}
