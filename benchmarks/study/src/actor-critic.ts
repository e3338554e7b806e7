import { createA2C, type Learner, type Network } from '@ialp/policy';
import type { Parameters } from './method.js';
import { SETTINGS } from './settings.js';

/** Steps of an update where nothing was tuned, such as while the offline learners' log is gathered. */
const UNTUNED_ROLLOUT = 10;

/** The actor-critic of all methods that have one. */
export function actorCritic(network: Network, parameters: Parameters): Learner & { readonly network: Network } {
  return createA2C({ network, rolloutLength: UNTUNED_ROLLOUT, ...SETTINGS.learner, ...parameters });
}
