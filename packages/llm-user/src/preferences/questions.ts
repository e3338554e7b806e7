import { checkInteger, checkObject, checkOptionNames, InvalidOptionError, type Random, shuffled } from '@ialp/core';
import { checkFunction, checkList, checkRandom, checkSession } from '../check-inputs.js';
import type { PreferenceQuestion, UserState } from '../preference-source.js';
import type { CandidateSampler } from './candidate-samplers.js';

/** A group of candidates of every question, from one sampler. */
export interface CandidateGroup {
  /** Draws the candidates. */
  readonly sampler: CandidateSampler;
  /** Number of candidates. */
  readonly count: number;
}

/** Options that determine the questions. */
export interface QuestionOptions {
  /** Users to ask about. */
  readonly states: Iterable<UserState>;
  /** Where candidates come from: for example some by popularity, some at random, some from a policy in training. */
  readonly candidates: readonly CandidateGroup[];
  /** Draws candidates and shuffles them, because language models favour positions. Each state has its own random stream. */
  readonly random: Random;
}

/**
 * One question per state, in order; states without a candidate are skipped.
 * @throws {InvalidOptionError} without states or candidates.
 */
export function* questionsOf({ states, candidates, random }: QuestionOptions): Generator<PreferenceQuestion> {
  checkRandom(random);
  checkStates(states);
  checkCandidates(candidates);
  let index = 0;
  for (const state of states) {
    checkSession(state, `states[${index}]`);
    const stream = random.fork(index++);
    const proposed = new Set(candidates.flatMap((share, k) => propose(share, k, state, stream)));
    if (proposed.size > 0) yield { state, candidates: shuffled(proposed, stream) };
  }
  if (index === 0) throw new InvalidOptionError('states', [], 'at least one state');
}

function propose({ sampler, count }: CandidateGroup, k: number, state: UserState, random: Random): number[] {
  const items = sampler(state, count, random);
  const option = `candidates[${k}].sampler(state, ${count}, random)`;
  checkList(option, items, 'a list of items');
  const wrong = items.findIndex((item) => !Number.isSafeInteger(item) || item < 0);
  if (wrong !== -1)
    throw new InvalidOptionError(`${option}[${wrong}]`, items[wrong], 'an item, an integer of at least 0');
  return items;
}

function checkStates(states: Iterable<UserState>): void {
  if (typeof states === 'object' && typeof states?.[Symbol.iterator] === 'function') return;
  throw new InvalidOptionError('states', states, 'a list of states, such as sampleCatalogueStates makes');
}

/** Checks candidates before anything is asked. @throws {InvalidOptionError} that names the field. */
export function checkCandidates(candidates: readonly CandidateGroup[], option = 'candidates'): void {
  checkList(option, candidates, 'a list such as [{ sampler: createRandomSampler(100), count: 8 }]');
  if (candidates.length === 0) throw new InvalidOptionError(option, candidates, 'at least one sampler');
  for (const [k, share] of candidates.entries()) {
    checkObject(`${option}[${k}]`, share, 'an object such as { sampler: createRandomSampler(100), count: 8 }');
    checkOptionNames(share, ['sampler', 'count'], { option: `${option}[${k}]` });
    checkFunction(`${option}[${k}].sampler`, share.sampler, 'a function, such as createRandomSampler(100)');
    checkInteger(`${option}[${k}].count`, share.count, 0);
  }
  if (candidates.every(({ count }) => count === 0))
    throw new InvalidOptionError(`${option}[0].count`, 0, 'an integer of at least 1');
}
