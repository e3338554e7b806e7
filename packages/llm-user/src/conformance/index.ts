export { type AsyncConformanceCheck, ConformanceError } from '@ialp/core/testing';
export { embeddingModelChecks } from './embedding-model-checks.js';
export { type LanguageModelCheckOptions, languageModelChecks } from './language-model-checks.js';
export {
  type MakePreferenceSource,
  type PreferenceSourceCheckOptions,
  preferenceSourceChecks,
} from './preference-source-checks.js';
export { type ReplyStoreCheckOptions, replyStoreChecks } from './reply-store-checks.js';
export {
  type MakeRewardModel,
  type RewardModelCheckOptions,
  rewardModelChecks,
} from './reward-model-checks.js';
