import { join } from 'node:path';
import { InvalidOptionError, MissingPackageError } from '@ialp/core';
import { afterEach, describe, expect, it, vi } from 'vitest';
import { writeFolder } from '../../test-support/folder.js';
import { readFilms } from './films.js';

/** Where `vega-datasets` is resolved to; the real one unless a test says otherwise. */
const resolution = vi.hoisted(() => ({ resolve: undefined as ((name: string) => string) | undefined }));
vi.mock('node:module', async (importOriginal) => {
  const original = await importOriginal<typeof import('node:module')>();
  const createRequire = (from: string | URL) => {
    const { resolve } = resolution;
    return resolve === undefined ? original.createRequire(from) : { resolve };
  };
  return { ...original, createRequire };
});
afterEach(() => {
  resolution.resolve = undefined;
});

/** Lets `vega-datasets` be a folder with these films. */
async function install(films: readonly object[]): Promise<void> {
  const folder = await writeFolder({ 'build/index.js': '', 'data/movies.json': JSON.stringify(films) });
  resolution.resolve = () => join(folder, 'build', 'index.js');
}

function film(Title: string | number, year: number, votes: number, more: object = {}): object {
  return {
    Title,
    'Major Genre': 'Action',
    Director: 'Ida Quill',
    'Release Date': `Jun 12 ${year}`,
    'IMDB Rating': 6.1,
    'IMDB Votes': votes,
    ...more,
  };
}

describe('readFilms', () => {
  it('describes films', async () => {
    await install([film('L’Été à Paris: Part 2½', 1998, 70, { 'Major Genre': 'Thriller/Suspense' })]);
    expect(await readFilms({ count: 1 })).toEqual({
      items: [
        {
          id: 'lete-a-paris-part-21-2-1998',
          title: 'L’Été à Paris: Part 2½',
          text: 'L’Été à Paris: Part 2½, a thriller directed by Ida Quill, 1998',
          attributes: {
            genre: ['Thriller/Suspense'],
            director: ['Ida Quill'],
            year: ['1998'],
            decade: ['1990s'],
          },
        },
      ],
      prior: Float32Array.of(70),
      rating: Float32Array.of(6.1),
      year: Int32Array.of(1998),
    });
  });

  it.each([
    ['Action', 'an action film'],
    ['Romantic Comedy', 'a romantic comedy'],
    ['Drama', 'a drama'],
    ['Horror', 'a horror film'],
    ['Ghost Story', 'a ghost story film'],
  ])('says a film of the genre %s in words', async (genre, words) => {
    await install([film('Moths', 1998, 70, { 'Major Genre': genre })]);
    expect((await readFilms({ count: 1 })).items[0].text).toBe(`Moths, ${words} directed by Ida Quill, 1998`);
  });

  it('orders films by votes, then by id, whatever their order in the file', async () => {
    const films = [film('Bees', 1990, 50), film('Ants', 1995, 50), film('Wasps', 1980, 90), film('Ants', 1985, 40)];
    const ids = ['wasps-1980', 'ants-1995', 'bees-1990', 'ants-1985'];
    for (const order of [films, films.toReversed()]) {
      await install(order);
      expect((await readFilms({ count: 4 })).items.map(({ id }) => id)).toEqual(ids);
    }
  });

  it('keeps the best known of films of the same title and year', async () => {
    await install([film('Bees', 1990, 50), film('BEES!', 1990, 80), film('Bees', 1990, 20)]);
    const { items, prior } = await readFilms({ count: 1 });
    expect(items[0].title).toBe('BEES!');
    expect(Array.from(prior)).toEqual([80]);
    await expect(readFilms({ count: 2 })).rejects.toThrow('from 1 to 1; found 2');
  });

  it('keeps the latest of films of the same title and votes', async () => {
    const films = [film('Bees', 1967, 50), film('Bees', 2006, 50), film('Wasps', 2006, 50)];
    for (const order of [films, films.toReversed()]) {
      await install(order);
      expect((await readFilms({ count: 2 })).items.map(({ id }) => id)).toEqual(['bees-2006', 'wasps-2006']);
    }
  });

  it.each([0, -1, 1.5, Number.NaN, 1671])('refuses a count of %d', async (count) => {
    await expect(readFilms({ count })).rejects.toThrow(InvalidOptionError);
    await expect(readFilms({ count })).rejects.toThrow('count: expected an integer from 1 to 1670');
  });

  it('says that the package is not installed', async () => {
    resolution.resolve = (name) => {
      throw Object.assign(new Error(`Cannot find module '${name}'`), { code: 'MODULE_NOT_FOUND' });
    };
    await expect(readFilms()).rejects.toThrow(MissingPackageError);
    await expect(readFilms()).rejects.toThrow(
      'readFilms needs the package vega-datasets, which is not installed. Run: npm install vega-datasets',
    );
  });

  it('says that the package is damaged', async () => {
    const folder = await writeFolder({ 'build/index.js': '' });
    resolution.resolve = () => join(folder, 'build', 'index.js');
    await expect(readFilms()).rejects.toMatchObject({
      name: 'DatasetError',
      file: join(folder, 'data', 'movies.json'),
      remedy: 'Install the package again: npm install vega-datasets@3',
    });
  });
});

describe('the films of vega-datasets', () => {
  it('are 800 unless told, all different, the best known first', async () => {
    const { items, prior, rating, year } = await readFilms();
    expect(items).toHaveLength(800);
    expect(new Set(items.map(({ id }) => id)).size).toBe(800);
    expect(new Set(items.map(({ text }) => text)).size).toBe(800);
    expect(items[1]).toEqual({
      id: 'the-dark-knight-2008',
      title: 'The Dark Knight',
      text: 'The Dark Knight, an action film directed by Christopher Nolan, 2008',
      attributes: {
        genre: ['Action'],
        director: ['Christopher Nolan'],
        year: ['2008'],
        decade: ['2000s'],
      },
    });
    expect(Array.from(prior)).toEqual(Array.from(prior).sort((a, b) => b - a));
    expect(prior[1]).toBe(465_000);
    expect(rating[1]).toBeCloseTo(8.9, 6);
    expect(year[1]).toBe(2008);
    items.forEach(({ attributes }, index) => {
      expect(attributes['year']).toEqual([String(year[index])]);
    });
  });

  it('have known data errors corrected', async () => {
    const { items, year } = await readFilms({ count: 1670 });
    const ids = new Set(items.map(({ id }) => id));
    for (const id of ['300-2007', 'gone-with-the-wind-1939', 'casablanca-1942', 'leon-1994', 'casino-royale-2006']) {
      expect(ids).toContain(id);
    }
    expect(ids).not.toContain('casino-royale-1967');
    expect(Math.max(...year)).toBe(2010);
    expect(Math.min(...year)).toBe(1925);
  });

  it('are the same each time', async () => {
    expect(await readFilms({ count: 50 })).toEqual(await readFilms({ count: 50 }));
  });
});
