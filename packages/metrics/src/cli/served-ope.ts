import { type JoinedDecision, type ServedLog, selectDecisions, servedLogOf } from '../logs/serve/index.js';
import { slateIps } from '../ope/slates.js';
import type { ValueEstimate } from '../ope/value-estimate.js';
import { type CommandOutput, UsageError } from './context.js';
import { type AllEstimatesOptions, diagnosisOf, estimatesOf, type LogToEvaluate } from './ope-estimates.js';
import { readServed, type ServedValues, selectionOf } from './served-options.js';
import { loggedPolicies, readServedPolicy, type ServedPolicy } from './served-policies.js';

/** A policy on the log of a deployment, with its estimates. */
export interface ServedEvaluation {
  readonly policy: string;
  readonly rows: number;
  readonly log: LogToEvaluate;
  readonly estimates: Readonly<Record<string, ValueEstimate>>;
  readonly effectiveSampleSize: number;
  readonly warnings: readonly string[];
}

/** How to evaluate policies on the log of a deployment. */
export interface ServedOpeOptions {
  readonly folder: string;
  readonly values: ServedValues & { readonly target?: string[] | undefined; readonly trajectories: boolean };
  readonly estimates: AllEstimatesOptions;
  readonly say: CommandOutput['say'];
}

/**
 * Evaluates policies on the log of a deployment: those of the files, or those that the log knows. A policy is judged on sessions that began after
 * the events that it learned from.
 * @throws {UsageError} if there is no policy to evaluate.
 */
export async function evaluateServed(options: ServedOpeOptions): Promise<ServedEvaluation[]> {
  const { folder, values, say } = options;
  const selection = selectionOf(values);
  const files = values.target && (await Promise.all(values.target.map(readServedPolicy)));
  const { decisions: all } = await readServed(folder, values, say);
  const learned = Math.max(...(files ?? []).map(({ learnedUntil = Number.NEGATIVE_INFINITY }) => learnedUntil));
  const from = selection.from ?? (Number.isFinite(learned) ? learned : undefined);
  if (selection.from === undefined && from !== undefined) {
    say(
      `Judged on sessions that began at ${new Date(from).toISOString()} or later, after the events that were learned from.`,
    );
  }
  const { trajectories: wholeSessions } = values;
  const decisions = selectDecisions(all, { ...selection, ...(from !== undefined && { from }), wholeSessions });
  const policies = files ?? loggedPolicies(decisions);
  if (policies.length === 0) {
    throw new UsageError('ope: the log has propensities of one policy alone: name another one with --target.');
  }
  return policies.map((policy) => evaluationOf(policy, decisions, from, options));
}

function evaluationOf(
  policy: ServedPolicy,
  decisions: readonly JoinedDecision[],
  from: number | undefined,
  { values, estimates }: ServedOpeOptions,
): ServedEvaluation {
  const served = servedLogOf(decisions, policy.target);
  const { trajectory: _, ...single } = served;
  const log: LogToEvaluate = values.trajectories ? served : single;
  const { slots } = served;
  const isSlate = slots > 1;
  if (isSlate && values.trajectories) {
    throw new UsageError(`--trajectories: expected slates of one item; found ${slots}.`);
  }
  const { effectiveSampleSize, warnings } = diagnosisOf(log);
  return {
    policy: policy.name,
    rows: log.reward.length / slots,
    log,
    estimates: isSlate ? slateEstimates(served, estimates) : estimatesOf(log, estimates),
    effectiveSampleSize,
    warnings: [...warningsOf(policy, served, from), ...warnings],
  };
}

function slateEstimates(log: ServedLog, { bound: _, discount: __, needsRange: ___, ...options }: AllEstimatesOptions) {
  return {
    'cascade IPS': slateIps(log, { ...options, assumption: 'cascade' }),
    'slate IPS': slateIps(log, { ...options, assumption: 'all' }),
  };
}

function warningsOf({ learnedUntil, items }: ServedPolicy, log: ServedLog, from: number | undefined): string[] {
  const warnings: string[] = [];
  if (learnedUntil !== undefined && (from ?? Number.NEGATIVE_INFINITY) < learnedUntil) {
    const time = new Date(learnedUntil).toISOString();
    warnings.push(`It learned from events until ${time}, and is judged on some of them: it looks better than it is.`);
  }
  if (log.unknown > 0) {
    warnings.push(`${log.unknown} decisions were left out, as their propensity or its probability is not known.`);
  }
  const shown = new Set(log.item);
  const unseen = (items ?? []).filter((id) => !shown.has(id));
  if (unseen.length > 0) {
    warnings.push(`The log never shows ${unseen.length} of its items, such as ${JSON.stringify(unseen[0])}.`);
  }
  return warnings;
}
