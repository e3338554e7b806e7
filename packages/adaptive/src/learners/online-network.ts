import { checkMethods, checkOptionNames, checkShare, described, InvalidOptionError } from '@ialp/core';
import type { Network } from '@ialp/policy';
import { checkFunction } from '../checks.js';

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
 * @throws {InvalidOptionError} for a factor outside 0 to 1, another value of `start`, or a network that is the pre-trained one or for
 *   another catalogue.
 */
export function createOnlineNetwork(pretrained: Network, start: OnlineStart): Network {
  checkMethods('pretrained', pretrained, ['copy', 'scaleActor'], 'a network, such as createNetwork makes');
  if (start === 'warm') return pretrained.copy();
  if (typeof start !== 'object' || start === null || !('logitScale' in start || 'copy' in start)) {
    throw new InvalidOptionError('start', start, "'warm', { logitScale } or a network");
  }
  if ('logitScale' in start) {
    checkOptionNames(start, ['logitScale']);
    checkShare('logitScale', start.logitScale);
    const network = pretrained.copy();
    network.scaleActor(start.logitScale);
    return network;
  }
  if (start === pretrained) {
    const expected = "another network, or 'warm' for a copy: the pre-trained network must not be trained";
    throw new InvalidOptionError('start', described('the pre-trained network'), expected);
  }
  if (start.items !== pretrained.items) {
    const found = described(`one for ${start.items} items`);
    throw new InvalidOptionError('start', found, `a network for the catalogue of ${pretrained.items} items`);
  }
  return start;
}

/**
 * A-iALP_ft (Wang et al. 2025): a learner that continues to train a copy of the pre-trained actor and critic on real rewards. The
 * same as `createLearner(createOnlineNetwork(pretrained, 'warm'))`.
 */
export function createFineTuningLearner<L>(pretrained: Network, createLearner: (network: Network) => L): L {
  checkFunction('createLearner', createLearner, 'a function, such as (network) => createA2C({ network })');
  return createLearner(createOnlineNetwork(pretrained, 'warm'));
}
