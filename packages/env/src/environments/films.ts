import type { Environment } from '@ialp/core';
import type { FilmCatalogue } from '../datasets/readers/films.js';
import { createFilmResponses, type FilmResponsesOptions } from '../models/film-responses.js';
import { checkOptions } from '../options.js';
import { createDistractionRule } from '../rules/distraction.js';
import { createPatienceRule } from '../rules/patience.js';
import { createSimulator, type SimulatorOptions } from '../simulator/simulator.js';

/** Options of `createFilmsEnvironment`. */
export interface FilmsEnvironmentOptions
  extends FilmResponsesOptions,
    Pick<
      SimulatorOptions,
      'userPool' | 'sessions' | 'historyLength' | 'maxTurns' | 'protocol' | 'slate' | 'seed' | 'terminationRules'
    > {
  /** Films from `readFilms`. */
  readonly catalogue: FilmCatalogue;
}

/** A user leaves after this many consecutive films that they did not take. */
const PATIENCE = 4;
/** A user leaves after any film with this probability. */
const DISTRACTION = 0.02;

/**
 * The `films` environment: real films and the made-up audience of `createFilmResponses`. Reward is 1 for a film taken, 0 for
 * one passed over. A user leaves after four misses in a row, or by chance (2 % per turn); no film is shown twice in a
 * session.
 * @throws {InvalidOptionError}
 */
export function createFilmsEnvironment(options: FilmsEnvironmentOptions): Environment {
  checkOptions(options, '{ catalogue: await readFilms(), random: createRandom(1) }');
  const { catalogue, users, random, ...simulator } = options;
  return createSimulator({
    name: 'films',
    responses: createFilmResponses(catalogue, users === undefined ? { random } : { users, random }),
    terminationRules: [createPatienceRule({ misses: PATIENCE }), createDistractionRule({ probability: DISTRACTION })],
    ...simulator,
  });
}
