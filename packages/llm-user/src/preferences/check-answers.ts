import { checkShare, type ErrorRecognizer, IalpError, InvalidOptionError, recognizerOf } from '@ialp/core';
import { checkOptions } from '../check-inputs.js';
import type { CollectionSummary } from './progress-tracker.js';

/** A run answered too few questions to continue. */
export class CollectionError extends IalpError {
  static override readonly isInstance: ErrorRecognizer<CollectionError> = /* @__PURE__ */ recognizerOf(
    'ialp.llm-user.error.distillation',
  );
  override name = 'CollectionError';
}

/** Options of `checkAnswers`. */
export interface CheckAnswersOptions {
  /** Largest accepted share of failed questions, from 0 to 1. Default 0.5. */
  readonly maxFailedShare?: number;
}

/**
 * Throws unless a run (or all rounds together) succeeded: it was not stopped by an error, at least one question was answered, and at
 * most a share of the questions failed. A used-up budget is not a failure.
 * @throws {CollectionError} with the reason; {InvalidOptionError}.
 */
export function checkAnswers(
  summaries: CollectionSummary | readonly CollectionSummary[],
  options: CheckAnswersOptions = {},
): void {
  checkOptions(options, '{ maxFailedShare: 0.1 }', ['maxFailedShare']);
  const { maxFailedShare = 0.5 } = options;
  checkShare('maxFailedShare', maxFailedShare);
  const rounds: readonly CollectionSummary[] = [summaries].flat();
  for (const each of rounds) {
    if (!Number.isFinite(each?.done))
      throw new InvalidOptionError('summaries', summaries, 'the summary of collectPreferences, or a list of them');
  }
  const sum = (of: (summary: CollectionSummary) => number): number =>
    rounds.reduce((total, each) => total + of(each), 0);
  const [done, answered, failed] = [sum((each) => each.done), sum((each) => each.answered), sum((each) => each.failed)];
  const stopped = rounds.find(({ stoppedBy }) => stoppedBy === 'fatal error' || stoppedBy === 'consecutive failures');
  if (stopped !== undefined) {
    throw new CollectionError(`Stopped after ${count(done)}, ${answered} of them answered. ${stopped.stopped}`);
  }
  const first = rounds.find(({ firstFailure }) => firstFailure !== undefined)?.firstFailure;
  const why = first === undefined ? (rounds.at(-1)?.stopped ?? '') : `The first failure: ${first}`;
  if (done === 0 && why === '') {
    throw new CollectionError('No question could be asked: every user has seen all items that the samplers draw.');
  }
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
