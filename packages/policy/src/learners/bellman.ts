import type { Transitions } from '../experience/transitions.js';
import type { Network, States } from '../network.js';

/** Older weights of a network, which its own are compared with; renewed every so many steps. */
export class TargetNetwork {
  readonly network: Network;
  readonly #source: Network;
  readonly #every: number;
  #steps = 0;

  constructor(source: Network, every: number) {
    this.network = source.copy();
    this.#source = source;
    this.#every = every;
  }

  /** One more step of the optimiser was made. */
  step(): void {
    if (++this.#steps % this.#every === 0) this.network.setWeights(this.#source.weights());
  }
}

/**
 * `[rows]`: `r + gamma Q'(s', a*)` with `a* = argmax Q(s', .)` over what may be shown: double Q learning (van Hasselt et al.
 * 2016). Where the person left, or nothing is left to show, `r`.
 * @param allowed the states that followed; another mask than theirs restricts what may be chosen.
 */
export function doubleQTargets(
  { reward, terminated }: Transitions,
  allowed: States,
  network: Network,
  target: Network,
  discount: number,
): Float32Array {
  const best = network.actionValues(allowed).top(1).items.slice();
  const follows = target.actionValues(allowed).of(best.map((item) => Math.max(0, item)));
  return reward.map((now, row) => (best[row] < 0 || terminated[row] === 1 ? now : now + discount * follows[row]));
}
