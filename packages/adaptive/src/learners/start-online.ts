import { checkShare, InvalidOptionError } from '@ialp/core';
import type { Network } from '@ialp/policy';

/**
 * How the policy that learns online begins:
 * - a network of its own: cold, nothing of the pre-trained one;
 * - `warm`: a copy of the pre-trained network;
 * - `{ tempered: factor }`: a copy whose actor's output layer is scaled down. It keeps what was learned about states and
 *   takes back some certainty about items, so that it explores. 1 is warm, 0 shows all items equally often.
 */
export type OnlineStart = Network | 'warm' | { readonly tempered: number };

/**
 * The network with which the online policy begins; the pre-trained one is left as it is.
 * @throws {InvalidOptionError} for a factor outside 0 to 1, and another start.
 */
export function startOnline(pretrained: Network, start: OnlineStart): Network {
  if (start === 'warm') return pretrained.copy();
  if (typeof start !== 'object' || start === null || !('tempered' in start || 'copy' in start)) {
    throw new InvalidOptionError('start', start, "'warm', { tempered } or a network");
  }
  if ('tempered' in start) {
    checkShare('tempered', start.tempered);
    const network = pretrained.copy();
    network.scaleActor(start.tempered);
    return network;
  }
  return start;
}

/**
 * A-iALP_ft (Wang et al. 2025): begins with a copy of the pre-trained actor and critic and goes on training it on the
 * environment's own rewards. Same as a learner on `startOnline(pretrained, 'warm')`.
 */
export function fineTune<L>(pretrained: Network, createLearner: (network: Network) => L): L {
  return createLearner(startOnline(pretrained, 'warm'));
}
