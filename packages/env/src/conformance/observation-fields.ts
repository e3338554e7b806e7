import type { Observation } from '@ialp/core';
import { checkRule } from '@ialp/core/testing';

/** How to change the observations of version 1. */
const REMEDY =
  'In version 2 of the interface, rows of an observation are decisions: rename its `sessions` to `rows`, add `session` with the key of ' +
  'the session in each row, and replace `mask` by `available` and `exclusions`';

/** The fields that version 2 added. */
const ADDED = ['rows', 'session', 'available', 'exclusions'] as const;

/** @throws {ConformanceError} for an observation of version 1, and for one that lacks a field of version 2. */
export function checkFields(observation: Observation): void {
  const missing = ADDED.filter((field) => observation[field] === undefined);
  if (missing.length === 0) return;
  const remedy = 'mask' in observation || 'sessions' in observation ? `. ${REMEDY}` : '';
  checkRule(false, `observation: expected ${ADDED.join(', ')}; found no ${missing.join(', ')}${remedy}`);
}
