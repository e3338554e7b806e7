export { InvalidOptionError } from '@ialp/core';
export { createRecommender } from './deciding/create-recommender.js';
export type { RecommenderOptions } from './deciding/recommender-options.js';
export type { DeploymentRules, RewardRule } from './deployment/rules.js';
export { EventLogError, ModelStoreError, RequestError, type RequestProblem } from './errors.js';
export type { AppendOptions, EventLog, LogBatch, LogPosition, ReadEventsOptions } from './event-log.js';
export type {
  ActivationEvent,
  DecisionEvent,
  ErasureEvent,
  FeedbackEvent,
  ItemEvent,
  ItemRemovalEvent,
  RetractionEvent,
  ServedItem,
  ServeEvent,
  SessionEndEvent,
} from './events.js';
export type { EmbedTexts } from './learning/catalogue.js';
export type { DeploymentOptions, LearningOptions } from './learning/learner-options.js';
export { type RunLearnerOptions, runLearner } from './learning/run-learner.js';
export { createMemoryEventLog, type MemoryEventLog, type MemoryEventLogOptions } from './memory/event-log.js';
export { createMemoryModelStore, type MemoryModelStore } from './memory/model-store.js';
export type { ModelStore, PutOptions, StoredModel } from './model-store.js';
export type {
  ArmStatus,
  FeedbackRequest,
  Mode,
  Observed,
  ObserveRequest,
  Recommendation,
  RecommendedItem,
  Recommender,
  RecommenderStatus,
  RecommendRequest,
  RetractRequest,
} from './recommender.js';
