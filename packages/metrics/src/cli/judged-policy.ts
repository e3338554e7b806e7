import type { LogTable } from '@ialp/core/log';
import { LogFileError } from '../logs/log-file-error.js';
import type { ModelledBanditLog } from '../ope/bandit-log.js';
import { policyOfItems } from './policy-of-items.js';
import { readJson } from './read-json.js';

/** A policy that a log is to judge. */
export interface JudgedPolicy {
  readonly name: string;
  /** Columns for the rows of the log. */
  readonly columns: Partial<ModelledBanditLog>;
  /** What is doubtful about it. Absent: nothing. */
  readonly warnings?: readonly string[];
}

/**
 * A policy from a file: `{"target": [...]}`, the probability of what each row of the log did, with `qHat` and `vHat` where
 * there is a model; or `{"items": {"3": 0.5, "7": 0.5}}`, by the ids of items, for a policy that shows
 * items with these probabilities whatever the user did.
 * @throws {LogFileError}
 */
export async function readJudgedPolicy(file: string, table: LogTable): Promise<JudgedPolicy> {
  const value = await readJson(file);
  const expected = 'an object with "target" or "items"';
  if (typeof value !== 'object' || value === null || Array.isArray(value)) {
    throw new LogFileError({ file, expected, found: 'something else' });
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
  const found = isList ? `${value.length}` : 'something else';
  throw new LogFileError({ file, expected: `${rows} numbers as ${column}, one for each row of the log`, found });
}
