import type { Random } from '@ialp/core';
import { checkRandom } from '../../checks/arguments.js';
import { checkCount } from '../../checks/options.js';
import { checkChosen } from '../../checks/states.js';
import type { Evaluation, Ranking, States } from '../../network.js';
import type { Action } from '../../policy.js';
import type { Address } from '../arena.js';
import type { CatalogueScan } from './catalogue-scan.js';
import { rerank } from './ranking.js';
import type { Scorer } from './scorer.js';

/** Candidates selected with 8-bit weights for each requested item. */
const CANDIDATES = 4;

/**
 * The items of greatest score. With an 8-bit output layer, it selects more candidates and ranks them by the exact one.
 * @param withSoftmax whether to compute the softmax, as `scan.softmax`, in the same pass.
 */
export function topItems(
  scan: CatalogueScan,
  states: States,
  state: Address,
  exact: Scorer,
  scorer: Scorer,
  count: number,
  withSoftmax = false,
): Ranking {
  checkCount(count, states.items);
  if (scorer === exact) return scan.top(states, state, scorer, count, withSoftmax);
  const candidates = scan.top(
    states,
    state,
    scorer,
    Math.max(count, Math.min(CANDIDATES * count, states.items)),
    withSoftmax,
  );
  return rerank(candidates, states.sessions, count, (items) => scan.scores(states, state, exact, items));
}

/**
 * The evaluation of an actor in encoded states. The pass over the catalogue is the larger part of a decision: it is made on the first
 * call, and only once.
 */
export class ActorEvaluation {
  readonly #scan: CatalogueScan;
  readonly #states: States;
  readonly #state: Address;
  readonly #exact: Scorer;
  readonly #scorer: Scorer;
  #ready = false;

  /** @param scorer the exact output layer, or its 8-bit approximation. */
  constructor(scan: CatalogueScan, states: States, state: Address, exact: Scorer, scorer: Scorer) {
    this.#scan = scan;
    this.#states = states;
    this.#state = state;
    this.#exact = exact;
    this.#scorer = scorer;
  }

  methods(): Omit<Evaluation, 'value'> {
    return {
      propensity: (items) => this.#propensity(items),
      sample: (random) => this.#sample(random),
      top: (count) => this.#top(count),
    };
  }

  #softmax(): void {
    if (!this.#ready) this.#scan.softmax(this.#states, this.#state, this.#scorer);
    this.#ready = true;
  }

  #propensity(items: Int32Array): Float32Array {
    checkChosen(items, this.#states);
    this.#softmax();
    return this.#scan.propensity(this.#states, this.#state, this.#scorer, items);
  }

  #sample(random: Random): Action {
    checkRandom(random, 'random', ['uniform']);
    this.#softmax();
    const items = this.#scan.sample(this.#states, this.#state, this.#scorer, random);
    return { items, propensity: this.#propensity(items) };
  }

  #top(count: number): Ranking {
    const [scan, states, state] = [this.#scan, this.#states, this.#state];
    const ranking = topItems(scan, states, state, this.#exact, this.#scorer, count, !this.#ready);
    this.#ready = true;
    return scan.toProbabilities(ranking);
  }
}
