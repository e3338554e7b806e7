import type { Transitions } from '../../experience/transitions.js';
import type { Network, States } from '../../network.js';

/**
 * `[rows]`: targets of double Q learning (van Hasselt et al. 2016), `r + gamma Q'(s', a*)` with `a* = argmax Q(s', .)` over the
 * allowed items. `r` alone if the session was terminated or no item is left to show.
 * @param next the next states; their mask restricts `a*`.
 */
export function doubleQTargets(
  { reward, terminated }: Transitions,
  next: States,
  network: Network,
  target: Network,
  discount: number,
): Float32Array {
  const best = network.actionValues(next).top(1).items.slice();
  const follows = target.actionValues(next).of(best.map((item) => Math.max(0, item)));
  return reward.map((now, row) => (best[row] < 0 || terminated[row] === 1 ? now : now + discount * follows[row]));
}
