import { type Environment, InvalidOptionError } from '@ialp/core';
import type { FilmCatalogue } from '../datasets/readers/films.js';
import { type FilmAudienceOptions, filmAudience } from '../models/film-audience.js';
import { checkOptions } from '../options.js';
import { distraction } from '../rules/distraction.js';
import { patience } from '../rules/patience.js';
import { createSimulator, type SimulatorOptions } from '../simulator/simulator.js';

/** Options of `createFilms`. */
export interface FilmsOptions
  extends FilmAudienceOptions,
    Pick<
      SimulatorOptions,
      'users' | 'sessions' | 'historyLength' | 'maxTurns' | 'protocol' | 'slate' | 'seed' | 'exits'
    > {
  /** Films, as `readFilms` gives them. */
  readonly catalogue: FilmCatalogue;
}

/** A person leaves after this many films in a row that they did not take. */
const PATIENCE = 4;
/** And after any film with this probability, whatever they thought of it. */
const DISTRACTION = 0.02;

/**
 * The `films` environment: real films and the made-up audience of `filmAudience`. Reward is 1 for a film taken, 0 for
 * one passed over. A person leaves after four misses in a row, or by chance (2 % a turn); no film is shown twice in a
 * session.
 * @throws {InvalidOptionError}
 */
export function createFilms(options: FilmsOptions): Environment {
  checkOptions(options, '{ catalogue: await readFilms(), random: createRandom(1) }');
  const { catalogue, people, random, ...simulator } = options;
  if (!Array.isArray(catalogue?.items)) {
    throw new InvalidOptionError('catalogue', catalogue, 'a catalogue of films, such as readFilms gives');
  }
  return createSimulator({
    name: 'films',
    responses: filmAudience(catalogue, people === undefined ? { random } : { people, random }),
    exits: [patience({ misses: PATIENCE }), distraction({ probability: DISTRACTION })],
    ...simulator,
  });
}
