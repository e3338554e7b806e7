import { checkShare, InvalidOptionError } from '@ialp/core';
import type { Network } from '@ialp/policy';

/**
 * How the policy that learns online begins:
 * - a network of its own: cold, nothing of the pre-trained one;
 * - `warm`: a copy of the pre-trained network;
 * - `{ logitScale: factor }`: a copy whose actor's output layer is scaled down. It keeps what was learned about states and
 *   takes back some certainty about items, so that it explores. 1 is warm, 0 shows all items equally often.
 */
export type OnlineStart = Network | 'warm' | { readonly logitScale: number };

/**
 * The network with which the online policy begins; the pre-trained one is left as it is.
 * @throws {InvalidOptionError} for a factor outside 0 to 1, and another start.
 */
export function createOnlineNetwork(pretrained: Network, start: OnlineStart): Network {
  if (start === 'warm') return pretrained.copy();
  if (typeof start !== 'object' || start === null || !('logitScale' in start || 'copy' in start)) {
    throw new InvalidOptionError('start', start, "'warm', { logitScale } or a network");
  }
  if ('logitScale' in start) {
    checkShare('logitScale', start.logitScale);
    const network = pretrained.copy();
    network.scaleActor(start.logitScale);
    return network;
  }
  return start;
}

/**
 * A-iALP_ft (Wang et al. 2025): begins with a copy of the pre-trained actor and critic and goes on training it on the
 * environment's own rewards. Same as a learner on `createOnlineNetwork(pretrained, 'warm')`.
 */
export function createFineTuningLearner<L>(pretrained: Network, createLearner: (network: Network) => L): L {
  return createLearner(createOnlineNetwork(pretrained, 'warm'));
}
