import { checkShare, InvalidOptionError } from '@ialp/core';
import type { Network } from '@ialp/policy';

/**
 * The initial network of the policy that learns online:
 * - a network: a cold start, without the pre-trained weights;
 * - `warm`: a copy of the pre-trained network;
 * - `{ logitScale }`: a copy whose logits are multiplied by this factor, the inverse of a softmax temperature. The state encoder is
 *   as pre-trained, but the policy is less certain about items and explores more. 1 is warm, 0 is a uniform policy.
 */
export type OnlineStart = Network | 'warm' | { readonly logitScale: number };

/**
 * Makes the initial network of the online policy. The pre-trained network is not changed.
 * @throws {InvalidOptionError} for a factor outside 0 to 1, or another value of `start`.
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
 * A-iALP_ft (Wang et al. 2025): a learner that continues to train a copy of the pre-trained actor and critic on real rewards. The
 * same as `createLearner(createOnlineNetwork(pretrained, 'warm'))`.
 */
export function createFineTuningLearner<L>(pretrained: Network, createLearner: (network: Network) => L): L {
  return createLearner(createOnlineNetwork(pretrained, 'warm'));
}
