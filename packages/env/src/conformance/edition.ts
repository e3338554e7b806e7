import type { Environment, Observation } from '@ialp/core';
import { ConformanceError, checkRule } from '@ialp/core/testing';

/** How to change an environment of the first edition. */
const REMEDY =
  'This is the first edition of the interface. In the second, rows of an observation are decisions: rename its `sessions` to `rows`, ' +
  'add `session` with the key of the session in each row, and replace `mask` by `available` and `exclusions`';

/** The fields that the second edition added. */
const ADDED = ['rows', 'session', 'available', 'exclusions'] as const;

/** @throws {ConformanceError} for an environment of the first edition. */
export function checkVersion(env: Environment): void {
  if ((env?.specificationVersion as string) !== 'v1') return;
  throw new ConformanceError(`specificationVersion: expected 'v2'; found 'v1'. ${REMEDY}`);
}

/** @throws {ConformanceError} for an observation of the first edition, and for one that lacks a field of the second. */
export function checkEdition(observation: Observation): void {
  const missing = ADDED.filter((field) => observation[field] === undefined);
  if (missing.length === 0) return;
  const remedy = 'mask' in observation || 'sessions' in observation ? `. ${REMEDY}` : '';
  checkRule(false, `observation: expected ${ADDED.join(', ')}; found no ${missing.join(', ')}${remedy}`);
}
