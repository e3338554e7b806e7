import type { Random } from '@ialp/env';
import pMap from 'p-map';
import type { CandidateSampler } from './candidates.js';
import { InvalidOptionError, LanguageModelError } from './errors.js';
import type { PersonState, PreferenceSource } from './preference-source.js';
import { shuffled } from './shuffled.js';

/** Candidates of one kind in every question. */
export interface CandidateShare {
  readonly sampler: CandidateSampler;
  /** How many of the question's candidates it proposes. */
  readonly count: number;
}

/** One answered question. */
export interface Preference {
  readonly state: PersonState;
  /** In the order in which they were put to the model. */
  readonly candidates: readonly number[];
  /** For each candidate, how likely the person is to like it. */
  readonly likelihood: readonly number[];
  readonly model: string;
  readonly promptVersion: string;
  /** The model's reply as it came. */
  readonly raw: string;
}

/** A question to which there is no usable answer. */
export interface FailedQuestion {
  readonly state: PersonState;
  readonly candidates: readonly number[];
  readonly error: LanguageModelError;
}

/** What a distillation brought. */
export interface Distillation {
  readonly preferences: readonly Preference[];
  /** Questions that failed. They are counted and kept; none becomes a preference. */
  readonly failures: readonly FailedQuestion[];
}

/** Options of `distill`. */
export interface DistillOptions {
  /** Who is asked about. */
  readonly states: readonly PersonState[];
  /** Where candidates come from: some by popularity, some at random, some from the policy that is being trained. */
  readonly candidates: readonly CandidateShare[];
  readonly source: PreferenceSource;
  /** Draws candidates and shuffles them: language models favour positions. */
  readonly random: Random;
  /** Questions that are asked at a time. The answers, and their order, do not depend on it. At least 1. Default 1. */
  readonly concurrency?: number;
  readonly signal?: AbortSignal;
  /** Called after each question, in the order in which they are answered. */
  readonly onProgress?: (done: number, total: number) => void;
}

/**
 * Asks a language model what people would like: one question a state. What a source cannot answer is recorded as failed; give
 * it `withRetries(source, ...)` to try again first. Answers are in the order of the states.
 * @throws {InvalidOptionError} without states or candidates. What is no `LanguageModelError` is thrown on, and so is the
 *   signal's reason where it is aborted.
 */
export async function distill(options: DistillOptions): Promise<Distillation> {
  const { states, candidates, source, concurrency = 1, random, signal, onProgress } = options;
  if (states.length === 0) throw new InvalidOptionError('states', '[]', 'at least one state');
  if (candidates.length === 0) throw new InvalidOptionError('candidates', '[]', 'at least one sampler');
  if (!Number.isSafeInteger(concurrency) || concurrency < 1) {
    throw new InvalidOptionError('concurrency', concurrency, 'an integer of at least 1');
  }
  let done = 0;
  const outcomes = await pMap(
    states.entries(),
    async ([index, state]): Promise<Outcome> => {
      signal?.throwIfAborted();
      const stream = random.fork(index);
      const proposed = shuffled(
        [...new Set(candidates.flatMap(({ sampler, count }) => sampler(state, count, stream)))],
        stream,
      );
      const outcome = proposed.length === 0 ? {} : await askOnce(source, state, proposed, signal);
      onProgress?.(++done, states.length);
      return outcome;
    },
    { concurrency, ...(signal && { signal }) },
  );
  return {
    preferences: outcomes.flatMap(({ preference }) => preference ?? []),
    failures: outcomes.flatMap(({ failure }) => failure ?? []),
  };
}

/** What came of a question; nothing where there was nothing to ask. */
interface Outcome {
  readonly preference?: Preference;
  readonly failure?: FailedQuestion;
}

async function askOnce(
  source: PreferenceSource,
  state: PersonState,
  candidates: readonly number[],
  signal: AbortSignal | undefined,
): Promise<Outcome> {
  try {
    const { likelihood, raw } = await source.ask({ state, candidates }, signal === undefined ? {} : { signal });
    const { model, promptVersion } = source;
    return { preference: { state, candidates, likelihood, model, promptVersion, raw } };
  } catch (error) {
    // However a source puts it: an aborted question has not failed.
    signal?.throwIfAborted();
    if (!LanguageModelError.isInstance(error)) throw error;
    return { failure: { state, candidates, error } };
  }
}
