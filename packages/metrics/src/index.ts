export {
  aggregateCurves,
  type CurveInterval,
  type IntervalOptions,
  type MeanInterval,
  meanInterval,
  pairedDifference,
} from './aggregate.js';
export { type Episodes, episodesOf } from './episodes.js';
export { InvalidLogError, InvalidOptionError, MetricsError, MissingPackageError } from './errors.js';
export type { InteractionLog } from './interaction-log.js';
export { studentTQuantile } from './student-t.js';
export { validateLog } from './validate-log.js';
export {
  type Budget,
  cumulativeReward,
  earlyReward,
  finalReward,
  meanLength,
  meanRewardOfSessions,
  type RewardCurve,
  rewardCurve,
  type WindowOptions,
} from './windows.js';
