import { show } from '@ialp/core';
import type { LogTable } from '@ialp/core/log';
import { LogFileError } from '../logs/log-file-error.js';
import type { ModeledBanditLog } from '../ope/bandit-log.js';
import { policyOfItems } from './policy-of-items.js';
import { readJson } from './read-json.js';

/** A policy to evaluate on a log. */
export interface TargetPolicy {
  readonly name: string;
  /** Columns with one value per row of the log. */
  readonly columns: Partial<ModeledBanditLog>;
  /** Reasons to doubt the estimates. Absent without such reasons. */
  readonly warnings?: readonly string[];
}

/**
 * Reads a policy from a file: `{"target": [...]}`, its probability of each logged action, with `qHat` and `vHat` if
 * there is a model; or `{"items": {"3": 0.5, "7": 0.5}}`, by item id, for a policy that shows items with fixed
 * probabilities in every state.
 * @throws {LogFileError} if the file cannot be read or its content is invalid.
 */
export async function readTargetPolicy(file: string, table: LogTable): Promise<TargetPolicy> {
  const value = await readJson(file);
  const expected = 'an object with "target" or "items"';
  if (typeof value !== 'object' || value === null || Array.isArray(value)) {
    throw new LogFileError({ file, expected, found: show(value) });
  }
  const fields: Readonly<Record<string, unknown>> = { ...value };
  if (fields['target'] !== undefined && fields['items'] !== undefined) {
    const remedy = 'Remove one of them, or write two files.';
    throw new LogFileError({ file, expected: 'either "target" or "items"', found: 'both', remedy });
  }
  const name = typeof fields['name'] === 'string' ? fields['name'] : file;
  if (fields['items'] !== undefined) {
    const { target, warnings } = policyOfItems(fields['items'], table, file);
    return { name, columns: { target }, warnings };
  }
  if (fields['target'] === undefined) {
    throw new LogFileError({ file, expected, found: Object.keys(fields).join(', ') || 'none' });
  }
  const columns = ['target', 'qHat', 'vHat'].flatMap((column) =>
    fields[column] === undefined ? [] : [[column, numbersOf(fields[column], column, table, file)] as const],
  );
  return { name, columns: Object.fromEntries(columns) };
}

function numbersOf(value: unknown, column: string, { rows }: LogTable, file: string): number[] {
  const isList = Array.isArray(value) && value.every((each) => typeof each === 'number');
  if (isList && value.length === rows) return value;
  const found = isList ? `${value.length}` : show(value);
  throw new LogFileError({ file, expected: `${rows} numbers as ${column}, one per row of the log`, found });
}
