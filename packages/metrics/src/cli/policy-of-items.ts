import { show } from '@ialp/core';
import type { LogTable } from '@ialp/core/log';
import { LogFileError } from '../logs/log-file-error.js';

/** Tolerance of the sum of the probabilities. */
const TOLERANCE = 1e-6;

/**
 * The probability of each logged action under a policy with a fixed probability per item. Items are named by their ids:
 * strings of the log, the ids in its header if rows hold indices, or otherwise the numbers of the log. Items that the
 * policy does not name have probability 0.
 * @throws {LogFileError} unless the probabilities sum to 1 and the log contains at least one of the items.
 */
export function policyOfItems(
  value: unknown,
  table: LogTable,
  file: string,
): { target: Float64Array; warnings: readonly string[] } {
  const { columns, rows } = table;
  const item = columns['item'];
  if (item === undefined) {
    const found = `only ${Object.keys(columns).join(', ')}`;
    throw new LogFileError({ file, expected: 'a log with the column item', found });
  }
  const idOf = idsOf(table, file);
  const target = new Map(probabilitiesOf(value, table, file));
  const shown = new Set(Array.from(new Set(item), idOf));
  const unseen = [...target].filter(([id, probability]) => probability > 0 && !shown.has(id));
  const mass = unseen.reduce((sum, [, probability]) => sum + probability, 0);
  if (mass > 1 - TOLERANCE) {
    const found = `${JSON.stringify(unseen[0][0])}, where the log has ${JSON.stringify([...shown][0])}`;
    throw new LogFileError({ file, expected: 'item ids of the log', found });
  }
  const such = unseen.length > 0 ? JSON.stringify(unseen[0][0]) : '';
  const warning = `The log never shows ${unseen.length} of the policy's items (total probability ${Number(mass.toPrecision(3))}), such as ${such}. Their rewards are unknown and count as 0.`;
  return {
    target: Float64Array.from({ length: rows }, (_, row) => target.get(idOf(item[row])) ?? 0),
    warnings: unseen.length > 0 ? [warning] : [],
  };
}

/** Maps the numbers of the column `item` to ids. */
function idsOf({ labels, header }: LogTable, file: string): (item: number) => string {
  const texts = labels['item'];
  if (texts !== undefined) return (item) => texts[item];
  const ids = header?.['itemIds'];
  if (!Array.isArray(ids)) return String;
  return (item) => {
    if (item in ids) return String(ids[item]);
    throw new LogFileError({
      file,
      expected: `item indices from 0 to ${ids.length - 1}, as in the log's header`,
      found: `${item}`,
    });
  };
}

function* probabilitiesOf(value: unknown, { labels, header }: LogTable, file: string): Generator<[string, number]> {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) {
    throw new LogFileError({ file, expected: 'an object with probabilities by item id', found: show(value) });
  }
  const ids = header?.['itemIds'];
  const known = labels['item'] === undefined && Array.isArray(ids) ? new Set(ids.map(String)) : undefined;
  const isNumbered = labels['item'] === undefined && known === undefined;
  let sum = 0;
  for (const [id, probability] of Object.entries(value)) {
    if (!(typeof probability === 'number' && probability >= 0 && probability <= 1)) {
      throw new LogFileError({
        file,
        expected: `a probability from 0 to 1 for item ${show(id)}`,
        found: show(probability),
      });
    }
    if (isNumbered && String(Number(id)) !== id) {
      throw new LogFileError({ file, expected: 'item numbers as ids', found: JSON.stringify(id) });
    }
    if (known !== undefined && !known.has(id)) {
      throw new LogFileError({ file, expected: 'item ids of the log', found: JSON.stringify(id) });
    }
    yield [id, probability];
    sum += probability;
  }
  if (Math.abs(sum - 1) > TOLERANCE) {
    throw new LogFileError({ file, expected: 'probabilities that sum to 1', found: String(sum) });
  }
}
