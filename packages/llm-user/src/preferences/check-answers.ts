import { checkShare, type ErrorRecognizer, IalpError, InvalidOptionError, recognizerOf } from '@ialp/core';
import type { CollectionSummary } from './progress-tracker.js';

/** A distillation brought too little to go on with. What it brought stays where it was put. */
export class CollectionError extends IalpError {
  static override readonly isInstance: ErrorRecognizer<CollectionError> = /* @__PURE__ */ recognizerOf(
    'ialp.llm-user.error.distillation',
  );
  override name = 'CollectionError';
}

/** What counts as a success. */
export interface CheckAnswersOptions {
  /** The share of the questions that may fail, from 0 to 1. Default 0.5. */
  readonly maxFailedShare?: number;
}

/**
 * Makes sure that a distillation (or all rounds of one together) was a success: it was not stopped by an error, something was
 * answered, and no more than a share of the questions failed. A budget that was used up is no failure.
 * @throws {CollectionError} which says why; {InvalidOptionError}.
 */
export function checkAnswers(
  summaries: CollectionSummary | readonly CollectionSummary[],
  { maxFailedShare = 0.5 }: CheckAnswersOptions = {},
): void {
  checkShare('maxFailedShare', maxFailedShare);
  if (typeof summaries !== 'object' || summaries === null)
    throw new InvalidOptionError('summaries', summaries, 'the summary of a distillation, or a list of them');
  const rounds = 'done' in summaries ? [summaries] : summaries;
  const sum = (of: (summary: CollectionSummary) => number): number =>
    rounds.reduce((total, each) => total + of(each), 0);
  const [done, answered, failed] = [sum((each) => each.done), sum((each) => each.answered), sum((each) => each.failed)];
  const stopped = rounds.find(({ stoppedBy }) => stoppedBy === 'fatal error' || stoppedBy === 'consecutive failures');
  if (stopped !== undefined) {
    throw new CollectionError(`Stopped after ${count(done)}, ${answered} of them answered. ${stopped.stopped}`);
  }
  const first = rounds.find(({ firstFailure }) => firstFailure !== undefined)?.firstFailure;
  const why = first === undefined ? (rounds.at(-1)?.stopped ?? '') : `The first failure: ${first}`;
  if (answered === 0) throw new CollectionError(`None of ${count(done)} was answered. ${why}`.trim());
  if (failed > maxFailedShare * done) {
    throw new CollectionError(
      `${failed} of ${count(done)} failed, more than the share of ${maxFailedShare} that may. ${why}`,
    );
  }
}

function count(questions: number): string {
  return `${questions} ${questions === 1 ? 'question' : 'questions'}`;
}
