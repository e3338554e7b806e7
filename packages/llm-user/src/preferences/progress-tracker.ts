import type { FailureKind, LanguageModelError } from '../errors.js';
import type { Spending } from './budget.js';
import type { Meter } from './metered-model.js';

/** Progress of a run. `answered + failed = done`. */
export interface CollectionProgress extends Spending {
  /** Questions answered or failed. */
  readonly done: number;
  /** Number of questions; absent unless the states are an array. */
  readonly total?: number;
  readonly answered: number;
  readonly failed: number;
  /** Replies taken from the store. */
  readonly fromStore: number;
  /** Retries of failed calls. */
  readonly retries: number;
  /** Unusable replies that were asked for once more. */
  readonly repairs: number;
  /** Seconds since the run began. */
  readonly seconds: number;
  /** Questions done per second. */
  readonly perSecond: number;
  /** Estimated seconds until the end, at that rate. Absent if `total` is. */
  readonly secondsLeft?: number;
  /** Estimated total cost, by the cost of the questions done. Absent if `total` is. */
  readonly expectedCost?: number;
}

/** Final account of a run. */
export interface CollectionSummary extends CollectionProgress {
  /** Number of failed questions by the kind of their error. */
  readonly failuresByKind: Readonly<Partial<Record<FailureKind, number>>>;
  /** Why the run stopped early, in words. Absent if it did not. */
  readonly stopped?: string;
  /** Why the run stopped early. Absent if it did not. */
  readonly stoppedBy?: StopCause;
  /** Message of the first failure. Absent if there was none. */
  readonly firstFailure?: string;
}

/**
 * What stops a run early: a used-up budget, an error after which no call can succeed, or too many failed questions in a row.
 */
export type StopCause = 'budget' | 'fatal error' | 'consecutive failures';

/** Counts answers, failures and retries during a run. */
export class ProgressTracker {
  readonly #meter: Meter;
  readonly #total: number | undefined;
  readonly #begun = performance.now();
  readonly #failures = new Map<FailureKind, number>();
  #answered = 0;
  #repairs = 0;
  fromStore = 0;
  retries = 0;
  #consecutiveFailures = 0;
  #firstFailure: string | undefined;
  #stop: { readonly stopped: string; readonly stoppedBy: StopCause } | undefined;

  constructor(meter: Meter, total: number | undefined) {
    this.#meter = meter;
    this.#total = total;
  }

  answered(repairs: number): void {
    this.#answered++;
    this.#repairs += repairs;
    this.#consecutiveFailures = 0;
  }

  /** Failed questions since the last answer. */
  get consecutiveFailures(): number {
    return this.#consecutiveFailures;
  }

  /** Records why the run stops; the first reason is reported. */
  stop(stoppedBy: StopCause, stopped: string): void {
    this.#stop ??= { stopped, stoppedBy };
  }

  failed({ kind = 'other', message }: LanguageModelError): void {
    this.#consecutiveFailures++;
    this.#firstFailure ??= message;
    this.#failures.set(kind, (this.#failures.get(kind) ?? 0) + 1);
  }

  progress(): CollectionProgress {
    const failed = Array.from(this.#failures.values()).reduce((sum, count) => sum + count, 0);
    const done = this.#answered + failed;
    const seconds = (performance.now() - this.#begun) / 1000;
    const spent = this.#meter.spent;
    const total = this.#total;
    return {
      ...spent,
      done,
      ...(total !== undefined && { total }),
      answered: this.#answered,
      failed,
      fromStore: this.fromStore,
      retries: this.retries,
      repairs: this.#repairs,
      seconds,
      perSecond: seconds > 0 ? done / seconds : 0,
      ...(total !== undefined &&
        done > 0 && { secondsLeft: ((total - done) * seconds) / done, expectedCost: (spent.cost * total) / done }),
    };
  }

  summary(): CollectionSummary {
    return {
      ...this.progress(),
      failuresByKind: Object.fromEntries(this.#failures),
      ...this.#stop,
      ...(this.#firstFailure !== undefined && { firstFailure: this.#firstFailure }),
    };
  }
}
