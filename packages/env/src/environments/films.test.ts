import { createRandom, type Session } from '@ialp/core';
import { beforeAll, describe, expect, test } from 'vitest';
import { environmentChecks } from '../conformance/index.js';
import { type FilmCatalogue, readFilms } from '../datasets/readers/films.js';
import { createFilmResponses } from '../models/film-responses.js';
import { NO_STATE, sessionOf as sessionWith } from '../test-support/session.js';
import { createFilmsEnvironment } from './films.js';

let catalogue: FilmCatalogue;

beforeAll(async () => {
  catalogue = await readFilms({ count: 500 });
});

/** A session of one user who was shown these films, the newest last. */
function sessionOf(user: number, items: readonly number[] = []): Session {
  return sessionWith(items, { user });
}

/** How often a user takes a film, over many draws. */
function share(
  audience: ReturnType<typeof createFilmResponses>,
  session: Session,
  item: number,
  draws: number,
): number {
  const random = createRandom(3);
  let taken = 0;
  for (let k = 0; k < draws; k++) taken += audience.respond(session, item, random, NO_STATE);
  return taken / draws;
}

describe('the films environment keeps the rules', () => {
  const make = (sessions: number) =>
    createFilmsEnvironment({ catalogue, users: 50, random: createRandom(1), sessions });
  // The list of checks does not depend on the catalogue, which is read before they run.
  for (const check of environmentChecks(make)) test(check.name, check.run);
});

describe('the film audience', () => {
  test('takes about one film in four, and its favourites nearly always', () => {
    const users = 40;
    const audience = createFilmResponses(catalogue, { users, random: createRandom(1) });
    const random = createRandom(2);
    let taken = 0;
    let best = 0;
    for (let user = 0; user < users; user++) {
      const shares = catalogue.items.map((_, item) => {
        let count = 0;
        for (let k = 0; k < 20; k++) count += audience.respond(sessionOf(user), item, random, NO_STATE);
        return count / 20;
      });
      taken += shares.reduce((sum, value) => sum + value, 0) / shares.length / users;
      best += Math.max(...shares) / users;
    }
    expect(taken).toBeGreaterThan(0.15);
    expect(taken).toBeLessThan(0.4);
    expect(best).toBeGreaterThan(0.9);
  });

  test('has tastes that follow genre: liking one film of a genre speaks for the others', () => {
    const users = 300;
    const audience = createFilmResponses(catalogue, { users, random: createRandom(4) });
    const genre = catalogue.items.map((film) => film.attributes['genre'][0]);
    const random = createRandom(5);
    const tally = { same: [0, 0], other: [0, 0] };
    for (let trial = 0; trial < 60_000; trial++) {
      const user = random.integer(users);
      const [first, second] = [random.integer(genre.length), random.integer(genre.length)];
      if (audience.respond(sessionOf(user), first, random, NO_STATE) === 0) continue;
      const kind = genre[first] === genre[second] ? tally.same : tally.other;
      kind[0] += audience.respond(sessionOf(user), second, random, NO_STATE);
      kind[1]++;
    }
    expect(tally.same[0] / tally.same[1]).toBeGreaterThan(1.2 * (tally.other[0] / tally.other[1]));
  });

  test('tires of the same genre and director', () => {
    const audience = createFilmResponses(catalogue, { users: 1, random: createRandom(6) });
    const director = catalogue.items.map((film) => film.attributes['director'][0]);
    const genre = catalogue.items.map((film) => film.attributes['genre'][0]);
    const item = catalogue.items.findIndex((_, k) => {
      const same = catalogue.items.filter((_, other) => director[other] === director[k] && genre[other] === genre[k]);
      return same.length >= 5 && Math.abs(share(audience, sessionOf(0), k, 400) - 0.5) < 0.25;
    });
    const similar = [...catalogue.items.keys()].filter(
      (other) => other !== item && director[other] === director[item] && genre[other] === genre[item],
    );
    const unlike = [...catalogue.items.keys()].filter(
      (other) => director[other] !== director[item] && genre[other] !== genre[item],
    );
    const tired = share(audience, sessionOf(0, similar.slice(0, 4)), item, 4000);
    const fresh = share(audience, sessionOf(0, unlike.slice(0, 4)), item, 4000);
    // Four films of the same genre and director cost 4 x 0.6 in log-odds.
    const odds = (p: number): number => Math.log(p / (1 - p));
    expect(odds(fresh) - odds(tired)).toBeCloseTo(2.4, 0);
  });

  test('is the same for the same generator and another for another', () => {
    const answers = (seed: number): string => {
      const audience = createFilmResponses(catalogue, { users: 5, random: createRandom(seed) });
      const random = createRandom(1);
      return Array.from({ length: 400 }, (_, k) => audience.respond(sessionOf(k % 5), k, random, NO_STATE)).join('');
    };
    expect(answers(1)).toBe(answers(1));
    expect(answers(1)).not.toBe(answers(2));
  });

  test('of one user, for one film, has an answer', () => {
    const one = { ...catalogue, items: catalogue.items.slice(0, 1), prior: catalogue.prior.slice(0, 1) };
    const audience = createFilmResponses(
      { ...one, rating: catalogue.rating.slice(0, 1), year: catalogue.year.slice(0, 1) },
      { users: 1, random: createRandom(1) },
    );
    expect([0, 1]).toContain(audience.respond(sessionOf(0), 0, createRandom(1), NO_STATE));
  });

  test('of nobody is refused', () => {
    expect(() => createFilmResponses(catalogue, { users: 0, random: createRandom(1) })).toThrow(
      /users: expected an integer of at least 1/,
    );
  });
});
