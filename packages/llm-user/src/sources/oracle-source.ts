import { checkInteger, checkShare, InvalidOptionError } from '@ialp/core';
import { checkOptions, checkQuestion } from '../check-inputs.js';
import type { PreferenceQuestion, PreferenceSource, UserState } from '../preference-source.js';
import { fnv1a } from '../text/fnv1a.js';

/** Options of `createOracleSource`. */
export interface OracleOptions {
  /** The true probability that a user likes an item, for example from a simulator or from held-out ratings. */
  readonly probability: (state: UserState, item: number) => number;
  /** Share of answers that are inverted to `1 - probability`: 0 for none, 0.5 for noise, 1 for all. Default 0. */
  readonly errorRate?: number;
  /** Together with the user and the item it determines which answers are inverted. A 32-bit unsigned integer. Default 0. */
  readonly seed?: number;
}

/**
 * A source that knows the truth and errs at a given rate: for tests, and for studies of the effect of a wrong language model. Whether an answer
 * is inverted depends only on the seed, the user and the item.
 * @throws {InvalidOptionError}; also from `ask`, for a `probability` that is not from 0 to 1.
 */
export function createOracleSource(options: OracleOptions): PreferenceSource {
  checkOptions(options, '{ probability: (state, item) => 0.5 }', ['probability', 'errorRate', 'seed']);
  const { probability, errorRate = 0, seed = 0 } = options;
  if (typeof probability !== 'function')
    throw new InvalidOptionError('probability', probability, 'a function of the state and the item');
  checkShare('errorRate', errorRate);
  checkInteger('seed', seed, 0, 2 ** 32 - 1);
  const errs = ({ items, feedback, persona }: UserState, item: number): boolean =>
    spread(fnv1a(JSON.stringify([seed, items, feedback, persona ?? null, item]))) / 2 ** 32 < errorRate;
  return {
    specificationVersion: 'v1',
    model: `oracle, wrong in ${Number((100 * errorRate).toFixed(4))} %`,
    promptVersion: 'oracle.v1',
    async ask(question: PreferenceQuestion) {
      checkQuestion(question);
      const { state, candidates } = question;
      const answers = candidates.map((item) => {
        const truth = probability(state, item);
        checkShare(`probability(state, ${item})`, truth);
        return errs(state, item) ? 1 - truth : truth;
      });
      return { probabilities: answers, raw: JSON.stringify(answers) };
    },
  };
}

/** Spreads the last bytes of a text over all bits of its hash, which FNV-1a does not (the end of MurmurHash3). */
function spread(hash: number): number {
  let mixed = Math.imul(hash ^ (hash >>> 16), 0x85ebca6b);
  mixed = Math.imul(mixed ^ (mixed >>> 13), 0xc2b2ae35);
  return (mixed ^ (mixed >>> 16)) >>> 0;
}
