import { LogFileError } from '../logs/log-file-error.js';
import type { LogTable } from '../logs/log-table.js';
import type { ModelledBanditLog } from '../ope/bandit-log.js';
import { readJson } from './read-json.js';

/** A policy that a log is to judge. */
export interface JudgedPolicy {
  readonly name: string;
  /** Columns for the rows of the log. */
  readonly columns: Partial<ModelledBanditLog>;
}

/** How far probabilities may be from adding up to 1. */
const SLACK = 1e-6;

/**
 * A policy from a file: `{"target": [...]}`, the probability of what each row of the log did, with `predicted` and `predictedTarget` where
 * there is a model; or `{"items": {"3": 0.5, "7": 0.5}}`, for a policy that shows items with these probabilities whatever the person did.
 * @throws {LogFileError}
 */
export async function readJudgedPolicy(file: string, table: LogTable): Promise<JudgedPolicy> {
  const value = await readJson(file);
  const expected = 'an object with "target" or "items"';
  if (typeof value !== 'object' || value === null || Array.isArray(value)) {
    throw new LogFileError({ file, expected, found: 'something else' });
  }
  const fields: Readonly<Record<string, unknown>> = { ...value };
  const name = typeof fields['name'] === 'string' ? fields['name'] : file;
  if (fields['items'] !== undefined) return { name, columns: { target: ofItems(fields['items'], table, file) } };
  if (fields['target'] === undefined) {
    throw new LogFileError({ file, expected, found: Object.keys(fields).join(', ') || 'none' });
  }
  const columns = ['target', 'predicted', 'predictedTarget'].flatMap((column) =>
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

function ofItems(value: unknown, { columns, header, rows }: LogTable, file: string): Float64Array {
  const item = columns['item'];
  if (item === undefined) {
    const found = `only ${Object.keys(columns).join(', ')}`;
    throw new LogFileError({ file, expected: 'a log with the column item', found });
  }
  if (typeof value !== 'object' || value === null || Array.isArray(value)) {
    throw new LogFileError({ file, expected: 'probabilities by item', found: JSON.stringify(value) });
  }
  const ids = header?.['itemIds'];
  const indices = Array.isArray(ids) ? new Map(ids.map((id, index) => [String(id), index])) : undefined;
  const probabilities = new Map<number, number>();
  let sum = 0;
  for (const [id, probability] of Object.entries(value)) {
    if (!(typeof probability === 'number' && probability >= 0 && probability <= 1)) {
      const found = JSON.stringify(probability);
      throw new LogFileError({ file, expected: `a probability for item ${id}`, found });
    }
    const index = indices === undefined ? Number(id) : indices.get(id);
    if (index === undefined || !Number.isInteger(index)) {
      const expected = indices === undefined ? 'items by number' : 'items of the log, by their ids';
      throw new LogFileError({ file, expected, found: JSON.stringify(id) });
    }
    probabilities.set(index, probability);
    sum += probability;
  }
  if (Math.abs(sum - 1) > SLACK) {
    throw new LogFileError({ file, expected: 'probabilities that add up to 1', found: String(sum) });
  }
  return Float64Array.from({ length: rows }, (_, row) => probabilities.get(item[row]) ?? 0);
}
