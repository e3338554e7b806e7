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
  /** Whether the interval needs to know the range of terms: estimators of which it does not follow are left out. */
  readonly needsRange: boolean;
}

/** What a policy is judged by: decisions alone, or decisions of trajectories; with predictions of a model or without. */
export type JudgedLog = (BanditLog | ModelledBanditLog) & { readonly trajectory?: ArrayLike<number> };

/** Every estimator that the log has the columns for. */
export function estimatesOf(log: JudgedLog, options: AllEstimatesOptions): Record<string, ValueEstimate> {
  return isOfTrajectories(log) ? trajectoryEstimates(log, options) : banditEstimates(log, options);
}

/** How far the weights can be trusted. */
export function diagnosisOf(log: JudgedLog): OpeDiagnosis {
  return isOfTrajectories(log) ? diagnoseTrajectories(log) : diagnose(log);
}

/** The estimator for selecting a policy: doubly robust if all policies have a model, so that all use the same one. */
export function choosingEstimate(
  isModelled: boolean,
  discount: number,
): (log: JudgedLog, options: EstimateOptions) => ValueEstimate {
  return (log, options) => {
    const all = { ...options, discount };
    if (isModelled && 'qHat' in log) {
      return isOfTrajectories(log) ? sequentialDoublyRobust(log, all) : doublyRobust(log, options);
    }
    return isOfTrajectories(log) ? weightedPerDecisionIps(log, all) : snips(log, options);
  };
}

function isOfTrajectories<Log extends JudgedLog>(log: Log): log is Log & TrajectoryLog {
  return log.trajectory !== undefined;
}

/** Every estimator of decisions that the log has the columns for. */
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

/** Every estimator of trajectories that the log has the columns for. */
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
