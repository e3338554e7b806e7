import { InvalidOptionError } from '../errors/invalid-option-error.js';

/** Throws unless an option is an integer in a range, both ends included. @throws {InvalidOptionError} */
export function checkInteger(option: string, value: unknown, minimum?: number, maximum?: number): void {
  if (Number.isSafeInteger(value) && isWithin(value as number, minimum, maximum)) return;
  throw new InvalidOptionError(option, value, `an integer${inWords(minimum, maximum)}`);
}

/** Throws unless an option is a finite number in a range, both ends included. @throws {InvalidOptionError} */
export function checkNumber(option: string, value: unknown, minimum?: number, maximum?: number): void {
  if (Number.isFinite(value) && isWithin(value as number, minimum, maximum)) return;
  throw new InvalidOptionError(option, value, `a number${inWords(minimum, maximum)}`);
}

/** Throws unless an option is a finite number above 0. @throws {InvalidOptionError} */
export function checkPositive(option: string, value: unknown): void {
  if (Number.isFinite(value) && (value as number) > 0) return;
  throw new InvalidOptionError(option, value, 'a number above 0');
}

/** Throws unless an option is a number from 0 to 1. @throws {InvalidOptionError} */
export function checkShare(option: string, value: unknown): void {
  checkNumber(option, value, 0, 1);
}

/** Throws unless an option is `true` or `false`. @throws {InvalidOptionError} */
export function checkBoolean(option: string, value: unknown): void {
  if (typeof value !== 'boolean') throw new InvalidOptionError(option, value, 'true or false');
}

/** Returns an option if it is one of the given words. @throws {InvalidOptionError} */
export function checkOneOf<Word extends string>(option: string, value: unknown, words: readonly Word[]): Word {
  const word = words.find((each) => each === value);
  if (word !== undefined) return word;
  throw new InvalidOptionError(option, value, words.map((each) => `'${each}'`).join(' or '));
}

/**
 * Throws unless a value is an object; lists, functions, promises and null are not.
 * @param expected what the message says, such as `an object, such as { misses: 4 }`.
 * @throws {InvalidOptionError}
 */
export function checkObject(option: string, value: unknown, expected: string): void {
  if (typeof value === 'object' && value !== null && !Array.isArray(value) && !('then' in value)) return;
  throw new InvalidOptionError(option, value, expected);
}

/**
 * Throws unless a value has the given methods.
 * @param expected what the message says, such as `a policy, such as createNetworkPolicy(network)`.
 * @throws {InvalidOptionError}
 */
export function checkMethods(option: string, value: unknown, methods: readonly string[], expected: string): void {
  const isHolder = (typeof value === 'object' && value !== null) || typeof value === 'function';
  const has = (method: string): boolean => typeof (value as Readonly<Record<string, unknown>>)[method] === 'function';
  if (isHolder && methods.every(has)) return;
  throw new InvalidOptionError(option, value, expected);
}

/**
 * Throws unless a value implements an interface: it has the methods, and its `specificationVersion` is the one that the caller
 * understands. Implementations of another edition are refused where they are passed in, not where they fail later.
 * @param methods the interface's required methods.
 * @param expected what the message says where methods are missing, such as `a policy, such as createNetworkPolicy(network)`.
 * @param version the edition of the interface. Default `v1`.
 * @throws {InvalidOptionError}
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
  const remedy =
    found === undefined
      ? `add it to your implementation`
      : `use packages of the same edition, or change your implementation`;
  throw new InvalidOptionError(`${option}.specificationVersion`, found, `'${version}'; ${remedy}`);
}

function isWithin(value: number, minimum = Number.NEGATIVE_INFINITY, maximum = Number.POSITIVE_INFINITY): boolean {
  return value >= minimum && value <= maximum;
}

function inWords(minimum?: number, maximum?: number): string {
  if (minimum !== undefined && maximum !== undefined) return ` from ${minimum} to ${maximum}`;
  if (minimum !== undefined) return ` of at least ${minimum}`;
  return maximum === undefined ? '' : ` of at most ${maximum}`;
}
