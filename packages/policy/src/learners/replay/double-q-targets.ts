import type { Transitions } from '../../experience/transitions.js';
import type { Network, States } from '../../network.js';

/**
 * `[rows]`: targets of double Q learning (van Hasselt et al. 2016), `r + gamma Q'(s', a*)` with `a* = argmax Q(s', .)` over the
 * allowed items. `r` alone if the session was terminated or no item is left to show.
 * @param next the next states, which restrict `a*` to what they allow.
 * @param bestItems finds `a*`, `[rows]`; -1 where nothing is allowed. Default: the item of greatest value.
 */
export function doubleQTargets(
  { reward, terminated, steps }: Pick<Transitions, 'reward' | 'terminated' | 'steps'>,
  next: States,
  network: Network,
  target: Network,
  discount: number,
  bestItems = greatestItems,
): Float32Array {
  const best = bestItems(network, next);
  const follows = target.actionValues(next).of(best.map((item) => Math.max(0, item)));
  return reward.map((now, row) =>
    best[row] < 0 || terminated[row] === 1 ? now : now + discount ** steps[row] * follows[row],
  );
}

function greatestItems(network: Network, states: States): Int32Array {
  return network.actionValues(states).top(1).items.slice();
}
