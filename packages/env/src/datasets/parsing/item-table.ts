import { type Catalogue, type CatalogueItem, show } from '@ialp/core';
import { enumerate } from '../prose.js';
import { parseNumber, wrong } from './fields.js';
import { readTable, type TableRow } from './table-file.js';
import { MAX_SINGLE, type ReadTablesOptions } from './table-options.js';

/** What to do if a value of a table is wrong. */
export const REMEDY = 'Correct the file, or name its columns in the option columns.';

const PRIOR = { expected: 'how well known the item is: a number from 0 to 3.4e38', minimum: 0, maximum: MAX_SINGLE };

/**
 * Parses a table of items to a catalogue, in the order of the rows.
 * @throws {DatasetError} for a damaged file, a missing id or title, and an id that two rows have.
 */
export async function parseItemTable(path: string, options: ReadTablesOptions): Promise<Catalogue> {
  const { id = 'id', title = 'title', text = 'text', attributes = [], prior } = options.columns?.items ?? {};
  const { listSeparator = '|', separator = ',' } = options;
  const items: CatalogueItem[] = [];
  const priors: number[] = [];
  const lineOf = new Map<string, number>();
  const format = {
    columns: [id, title, ...attributes, ...(prior === undefined ? [] : [prior])],
    optional: [text],
    lists: attributes,
    ids: [id],
    ...{ listSeparator, separator, remedy: REMEDY, quotes: options.quotes, finalNewline: options.finalNewline },
  };
  await readTable(path, format, (row, place) => {
    const own = row.text(id);
    if (own === '') throw wrong('none', `${id}: an id`, place);
    const earlier = lineOf.get(own);
    if (earlier !== undefined) throw wrong(`item ${show(own)}, which line ${earlier} also has`, 'a new item', place);
    lineOf.set(own, place.line);
    if (row.text(title) === '') throw wrong('none', `${title}: a title`, place);
    items.push(describeItem(own, row.text(title), row.text(text), attributes, row));
    if (prior !== undefined)
      priors.push(parseNumber(row.text(prior), { ...PRIOR, expected: `${prior}: ${PRIOR.expected}` }, place));
  });
  if (items.length === 0) throw wrong('none', 'at least one item', { file: path, line: 1, remedy: REMEDY });
  return { items, ...(prior !== undefined && { prior: Float32Array.from(priors) }) };
}

function describeItem(id: string, title: string, text: string, names: readonly string[], row: TableRow): CatalogueItem {
  const attributes = Object.fromEntries(names.map((name) => [name, row.list(name)]));
  const facts = names
    .filter((name) => attributes[name].length > 0)
    .map((name) => `${name}: ${enumerate(attributes[name])}`);
  return { id, title, text: text === '' ? [title, ...facts].join(', ') : text, attributes };
}
