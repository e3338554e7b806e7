import { isAllowed, type Random } from '@ialp/core';
import { checkRandom } from '../../checks/arguments.js';
import { checkCount } from '../../checks/options.js';
import { checkChosen, checkSample } from '../../checks/states.js';
import { NothingAllowedError } from '../../errors.js';
import type { Evaluation, States } from '../../network.js';
import type { Action, Ranking, SampleOptions } from '../../policy.js';
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
  return rerank(candidates, states.rows, count, (items) => scan.scores(states, state, exact, items));
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
      sample: (random, options) => this.#sample(random, options),
      top: (count) => this.#top(count),
    };
  }

  #softmax(): void {
    if (!this.#ready) this.#scan.softmax(this.#states, this.#state, this.#scorer);
    this.#ready = true;
  }

  #propensity(items: Int32Array): Float32Array {
    const { rows } = this.#states;
    const count = checkChosen(items, this.#states);
    this.#softmax();
    if (count === 1) return this.#scan.propensity(this.#states, this.#state, this.#scorer, items);
    const propensity = new Float32Array(rows * count);
    const column = (place: number): Int32Array =>
      Int32Array.from({ length: rows }, (_, row) => items[row * count + place]);
    const scores = Array.from({ length: count }, (_, place) =>
      this.#scan.scores(this.#states, this.#state, this.#scorer, column(place)),
    );
    for (let row = 0; row < rows; row++) {
      const softmax = this.#scan.rowOf(row);
      for (let place = 0; place < count; place++) {
        const item = items[row * count + place];
        if (!isAllowed(this.#states, row, item) || softmax.taken.includes(item)) break;
        propensity[row * count + place] = Math.exp(scores[place][row] - softmax.top) / softmax.total;
        const isLast = place === count - 1;
        if (isLast || !this.#scan.take(this.#states, this.#state, this.#scorer, softmax, item)) break;
      }
    }
    return propensity;
  }

  #sample(random: Random, options?: SampleOptions): Action {
    checkRandom(random, 'random', ['uniform']);
    const { rows, items: all } = this.#states;
    const count = checkSample(options, all);
    this.#softmax();
    const [scan, states, state, scorer] = [this.#scan, this.#states, this.#state, this.#scorer];
    const items = new Int32Array(rows * count);
    for (let row = 0; row < rows; row++) {
      const softmax = scan.rowOf(row);
      for (let place = 0; place < count; place++) {
        const item = scan.draw(states, state, scorer, softmax, random.uniform());
        items[row * count + place] = item;
        if (place === count - 1) break;
        if (!scan.take(states, state, scorer, softmax, item)) throw new NothingAllowedError(row, count);
      }
    }
    return { items, propensity: this.#propensity(items) };
  }

  #top(count: number): Ranking {
    const [scan, states, state] = [this.#scan, this.#states, this.#state];
    const ranking = topItems(scan, states, state, this.#exact, this.#scorer, count, !this.#ready);
    this.#ready = true;
    return scan.toProbabilities(ranking);
  }
}
