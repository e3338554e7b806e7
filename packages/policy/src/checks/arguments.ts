import { checkSpecification, described, InvalidOptionError, type Random } from '@ialp/core';
import { MissingHeadError } from '../errors.js';
import type { Learner } from '../learner.js';
import type { Head, Network } from '../network.js';
import type { Policy } from '../policy.js';

/**
 * Throws unless a value is a generator with the given methods.
 * @throws {InvalidOptionError} which says how to make one.
 */
export function checkRandom(
  random: Random,
  option = 'random',
  methods: readonly (keyof Random)[] = ['uniform', 'integer', 'normal'],
): void {
  if (methods.every((method) => typeof fieldOf(random, method) === 'function')) return;
  const expected = 'a seeded generator, such as createRandom(1)';
  throw new InvalidOptionError(option, foundOf(random), expected);
}

/** Throws unless a value is a policy of this version. @throws {InvalidOptionError} */
export function checkPolicy(policy: Policy, option = 'policy'): void {
  if (!isPolicy(policy)) {
    const remedy = isPolicy(fieldOf(policy, 'policy')) ? `: pass the '.policy' of what you passed` : '';
    throw new InvalidOptionError(option, foundOf(policy), `a Policy, with 'items' and 'distribution'${remedy}`);
  }
  checkSpecification(option, policy, ['distribution'], 'a Policy', 'v2');
}

/** Throws unless a value is a learner of this version. @throws {InvalidOptionError} */
export function checkLearner(learner: Learner, option = 'learner'): void {
  const isLearner =
    isPolicy(fieldOf(learner, 'policy')) &&
    typeof fieldOf(learner, 'learn') === 'function' &&
    Number.isSafeInteger(fieldOf(learner, 'rolloutLength'));
  if (!isLearner || learner.rolloutLength < 1) {
    const remedy = isPolicy(learner)
      ? ': createFrozenLearner(policy) makes one of a policy'
      : isPolicy(fieldOf(learner, 'policy'))
        ? ': createFrozenLearner(it.policy) makes one of what does not learn from trajectories'
        : '';
    const expected = `a Learner, with 'policy', 'learn' and a 'rolloutLength' of at least 1${remedy}`;
    throw new InvalidOptionError(option, foundOf(learner), expected);
  }
  checkSpecification(option, learner, ['learn'], 'a Learner', 'v2');
  checkSpecification(`${option}.policy`, learner.policy, ['distribution'], 'a Policy', 'v2');
}

/**
 * Throws unless a value is a network of this version with the given heads.
 * @param what name of the function that needs them.
 * @throws {InvalidOptionError} for a value that is not a network; {MissingHeadError} which names the head.
 */
export function checkNetwork(network: Network, heads: readonly Head[], what: string, option = 'network'): void {
  if (!Array.isArray(fieldOf(network, 'heads')) || typeof fieldOf(network, 'trainStep') !== 'function') {
    throw new InvalidOptionError(option, foundOf(network), 'a Network, such as createNetwork makes');
  }
  checkSpecification(option, network, ['trainStep'], 'a Network', 'v2');
  for (const head of heads) {
    if (!network.heads.includes(head))
      throw new MissingHeadError(head, option === 'network' ? what : `${what}: ${option}`);
  }
}

function isPolicy(value: unknown): value is Policy {
  return typeof fieldOf(value, 'distribution') === 'function' && Number.isSafeInteger(fieldOf(value, 'items'));
}

function fieldOf(value: unknown, field: string): unknown {
  if ((typeof value !== 'object' && typeof value !== 'function') || value === null) return undefined;
  return (value as Readonly<Record<string, unknown>>)[field];
}

/** A value as what was found in an `InvalidOptionError`: in words where these say more than the value. */
export function foundOf(value: unknown): unknown {
  const words = wordsFor(value);
  return words === undefined ? value : described(words);
}

/** Describes a value in words. */
export function nameOf(value: unknown): string {
  const words = wordsFor(value);
  if (words !== undefined) return words;
  if (value === undefined || value === null) return 'nothing';
  if (Array.isArray(value)) return 'a list';
  return typeof value === 'function' ? 'a function' : `a value of type ${typeof value}`;
}

/** Whether a value is a network of any kind. */
export function isNetwork(value: unknown): boolean {
  return typeof fieldOf(value, 'trainStep') === 'function';
}

function wordsFor(value: unknown): string | undefined {
  if (value === Math.random) return 'Math.random, which has no seed';
  if (typeof fieldOf(value, 'then') === 'function') return 'a promise: await it';
  if (isPolicy(value)) return 'a Policy';
  if (isPolicy(fieldOf(value, 'policy')))
    return typeof fieldOf(value, 'train') === 'function' ? 'an OfflineLearner' : 'a Learner';
  return isNetwork(value) ? 'a Network' : undefined;
}
