import type { BanditLog, ModelledBanditLog } from '../ope/bandit-log.js';
import { diagnose, diagnoseTrajectories, type OpeDiagnosis } from '../ope/diagnosis.js';
import {
  clippedIps,
  directMethod,
  doublyRobust,
  ips,
  shrinkageDoublyRobust,
  snips,
  switchDoublyRobust,
} from '../ope/estimators.js';
import {
  fittedQEvaluation,
  perDecisionIps,
  sequentialDoublyRobust,
  type TrajectoryLog,
  trajectoryIps,
  weightedPerDecisionIps,
  weightedTrajectoryIps,
} from '../ope/trajectories.js';
import type { EstimateOptions, ValueEstimate } from '../ope/value-estimate.js';

/** Options of all estimators together. */
export interface AllEstimatesOptions extends EstimateOptions {
  readonly bound: number;
  readonly discount: number;
  /** Whether the interval needs the range of the terms; estimators without a known range are then omitted. */
  readonly needsRange: boolean;
}

/** A log to evaluate a policy on: single decisions, or trajectories if it has that column; with or without a model. */
export type LogToEvaluate = (BanditLog | ModelledBanditLog) & { readonly trajectory?: ArrayLike<number> };

/** All estimators for which the log has the columns. */
export function estimatesOf(log: LogToEvaluate, options: AllEstimatesOptions): Record<string, ValueEstimate> {
  return hasTrajectories(log) ? trajectoryEstimates(log, options) : banditEstimates(log, options);
}

/** Diagnosis of the weights. */
export function diagnosisOf(log: LogToEvaluate): OpeDiagnosis {
  return hasTrajectories(log) ? diagnoseTrajectories(log) : diagnose(log);
}

/** The estimator for selecting a policy: doubly robust if all policies have a model, so that all use the same one. */
export function selectionEstimator(
  isModelled: boolean,
  discount: number,
): (log: LogToEvaluate, options: EstimateOptions) => ValueEstimate {
  return (log, options) => {
    const all = { ...options, discount };
    if (isModelled && 'qHat' in log) {
      return hasTrajectories(log) ? sequentialDoublyRobust(log, all) : doublyRobust(log, options);
    }
    return hasTrajectories(log) ? weightedPerDecisionIps(log, all) : snips(log, options);
  };
}

function hasTrajectories<Log extends LogToEvaluate>(log: Log): log is Log & TrajectoryLog {
  return log.trajectory !== undefined;
}

/** All estimators of single decisions for which the log has the columns. */
function banditEstimates(
  log: BanditLog | ModelledBanditLog,
  options: AllEstimatesOptions,
): Record<string, ValueEstimate> {
  return {
    IPS: ips(log, options),
    'clipped IPS': clippedIps(log, options),
    'self-normalised IPS': snips(log, options),
    ...('qHat' in log && {
      'direct method': directMethod(log, options),
      'doubly robust': doublyRobust(log, options),
      'SWITCH-DR': switchDoublyRobust(log, options),
      'shrinkage DR': shrinkageDoublyRobust(log, options),
    }),
  };
}

/** All estimators of trajectories for which the log has the columns. */
function trajectoryEstimates(
  log: TrajectoryLog & (BanditLog | ModelledBanditLog),
  options: AllEstimatesOptions,
): Record<string, ValueEstimate> {
  return {
    'trajectory IPS': trajectoryIps(log, options),
    'weighted trajectory IPS': weightedTrajectoryIps(log, options),
    'per-decision IPS': perDecisionIps(log, options),
    ...(!options.needsRange && { 'weighted per-decision IPS': weightedPerDecisionIps(log, options) }),
    ...('qHat' in log && {
      ...(!options.needsRange && { 'sequential doubly robust': sequentialDoublyRobust(log, options) }),
      'fitted Q evaluation': fittedQEvaluation(log, options),
    }),
  };
}
