import type { Random } from '@ialp/env';
import type { CandidateSampler } from './candidates.js';
import { InvalidOptionError, LanguageModelError } from './errors.js';
import type { PersonState, PreferenceSource } from './preference-source.js';

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
  readonly signal?: AbortSignal;
  readonly onProgress?: (done: number, total: number) => void;
}

/**
 * Asks a language model what people would like: one question a state, one after the other. What a source cannot answer
 * is recorded as failed.
 * @throws {InvalidOptionError} without states or candidates. What is no `LanguageModelError` is thrown on.
 */
export async function distill(options: DistillOptions): Promise<Distillation> {
  const { states, candidates, source, random, signal, onProgress } = options;
  if (states.length === 0) throw new InvalidOptionError('states', '[]', 'at least one state');
  if (candidates.length === 0) throw new InvalidOptionError('candidates', '[]', 'at least one sampler');
  const preferences: Preference[] = [];
  const failures: FailedQuestion[] = [];
  for (const [index, state] of states.entries()) {
    signal?.throwIfAborted();
    const stream = random.fork(index);
    const proposed = shuffled(
      [...new Set(candidates.flatMap(({ sampler, count }) => sampler(state, count, stream)))],
      stream,
    );
    if (proposed.length > 0) {
      try {
        const { likelihood, raw } = await source.ask(
          { state, candidates: proposed },
          signal === undefined ? {} : { signal },
        );
        const { model, promptVersion } = source;
        preferences.push({ state, candidates: proposed, likelihood, model, promptVersion, raw });
      } catch (error) {
        // However a source puts it: an aborted question has not failed.
        signal?.throwIfAborted();
        if (!(error instanceof LanguageModelError)) throw error;
        failures.push({ state, candidates: proposed, error });
      }
    }
    onProgress?.(index + 1, states.length);
  }
  return { preferences, failures };
}

/** Fisher-Yates. */
function shuffled(values: number[], random: Random): number[] {
  for (let last = values.length - 1; last > 0; last--) {
    const other = random.integer(last + 1);
    [values[last], values[other]] = [values[other], values[last]];
  }
  return values;
}
