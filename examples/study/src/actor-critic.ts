import { createA2C, type Learner, type Network } from '@ialp/policy';
import type { Parameters } from './method.js';
import { SETTINGS } from './settings.js';

/** The actor-critic of all methods that have one. */
export function actorCritic(network: Network, parameters: Parameters): Learner & { readonly network: Network } {
  return createA2C({ network, ...SETTINGS.learner, ...parameters });
}
