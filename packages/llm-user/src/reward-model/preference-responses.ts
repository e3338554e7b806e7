import { described, InvalidOptionError, type ResponseModel } from '@ialp/core';
import { checkOptions, checkUsers } from '../check-inputs.js';
import type { UserState } from '../preference-source.js';
import type { ModeledUser, RewardModel } from '../reward-model.js';

/** Options of `createPreferenceResponses`. */
export interface PreferenceResponsesOptions {
  /** Predicts the responses. */
  readonly rewardModel: RewardModel;
  /** The users: seed sessions. Their history is hidden from the policy, as at a first visit. */
  readonly users: readonly UserState[];
}

/**
 * Language-model users as a `ResponseModel` (the interaction-augmented part of iALP, Wang et al. 2025). A simulator adds sessions,
 * protocols and termination rules: `createSimulator({ name, responses: createPreferenceResponses({ rewardModel, users }), terminationRules: [createPatienceRule({ misses: 4 })] })`. Feedback is 1 with the probability that the reward
 * model predicts, else 0; each answer joins what the user's next answers depend on. User `k` is `users[k]`.
 *
 * Use each response model in one simulator only: it holds the users of its sessions. So the simulator cannot be checkpointed; `runOnline`
 * resumes by the log.
 * @throws {InvalidOptionError} without users.
 */
export function createPreferenceResponses(options: PreferenceResponsesOptions): ResponseModel {
  checkOptions(options, '{ rewardModel, users }', ['rewardModel', 'users']);
  const { rewardModel, users } = options;
  checkUsers(rewardModel, users);
  // A simulator has a numeric state array per session; it identifies the simulated user, which does not fit into numbers.
  const present = new WeakMap<Float64Array, ModeledUser>();
  const userOf = (state: Float64Array): ModeledUser => {
    const user = present.get(state);
    if (user === undefined)
      throw new InvalidOptionError('state', described('one of no session'), 'the state that begin was given');
    return user;
  };
  return {
    specificationVersion: 'v1',
    users: users.length,
    items: rewardModel.items,
    rewardRange: [0, 1],
    window: 0,
    stateSize: 1,
    hasOtherState: true,
    begin: (state, { user }) => void present.set(state, rewardModel.user(users[user])),
    respond: (_session, item, random, state) => (random.uniform() < userOf(state).probability(item).mean ? 1 : 0),
    update: (state, _session, item, feedback) => userOf(state).observe(item, feedback),
  };
}
