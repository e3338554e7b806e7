/** Collecting preferences: what `@ialp/llm-user/preferences` publishes. */
export { type Budget, BudgetExceededError, type Spending, type TokenPrice } from './budget.js';
export { type CandidateSampler, createPopularitySampler, createRandomSampler } from './candidate-samplers.js';
export { type CatalogueStatesOptions, sampleCatalogueStates } from './catalogue-states.js';
export { type CheckAnswersOptions, CollectionError, checkAnswers } from './check-answers.js';
export { RunStoppedError } from './circuit-breaker.js';
export {
  type CollectOptions,
  collectPreferences,
  type FailedQuestion,
  type Preference,
  type PreferenceCollection,
  streamPreferences,
} from './collect-preferences.js';
export { type LoggedStatesOptions, sampleLoggedStates } from './logged-states.js';
export { createPersonas } from './personas.js';
export { type CollectionPlan, type PlanOptions, planCollection } from './plan.js';
export { type ProbeOptions, probeModel } from './probe-model.js';
export type { CollectionProgress, CollectionSummary, StopCause } from './progress-tracker.js';
export type { CandidateGroup, QuestionOptions } from './questions.js';
export { type CollectInRoundsOptions, type CollectionInRounds, collectPreferencesInRounds } from './rounds.js';
export { createUncertaintySampler, type UncertaintySamplerOptions } from './uncertainty-sampler.js';
