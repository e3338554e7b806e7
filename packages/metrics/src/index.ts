export { createRandom, IalpError, InvalidOptionError, MissingPackageError, type Random } from '@ialp/core';
export type { InteractionLog } from '@ialp/core/log';
export { studentTQuantile } from './distributions/student-t.js';
export { InvalidLogError } from './errors.js';
export {
  aggregateCurves,
  type ConfidenceInterval,
  type ConfidenceIntervalOptions,
  type CurveInterval,
  confidenceInterval,
  pairedDifference,
} from './intervals/aggregate.js';
export { discountedReturns } from './sessions/discounted-returns.js';
export { type Episodes, episodesOf } from './sessions/episodes.js';
export { cumulativeRegret } from './sessions/regret.js';
export { type SplitByTimeOptions, splitByTime, type TimeSplit } from './sessions/split-by-time.js';
export { retention, type SurvivalCurve, survivalCurve } from './sessions/survival.js';
export { validateLog } from './sessions/validate-log.js';
export {
  cumulativeReward,
  earlyReward,
  finalReward,
  meanLength,
  meanRewardOfSessions,
  type RewardCurve,
  type RunLength,
  rewardCurve,
  type WindowOptions,
} from './sessions/windows.js';
