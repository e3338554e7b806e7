export { type AsyncConformanceCheck, ConformanceError } from '@ialp/core/testing';
export { embeddingModelChecks } from './conformance/embedding-model-checks.js';
export { type LanguageModelCheckOptions, languageModelChecks } from './conformance/language-model-checks.js';
export {
  type MakePreferenceSource,
  type PreferenceSourceCheckOptions,
  preferenceSourceChecks,
} from './conformance/preference-source-checks.js';
export { type ReplyStoreCheckOptions, replyStoreChecks } from './conformance/reply-store-checks.js';
export {
  type MakeRewardModel,
  type RewardModelCheckOptions,
  rewardModelChecks,
} from './conformance/reward-model-checks.js';
