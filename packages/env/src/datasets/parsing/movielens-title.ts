/** A film's title in natural word order, and its year. */
export interface FilmTitle {
  /** `The Usual Suspects`. */
  readonly title: string;
  /** Year of release; absent if the title names none. */
  readonly year?: number;
}

/**
 * Articles that MovieLens moves to the end of a title, of the languages in which it has any. Not the Italian `I`: an English
 * title may end with it.
 */
const ARTICLES = [
  ...['The', 'An', 'A', 'Les', 'Le', 'La', "L'", 'Une', 'Un', 'Il', 'Lo', 'Una', 'El', 'Los', 'Las'],
  ...['Das', 'Der', 'Die', 'Det', 'De', 'En', 'O'],
];

/** A title or a name in brackets with its article at the end: `Usual Suspects, The`, `a.k.a. Gates of Hell, The`. */
const INVERTED = new RegExp(`^(a\\.?k\\.?a\\.? )?(.+), (${ARTICLES.join('|')})$`);

/** A year in brackets at the end, or the first of several; a mark such as `(V)` (released on video) may follow. */
const YEAR = /^(.*?)\s*\((\d{4})(?:[–-]\d{0,4})?\)(?:\s*\([A-Z]+\))?$/;

/** A title followed by other names, each in brackets. */
const NAMES = /^(.+?)((?: \([^()]*\))*)$/;

/**
 * Parses a MovieLens title: `Usual Suspects, The (1995)` is `The Usual Suspects` of 1995. The film's other names
 * in brackets are reordered too: `Tin Drum, The (Blechtrommel, Die) (1979)` is `The Tin Drum (Die
 * Blechtrommel)`.
 */
export function parseFilmTitle(text: string): FilmTitle {
  const trimmed = text.trim();
  const dated = YEAR.exec(trimmed);
  const name = dated?.[1] || trimmed;
  const [, main = name, others = ''] = NAMES.exec(name) ?? [];
  const title = turnRound(main) + others.replace(/\(([^()]*)\)/g, (_, other: string) => `(${turnRound(other)})`);
  return dated === null ? { title } : { title, year: Number(dated[2]) };
}

function turnRound(title: string): string {
  const inverted = INVERTED.exec(title);
  if (inverted === null) return title;
  const [, known = '', rest, article] = inverted;
  return article.endsWith("'") ? `${known}${article}${rest}` : `${known}${article} ${rest}`;
}
