import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { writeFolder } from '../../test-support/folder.js';
import { findVegaMovies, readVegaMovies, type VegaMovie } from './vega-movies.js';

const FILM = {
  Title: 'Paper Moths',
  'Major Genre': 'Drama',
  Director: 'Ida Quill',
  'Release Date': 'Jun 12 1998',
  'IMDB Rating': 6.1,
  'IMDB Votes': 1071,
  'US Gross': null,
};

async function read(content: unknown): Promise<VegaMovie[]> {
  const text = typeof content === 'string' ? content : JSON.stringify(content);
  return readVegaMovies(join(await writeFolder({ 'movies.json': text }), 'movies.json'));
}

describe('readVegaMovies', () => {
  it('reads a film', async () => {
    expect(await read([FILM])).toEqual([
      { title: 'Paper Moths', genre: 'Drama', director: 'Ida Quill', year: 1998, rating: 6.1, votes: 1071 },
    ]);
  });

  it.each(['Title', 'Major Genre', 'Director', 'Release Date', 'IMDB Rating', 'IMDB Votes'])(
    'leaves out films whose %s is null, absent or empty',
    async (name) => {
      const { [name as keyof typeof FILM]: _left, ...without } = FILM;
      const empty = name.startsWith('IMDB') ? [] : [{ ...FILM, [name]: ' ' }];
      expect(await read([{ ...FILM, [name]: null }, without, ...empty, FILM])).toHaveLength(1);
    },
  );

  it('makes strings of titles that are numbers', async () => {
    const films = await read([
      { ...FILM, Title: 300 },
      { ...FILM, Title: 9 },
    ]);
    expect(films.map(({ title }) => title)).toEqual(['300', '9']);
  });

  it('corrects letters that were decoded with the wrong character set, and no others', async () => {
    const titles = ['LÈon', 'DÈj‡ Vu', 'La mala educaciÛn', 'pi˘', '2Ω', 'Alien³', 'Ri¢hie Ri¢h'];
    const films = await read(titles.map((Title) => ({ ...FILM, Title })));
    expect(films.map(({ title }) => title)).toEqual([
      'Léon',
      'Déjà Vu',
      'La mala educación',
      'più',
      '2½',
      'Alien³',
      'Ri¢hie Ri¢h',
    ]);
  });

  it.each([
    ['Jul 18 2008', 2008],
    ['Jul 18 2012', 2012],
    ['Dec 15 2039', 1939],
    ['Dec 31 1941', 1942],
    ['Dec 30 1941', 1941],
    ['Jan 01 1974', 1974],
    ['Dec 31 2002', 2002],
    ['Dec 31 2039', 1940],
  ])('takes %s for the year %i', async (date, year) => {
    expect((await read([{ ...FILM, 'Release Date': date }]))[0].year).toBe(year);
  });

  it.each<[string, unknown, string]>([
    ['text that is not JSON', '[{"Title": "Paper', 'expected a JSON array of films; found text that is not JSON.'],
    ['another shape', { films: [] }, 'expected a JSON array of films'],
    ['a film that is not an object', [FILM, 7], 'expected an object; found 7 in film 2.'],
    ['a film that is a list', [[]], 'expected an object; found [] in film 1.'],
    [
      'a title of the wrong type',
      [{ ...FILM, Title: true }],
      'expected Title: a string or null; found true in film 1.',
    ],
    ['a genre of the wrong type', [{ ...FILM, 'Major Genre': 3 }], 'expected Major Genre: a string or null; found 3'],
    ['a director of the wrong type', [{ ...FILM, Director: {} }], 'expected Director: a string or null'],
    ['a date of another form', [{ ...FILM, 'Release Date': '1998-06-12' }], 'Jul 18 2008, or null; found "1998-06-12"'],
    ['a rating of 11', [{ ...FILM, 'IMDB Rating': 11 }], 'IMDB Rating: a number from 1 to 10, or null; found 11'],
    ['a rating in a string', [{ ...FILM, 'IMDB Rating': '6.1' }], 'found "6.1" in film 1.'],
    ['negative votes', [{ ...FILM, 'IMDB Votes': -1 }], 'IMDB Votes: an integer of at least 1, or null; found -1'],
    ['half a vote', [{ ...FILM, 'IMDB Votes': 0.5 }], 'found 0.5 in film 1.'],
    ['a file without complete films', [{ Title: 'Alone' }], 'expected films without missing data; found none among 1.'],
  ])('refuses %s', async (_name, content, message) => {
    const reading = read(content);
    await expect(reading).rejects.toThrow(message);
    await expect(reading).rejects.toMatchObject({
      name: 'DatasetError',
      remedy: 'Install the package again: npm install vega-datasets@3',
    });
  });

  it('finds 1,676 films in the package', async () => {
    expect(await readVegaMovies(findVegaMovies())).toHaveLength(1676);
  });
});
