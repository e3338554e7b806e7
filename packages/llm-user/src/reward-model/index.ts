/** The reward model and the simulated users that answer by it: what `@ialp/llm-user/reward-model` publishes. */
export {
  type FittedRewardModel,
  fitRewardModel,
  type RewardModelOptions,
  type RewardModelQuality,
} from './logistic-reward-model.js';
export { createPreferenceResponses, type PreferenceResponsesOptions } from './preference-responses.js';
