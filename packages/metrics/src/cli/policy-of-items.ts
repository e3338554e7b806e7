import { show } from '@ialp/core';
import type { LogTable } from '@ialp/core/log';
import { LogFileError } from '../logs/log-file-error.js';

/** How far probabilities may be from adding up to 1. */
const SLACK = 1e-6;

/**
 * The probability of what each row of a log did, by a policy of probabilities by item. Items are named by their ids: the text of the
 * log, the ids in its header where rows have indices into them, or else its numbers. An item that the policy does not name has
 * probability 0.
 * @throws {LogFileError} unless these are probabilities that add up to 1, of items of which the log shows at least one.
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
  if (mass > 1 - SLACK) {
    const found = `${JSON.stringify(unseen[0][0])}, where the log has ${JSON.stringify([...shown][0])}`;
    throw new LogFileError({ file, expected: 'items of the log, by their ids', found });
  }
  const such = unseen.length > 0 ? JSON.stringify(unseen[0][0]) : '';
  const warning = `${unseen.length} items that the policy shows with probability ${Number(mass.toPrecision(3))}, such as ${such}, are never shown in the log: nothing is known of their rewards, and they count as 0.`;
  return {
    target: Float64Array.from({ length: rows }, (_, row) => target.get(idOf(item[row])) ?? 0),
    warnings: unseen.length > 0 ? [warning] : [],
  };
}

/** The id of the item that a number in the column `item` stands for. */
function idsOf({ labels, header }: LogTable, file: string): (item: number) => string {
  const texts = labels['item'];
  if (texts !== undefined) return (item) => texts[item];
  const ids = header?.['itemIds'];
  if (!Array.isArray(ids)) return String;
  return (item) => {
    if (item in ids) return String(ids[item]);
    throw new LogFileError({
      file,
      expected: `items from 0 to ${ids.length - 1}, as the log's header has`,
      found: `${item}`,
    });
  };
}

function* probabilitiesOf(value: unknown, { labels, header }: LogTable, file: string): Generator<[string, number]> {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) {
    throw new LogFileError({ file, expected: 'probabilities by item', found: show(value) });
  }
  const ids = header?.['itemIds'];
  const known = labels['item'] === undefined && Array.isArray(ids) ? new Set(ids.map(String)) : undefined;
  const isNumbered = labels['item'] === undefined && known === undefined;
  let sum = 0;
  for (const [id, probability] of Object.entries(value)) {
    if (!(typeof probability === 'number' && probability >= 0 && probability <= 1)) {
      throw new LogFileError({ file, expected: `a probability for item ${show(id)}`, found: show(probability) });
    }
    if (isNumbered && String(Number(id)) !== id) {
      throw new LogFileError({ file, expected: 'items by number', found: JSON.stringify(id) });
    }
    if (known !== undefined && !known.has(id)) {
      throw new LogFileError({ file, expected: 'items of the log, by their ids', found: JSON.stringify(id) });
    }
    yield [id, probability];
    sum += probability;
  }
  if (Math.abs(sum - 1) > SLACK) {
    throw new LogFileError({ file, expected: 'probabilities that add up to 1', found: String(sum) });
  }
}
