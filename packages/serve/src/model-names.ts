import { checkInteger, InvalidOptionError } from '@ialp/core';

/** Names of files on any file system, and parts of subjects of NATS. */
const NAME = /^[a-z0-9_-]{1,100}$/;

/** Checks the name of a model or lease, for drivers. @throws {InvalidOptionError} */
export function checkModelName(option: 'name' | 'lease', name: unknown): void {
  if (typeof name === 'string' && NAME.test(name)) return;
  throw new InvalidOptionError(option, name, 'at most 100 of the characters a-z, 0-9, _ and -');
}

/** Checks the arguments of `ModelStore.claim`, for drivers. @throws {InvalidOptionError} */
export function checkClaim(lease: unknown, holder: unknown, ttlMs: unknown): void {
  checkModelName('lease', lease);
  if (typeof holder !== 'string' || holder === '') throw new InvalidOptionError('holder', holder, 'a name');
  checkInteger('ttlMs', ttlMs, 1);
}

/** Checks the arguments of `ModelStore.put`, for drivers. @throws {InvalidOptionError} */
export function checkPut(name: unknown, bytes: unknown, previous: unknown): void {
  checkModelName('name', name);
  if (!(bytes instanceof Uint8Array)) throw new InvalidOptionError('bytes', bytes, 'a Uint8Array');
  checkInteger('previous', previous, 0);
}
