import { InvalidOptionError, type ResponseModel } from '@ialp/core';
import { requireOptions, requirePeople } from '../check-inputs.js';
import type { PersonState } from '../preference-source.js';
import type { ModelledPerson, RewardModel } from '../reward-model.js';

/** Options of `preferenceResponses`. */
export interface PreferenceResponsesOptions {
  /** Answers for the people. */
  readonly rewardModel: RewardModel;
  /** Who may come: seed sessions. What they met before stays hidden from the policy, as at a first visit. */
  readonly people: readonly PersonState[];
}

/**
 * Language-model users as a `ResponseModel` (the interaction-augmented part of iALP, Wang et al. 2025). A simulator adds sessions,
 * protocols and exit rules: `createSimulator({ name, responses: preferenceResponses({ rewardModel, people }), exits: [patience({ misses: 4 })] })`. Feedback is 1 with the likelihood that the reward
 * model predicts, else 0; each answer joins what the person's next answers depend on. User `k` is `people[k]`.
 *
 * One response model is for one simulator: it follows the people of its sessions.
 * @throws {InvalidOptionError} without people.
 */
export function preferenceResponses(options: PreferenceResponsesOptions): ResponseModel {
  requireOptions(options, '{ rewardModel, people }');
  const { rewardModel, people } = options;
  requirePeople(rewardModel, people);
  // A simulator keeps one array of numbers for each of its sessions; the person behind it is more than numbers.
  const present = new WeakMap<Float64Array, ModelledPerson>();
  const personOf = (state: Float64Array): ModelledPerson => {
    const person = present.get(state);
    if (person === undefined)
      throw new InvalidOptionError('state', 'one of no session', 'the state that begin was given');
    return person;
  };
  return {
    users: people.length,
    items: rewardModel.items,
    rewardRange: [0, 1],
    window: 0,
    stateSize: 1,
    begin: (state, { user }) => void present.set(state, rewardModel.person(people[user])),
    respond: (_session, item, random, state) => (random.uniform() < personOf(state).likelihood(item).mean ? 1 : 0),
    update: (state, _session, item, feedback) => personOf(state).observe(item, feedback),
  };
}
