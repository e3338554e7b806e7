import { checkSpecification, described, InvalidOptionError } from '@ialp/core';
import type { Learner, Policy } from '@ialp/policy';

/** Checks that a value is a policy; the message for a network says how to make one of it. @throws {InvalidOptionError} */
export function checkPolicy(option: string, policy: Policy): void {
  const expected = 'a policy, such as createNetworkPolicy(network)';
  if (hasMethods(policy, ['trainStep', 'evaluate']))
    throw new InvalidOptionError(option, described('a network'), expected);
  checkSpecification(option, policy, ['distribution'], expected);
}

/** Checks that a value is a learner. @throws {InvalidOptionError} */
export function checkLearner(option: string, learner: Learner): void {
  const expected = 'a learner, such as createA2C({ network })';
  if (hasMethods(learner, ['trainStep', 'evaluate']))
    throw new InvalidOptionError(option, described('a network'), expected);
  checkSpecification(option, learner, ['learn'], expected);
}

/** Checks that a value is a function. @param expected ends in an example. @throws {InvalidOptionError} */
export function checkFunction(option: string, value: unknown, expected: string): void {
  if (typeof value !== 'function') throw new InvalidOptionError(option, value, expected);
}

/**
 * Checks that policies are for catalogues of the same size.
 * @throws {InvalidOptionError}
 */
export function checkSameCatalogue(first: Policy, second: Policy): void {
  if (first.items === second.items) return;
  const found = described(`policies for ${first.items} and ${second.items} items`);
  throw new InvalidOptionError('policies', found, 'policies for one catalogue');
}

/** Whether a value is an object with the given methods. */
export function hasMethods(value: unknown, methods: readonly string[]): boolean {
  if (typeof value !== 'object' || value === null) return false;
  return methods.every((method) => typeof (value as Readonly<Record<string, unknown>>)[method] === 'function');
}
