import { randomUUID } from 'node:crypto';
import { checkObject, checkOptionNames } from '@ialp/core';
import { wait } from '@ialp/core/retry';
import { EventLogError, ModelStoreError } from '../errors.js';
import {
  checkDeployment,
  checkLearning,
  DEPLOYMENT_NAMES,
  type DeploymentOptions,
  type LearningOptions,
} from './learner-options.js';
import { type LearnerHooks, LearnerRun, type LearnerSettings } from './learner-run.js';
import { LEASE, LeaseLostError } from './lease.js';

/** Options of `runLearner`. */
export interface RunLearnerOptions extends DeploymentOptions {
  readonly learning?: LearningOptions;
  /** Further figures for the status, by name, such as those of guardrails. */
  readonly figures?: () => Readonly<Record<string, number | null>>;
  /** Called with errors after which learning goes on: a store that cannot be reached for a while, an update that failed. */
  readonly onError?: (error: unknown) => void;
  /** Ends learning. */
  readonly signal: AbortSignal;
}

/** How often a learner that waits looks for the lease within its time: often, so that it takes over soon. */
const CLAIMS_PER_LEASE = 10;
/** Wait after an error of a store. */
const RETRY_MS = 1_000;

/**
 * Learns from the event log until the signal aborts: in a thread or process of its own beside those that decide. Of several, one learns, and
 * another takes over when its lease has run out.
 *
 * ```ts
 * // learner.js, started by `new Worker(new URL('./learner.js', import.meta.url))` or as a process
 * await runLearner({ learner: createMyLearner(), eventLog, modelStore, signal: new AbortController().signal });
 * ```
 * @throws {InvalidOptionError}
 * @throws {CheckpointError} or {WeightsError} if the store holds the state of another learner.
 */
export async function runLearner(options: RunLearnerOptions): Promise<void> {
  checkObject('options', options, 'an object, such as { learner, eventLog, modelStore, signal }');
  checkOptionNames(options, [...DEPLOYMENT_NAMES, 'learning', 'figures', 'onError', 'signal']);
  const { learning = {}, figures, onError, signal } = options;
  const settings: LearnerSettings = {
    deployment: checkDeployment(options),
    learning: checkLearning(learning),
    figures,
    hooks: onError === undefined ? {} : { onError },
    holder: randomUUID(),
  };
  await learnUntil(settings, signal);
}

/** Waits for the lease, learns for as long as it holds, and begins again, until the signal aborts. */
export async function learnUntil(settings: LearnerSettings, signal: AbortSignal): Promise<void> {
  const { deployment, learning, holder, hooks } = settings;
  while (!signal.aborted) {
    try {
      if (await deployment.modelStore.claim(LEASE, holder, learning.leaseMs)) await learnWithLease(settings, signal);
    } catch (error) {
      if (!isTemporary(error)) throw error;
      report(hooks, error);
    }
    hooks.onWaiting?.();
    if (!signal.aborted) await wait(learning.leaseMs / CLAIMS_PER_LEASE, signal).catch(() => {});
  }
}

async function learnWithLease(settings: LearnerSettings, signal: AbortSignal): Promise<void> {
  const run = new LearnerRun(settings);
  try {
    await run.begin();
    while (!signal.aborted) {
      try {
        await run.step(signal);
      } catch (error) {
        // What was learned since the last checkpoint is learned again from the log by whoever continues.
        if (LeaseLostError.isInstance(error) || !isTemporary(error)) throw error;
        report(settings.hooks, error);
        await wait(RETRY_MS, signal).catch(() => {});
      }
    }
    await run.end();
  } finally {
    // Otherwise whoever continues would wait until it has run out, as it does if it cannot be given back.
    await settings.deployment.modelStore.release(LEASE, settings.holder).catch(() => {});
  }
}

/** Errors of a store that may be gone later, and a lost lease. */
function isTemporary(error: unknown): boolean {
  return EventLogError.isInstance(error) || ModelStoreError.isInstance(error) || LeaseLostError.isInstance(error);
}

function report({ onError }: LearnerHooks, error: unknown): void {
  if (!LeaseLostError.isInstance(error)) onError?.(error);
}
