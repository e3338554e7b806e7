import type { FailureKind, LanguageModelError } from '../errors.js';
import type { Spending } from './budget.js';
import type { Meter } from './metered-model.js';

/** Where a distillation stands. `answered + failed = done`. */
export interface CollectionProgress extends Spending {
  /** Questions that have an answer or have failed. */
  readonly done: number;
  /** Questions there are; absent where the states are no array. */
  readonly total?: number;
  readonly answered: number;
  readonly failed: number;
  /** Replies that came from the store. */
  readonly fromStore: number;
  /** Further tries at a call that failed. */
  readonly retries: number;
  /** Replies that could not be used and were asked for once more. */
  readonly repairs: number;
  /** Since the first question. */
  readonly seconds: number;
  /** Questions done a second. */
  readonly perSecond: number;
  /** What is left will take this many seconds, at that rate. Absent where the number of questions is not known. */
  readonly secondsLeft?: number;
  /** What all will have cost, at the cost of those done. Absent likewise. */
  readonly expectedCost?: number;
}

/** What a distillation came to. */
export interface CollectionSummary extends CollectionProgress {
  /** Questions that failed, by what kept the model from answering. */
  readonly failuresByKind: Readonly<Partial<Record<FailureKind, number>>>;
  /** Why it stopped before the end, in words, where it did. */
  readonly stopped?: string;
  /** What made it stop, where it did. */
  readonly stoppedBy?: StopCause;
  /** The message of the first failure, where there was one. */
  readonly firstFailure?: string;
}

/**
 * What ends a distillation early: a budget that is used up, an error after which no call can succeed, or many failures one after
 * the other.
 */
export type StopCause = 'budget' | 'fatal error' | 'consecutive failures';

/** Keeps count while questions are asked. */
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

  /** Questions that failed since the last that was answered. */
  get consecutiveFailures(): number {
    return this.#consecutiveFailures;
  }

  /** The first reason to stop is the one that is told. */
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
