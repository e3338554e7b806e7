import { createA2C, type Learner, type Network } from '@ialp/policy';
import type { Parameters } from './method.js';
import { SETTINGS } from './settings.js';

/** Rollout length without tuning, such as for the log of the offline learners. */
const UNTUNED_ROLLOUT = 10;

/** Creates the actor-critic of all methods that have one. */
export function actorCritic(network: Network, parameters: Parameters): Learner & { readonly network: Network } {
  return createA2C({ network, rolloutLength: UNTUNED_ROLLOUT, ...SETTINGS.learner, ...parameters });
}
