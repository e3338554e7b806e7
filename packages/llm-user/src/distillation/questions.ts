import type { Random } from '@ialp/env';
import type { CandidateSampler } from '../candidates.js';
import { InvalidOptionError } from '../errors.js';
import type { PersonState, PreferenceQuestion } from '../preference-source.js';
import { requireRandom } from '../require-inputs.js';
import { shuffled } from '../shuffled.js';

/** Candidates of one kind in every question. */
export interface CandidateShare {
  readonly sampler: CandidateSampler;
  /** How many of the question's candidates it proposes. */
  readonly count: number;
}

/** What is asked. */
export interface QuestionOptions {
  /** Who is asked about. */
  readonly states: Iterable<PersonState>;
  /** Where candidates come from: some by popularity, some at random, some from the policy that is being trained. */
  readonly candidates: readonly CandidateShare[];
  /** Draws candidates and shuffles them: language models favour positions. A state has a stream of its own. */
  readonly random: Random;
}

/**
 * One question a state, in their order; a state to which no candidate is left gives none.
 * @throws {InvalidOptionError} without states or candidates.
 */
export function* questionsOf({ states, candidates, random }: QuestionOptions): Generator<PreferenceQuestion> {
  requireRandom(random);
  if (candidates.length === 0) throw new InvalidOptionError('candidates', '[]', 'at least one sampler');
  let index = 0;
  for (const state of states) {
    const stream = random.fork(index++);
    const proposed = new Set(candidates.flatMap(({ sampler, count }) => sampler(state, count, stream)));
    if (proposed.size > 0) yield { state, candidates: shuffled(proposed, stream) };
  }
  if (index === 0) throw new InvalidOptionError('states', '[]', 'at least one state');
}
