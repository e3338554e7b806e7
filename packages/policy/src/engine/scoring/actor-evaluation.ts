import { isAllowed, type Random } from '@ialp/core';
import { checkRandom } from '../../checks/arguments.js';
import { checkCount } from '../../checks/options.js';
import { checkChosen, checkSample } from '../../checks/states.js';
import { NothingAllowedError } from '../../errors.js';
import type { Evaluation } from '../../network.js';
import type { Action, Ranking, SampleOptions } from '../../policy.js';
import type { CatalogueScan } from './catalogue-scan.js';
import { rerank } from './ranking.js';
import type { ScoredStates, Scorer } from './scorer.js';

/** Candidates selected with 8-bit weights for each requested item. */
const CANDIDATES = 4;

/** The items of greatest score. With an 8-bit output layer, it selects more candidates and ranks them by the exact one. */
export function topItems(scan: CatalogueScan, scored: ScoredStates, exact: Scorer, count: number): Ranking {
  const { rows, items: all } = scored.states;
  checkCount(count, all);
  if (scored.scorer === exact) return scan.top(scored, count, false);
  const candidates = scan.top(scored, Math.max(count, Math.min(CANDIDATES * count, all)), false);
  return rerank(candidates, rows, count, (items) => scan.scores({ ...scored, scorer: exact }, items));
}

/**
 * The evaluation of an actor in encoded states. The pass over the catalogue is the larger part of a decision: it is made on the first
 * call, and only once.
 */
export class ActorEvaluation {
  readonly #scan: CatalogueScan;
  readonly #scored: ScoredStates;
  #ready = false;

  /** @param scored the states with the exact output layer, or its 8-bit approximation. */
  constructor(scan: CatalogueScan, scored: ScoredStates) {
    this.#scan = scan;
    this.#scored = scored;
  }

  methods(): Omit<Evaluation, 'value'> {
    return {
      propensity: (items) => this.#propensity(items),
      sample: (random, options) => this.#sample(random, options),
      top: (count) => this.#top(count),
    };
  }

  #softmax(): void {
    if (!this.#ready) this.#scan.softmax(this.#scored);
    this.#ready = true;
  }

  #propensity(items: Int32Array): Float32Array {
    const [scan, scored] = [this.#scan, this.#scored];
    const { states } = scored;
    const { rows } = states;
    const count = checkChosen(items, states);
    this.#softmax();
    if (count === 1) return scan.propensity(scored, items);
    const propensity = new Float32Array(rows * count);
    const column = (place: number): Int32Array =>
      Int32Array.from({ length: rows }, (_, row) => items[row * count + place]);
    const scores = Array.from({ length: count }, (_, place) => scan.allowedScores(scored, column(place)));
    for (let row = 0; row < rows; row++) {
      const softmax = scan.rowOf(row);
      for (let place = 0; place < count; place++) {
        const item = items[row * count + place];
        if (!isAllowed(states, row, item) || softmax.taken.includes(item)) break;
        propensity[row * count + place] = softmax.probability(scores[place][row]);
        const isLast = place === count - 1;
        if (isLast || !softmax.take(scored, item)) break;
      }
    }
    return propensity;
  }

  #sample(random: Random, options?: SampleOptions): Action {
    checkRandom(random, 'random', ['uniform']);
    const scored = this.#scored;
    const { rows, items: all } = scored.states;
    const count = checkSample(options, all);
    this.#softmax();
    const items = new Int32Array(rows * count);
    const propensity = new Float32Array(rows * count);
    for (let row = 0; row < rows; row++) {
      const softmax = this.#scan.rowOf(row);
      for (let place = 0; place < count; place++) {
        const { item, score } = softmax.draw(scored, random.uniform());
        items[row * count + place] = item;
        propensity[row * count + place] = softmax.probability(score);
        if (place === count - 1) break;
        if (!softmax.take(scored, item)) throw new NothingAllowedError(row, count);
      }
    }
    return { items, propensity };
  }

  #top(count: number): Ranking {
    checkCount(count, this.#scored.states.items);
    const ranking = this.#scan.top(this.#scored, count, !this.#ready);
    this.#ready = true;
    return this.#scan.toProbabilities(ranking);
  }
}
