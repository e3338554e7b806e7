import { InvalidOptionError } from '../errors/invalid-option-error.js';
import { changesSinceVersion1, interfaceWith } from './interface-versions.js';
import { nearestName } from './nearest-name.js';

/**
 * Checks that an option is an integer in a range, both ends inclusive.
 * @throws {InvalidOptionError} if it is not.
 */
export function checkInteger(option: string, value: unknown, minimum?: number, maximum?: number): void {
  if (Number.isSafeInteger(value) && isWithin(value as number, minimum, maximum)) return;
  throw new InvalidOptionError(option, value, `an integer${rangeText(minimum, maximum)}`);
}

/**
 * Checks that an option is a finite number in a range, both ends inclusive.
 * @throws {InvalidOptionError} if it is not.
 */
export function checkNumber(option: string, value: unknown, minimum?: number, maximum?: number): void {
  if (Number.isFinite(value) && isWithin(value as number, minimum, maximum)) return;
  throw new InvalidOptionError(option, value, `a number${rangeText(minimum, maximum)}`);
}

/** Checks that an option is a finite number above 0. @throws {InvalidOptionError} if it is not. */
export function checkPositive(option: string, value: unknown): void {
  if (Number.isFinite(value) && (value as number) > 0) return;
  throw new InvalidOptionError(option, value, 'a number above 0');
}

/** Checks that an option is a number from 0 to 1. @throws {InvalidOptionError} if it is not. */
export function checkShare(option: string, value: unknown): void {
  checkNumber(option, value, 0, 1);
}

/** Checks that an option is `true` or `false`. @throws {InvalidOptionError} if it is not. */
export function checkBoolean(option: string, value: unknown): void {
  if (typeof value !== 'boolean') throw new InvalidOptionError(option, value, 'true or false');
}

/**
 * Checks that an option is one of the given words, and returns it.
 * @throws {InvalidOptionError} if it is not.
 */
export function checkOneOf<Word extends string>(option: string, value: unknown, words: readonly Word[]): Word {
  const word = words.find((each) => each === value);
  if (word !== undefined) return word;
  throw new InvalidOptionError(option, value, words.map((each) => `'${each}'`).join(' or '));
}

/**
 * Checks that a value is an object and not an array, a function, a promise or null.
 * @param expected what the message says was expected, such as `an object, such as { misses: 4 }`.
 * @throws {InvalidOptionError} if it is not.
 */
export function checkObject(option: string, value: unknown, expected: string): void {
  const then: unknown = (value as { readonly then?: unknown } | null | undefined)?.then;
  if (typeof value === 'object' && value !== null && !Array.isArray(value) && typeof then !== 'function') return;
  throw new InvalidOptionError(option, value, expected);
}

/** How `checkOptionNames` words its message. */
export interface OptionNamesMessage {
  /** Name of the checked object. Default `options`. */
  readonly option?: string;
  /** Continues the message after the valid options. */
  readonly remedy?: string;
}

/**
 * Checks that an options object is an object and has no options but the named ones: a misspelt option would be ignored.
 * Missing options pass. The message suggests the name that was most likely meant.
 * @param names the valid options.
 * @throws {InvalidOptionError} if there is another option, or the options are not an object, such as a plain number.
 */
export function checkOptionNames(
  options: unknown,
  names: readonly string[],
  { option = 'options', remedy = '' }: OptionNamesMessage = {},
): void {
  if (options === undefined) return;
  const list = names.join(', ');
  checkObject(option, options, `an object with ${list}`);
  const other = Object.keys(options as object).find((name) => !names.includes(name));
  if (other === undefined) return;
  const nearest = names.length > 1 ? nearestName(other, names) : undefined;
  const suggestion = nearest === undefined ? '' : ` (did you mean ${nearest}?)`;
  throw new InvalidOptionError(
    option,
    other,
    `only the option${names.length === 1 ? '' : 's'} ${list}${suggestion}${remedy}`,
  );
}

/**
 * Checks that a value has the given methods.
 * @param expected what the message says was expected, such as `a policy, such as createNetworkPolicy(network)`.
 * @throws {InvalidOptionError} if a method is missing.
 */
export function checkMethods(option: string, value: unknown, methods: readonly string[], expected: string): void {
  const isHolder = (typeof value === 'object' && value !== null) || typeof value === 'function';
  const has = (method: string): boolean => typeof (value as Readonly<Record<string, unknown>>)[method] === 'function';
  if (isHolder && methods.every(has)) return;
  throw new InvalidOptionError(option, value, expected);
}

/**
 * Checks that a value implements an interface: it has the methods, and its `specificationVersion` is the one that the
 * caller supports. Other versions fail here, where they are passed in, instead of later. For version 1 of an interface that has a version 2
 * (environments, policies, learners, networks and gates), the message says what to change.
 * @param methods the required methods of the interface.
 * @param expected what the message says was expected if methods are missing, such as `a policy, such as
 *   createNetworkPolicy(network)`.
 * @param version the version of the interface. Default `v1`.
 * @throws {InvalidOptionError} if a method is missing or the version is another.
 */
export function checkSpecification(
  option: string,
  value: unknown,
  methods: readonly string[],
  expected: string,
  version = 'v1',
): void {
  checkMethods(option, value, methods, expected);
  const found = (value as { readonly specificationVersion?: unknown }).specificationVersion;
  if (found === version) return;
  const name = version === 'v2' && found === 'v1' ? interfaceWith(methods) : undefined;
  if (name !== undefined) {
    throw new InvalidOptionError(`${option}.specificationVersion`, found, `'v2', ${changesSinceVersion1(name)}`);
  }
  const remedy =
    found === undefined
      ? `add it to your implementation`
      : `use packages of the same version, or change your implementation`;
  throw new InvalidOptionError(`${option}.specificationVersion`, found, `'${version}'; ${remedy}`);
}

function isWithin(value: number, minimum = Number.NEGATIVE_INFINITY, maximum = Number.POSITIVE_INFINITY): boolean {
  return value >= minimum && value <= maximum;
}

function rangeText(minimum?: number, maximum?: number): string {
  if (minimum !== undefined && maximum !== undefined) return ` from ${minimum} to ${maximum}`;
  if (minimum !== undefined) return ` of at least ${minimum}`;
  return maximum === undefined ? '' : ` of at most ${maximum}`;
}
