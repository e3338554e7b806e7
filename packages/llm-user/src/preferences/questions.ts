import { checkInteger, checkObject, InvalidOptionError, type Random, shuffled } from '@ialp/core';
import { requireFunction, requireList, requireRandom, requireSession } from '../check-inputs.js';
import type { PersonState, PreferenceQuestion } from '../preference-source.js';
import type { CandidateSampler } from './candidates.js';

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
  requireStates(states);
  requireShares(candidates);
  let index = 0;
  for (const state of states) {
    requireSession(state, `states[${index}]`);
    const stream = random.fork(index++);
    const proposed = new Set(candidates.flatMap((share, k) => propose(share, k, state, stream)));
    if (proposed.size > 0) yield { state, candidates: shuffled(proposed, stream) };
  }
  if (index === 0) throw new InvalidOptionError('states', '[]', 'at least one state');
}

function propose({ sampler, count }: CandidateShare, k: number, state: PersonState, random: Random): number[] {
  const items = sampler(state, count, random);
  const option = `candidates[${k}].sampler(state, ${count}, random)`;
  requireList(option, items, 'a list of items');
  const wrong = items.findIndex((item) => !Number.isSafeInteger(item) || item < 0);
  if (wrong !== -1)
    throw new InvalidOptionError(`${option}[${wrong}]`, items[wrong], 'an item, an integer of at least 0');
  return items;
}

function requireStates(states: Iterable<PersonState>): void {
  if (typeof states === 'object' && typeof states?.[Symbol.iterator] === 'function') return;
  throw new InvalidOptionError('states', states, 'a list of states, such as catalogueStates makes');
}

/** Checks candidates before anything is asked. @throws {InvalidOptionError} that names the field. */
export function requireShares(candidates: readonly CandidateShare[], option = 'candidates'): void {
  requireList(option, candidates, 'a list such as [{ sampler: randomCandidates(100), count: 8 }]');
  if (candidates.length === 0) throw new InvalidOptionError(option, '[]', 'at least one sampler');
  for (const [k, share] of candidates.entries()) {
    checkObject(`${option}[${k}]`, share, 'an object such as { sampler: randomCandidates(100), count: 8 }');
    requireFunction(`${option}[${k}].sampler`, share.sampler, 'a function, such as randomCandidates(100)');
    checkInteger(`${option}[${k}].count`, share.count, 0);
  }
  if (candidates.every(({ count }) => count === 0))
    throw new InvalidOptionError(`${option}[0].count`, 0, 'an integer of at least 1');
}
