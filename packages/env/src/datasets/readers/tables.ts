import { isAbsolute, join } from 'node:path';
import { type Catalogue, checkOptionNames, createRandom } from '@ialp/core';
import { DatasetError } from '../../errors.js';
import type { ExplicitDataset, ImplicitDataset } from '../dataset.js';
import { hasFiles, locateFile } from '../parsing/byte-stream.js';
import { parseInteractionTable } from '../parsing/interaction-table.js';
import { parseItemTable } from '../parsing/item-table.js';
import {
  checkForm,
  checkItemColumns,
  checkPath,
  checkTableOptions,
  type RatingScale,
  type ReadItemTableOptions,
  type ReadTablesOptions,
} from '../parsing/table-options.js';
import { splitAtRandom, splitByUserOrder } from '../split.js';

export type {
  InteractionColumnNames,
  ItemColumns,
  ReadItemTableOptions,
  ReadTablesOptions,
} from '../parsing/table-options.js';

/** Rows that were left out. */
export interface SkippedRows {
  /** Interactions with items that are not in the catalogue. */
  readonly skipped: number;
}

const ITEMS = ['items.csv', 'items.jsonl'];
const INTERACTIONS = ['interactions.csv', 'interactions.jsonl'];
/** Seeds the split of a single row, which has no order. */
const SPLIT_SEED = 1;

/** Whether a folder holds tables of your own: items and interactions, as CSV or JSON lines. */
export async function isTables(folder: string): Promise<boolean> {
  return (await findFile(folder, ITEMS)) !== undefined && (await findFile(folder, INTERACTIONS)) !== undefined;
}

/**
 * Reads your own data: a table of items and a table of interactions, as CSV with a header or as JSON lines, gzipped or not.
 * Interactions are ratings with `scale`, otherwise implicit feedback. Without `scale`, a column that is named `rating`, `star` or
 * `score` (or their plurals) is refused if it would be ignored, and values that look like ratings from 1 to 5 are read with a warning
 * (`IALP_LIKELY_RATINGS`).
 *
 * - Items are in the order of their file. Users are in the order in which they first appear.
 * - Implicit feedback may have many rows of the same user and item: each is an event.
 * - With a column of times the order is `time`, otherwise `rows`. The split holds out the last fifth of each user's
 *   interactions, after duplicate ratings were dropped.
 * @param folder Where the files are, unless the options name them.
 * @throws {DatasetError} if a file is missing or damaged. The message names the file, the line and how to fix it.
 * @throws {InvalidOptionError}
 */
export async function readTables(
  folder: string,
  options: ReadTablesOptions & { readonly scale: readonly [minimum: number, maximum: number] },
): Promise<ExplicitDataset & SkippedRows>;
export async function readTables(
  folder: string,
  options?: ReadTablesOptions & { readonly scale?: undefined },
): Promise<ImplicitDataset & SkippedRows>;
export async function readTables(
  folder: string,
  options: ReadTablesOptions & { readonly scale?: RatingScale | undefined } = {},
): Promise<(ExplicitDataset | ImplicitDataset) & SkippedRows> {
  checkPath('folder', folder);
  checkTableOptions(options);
  const { scale, name = 'tables' } = options;
  const itemFile = inFolder(folder, options.items) ?? (await findRequired(folder, ITEMS));
  const catalogue = await parseItemTable(itemFile, options);
  const interactionFile = inFolder(folder, options.interactions) ?? (await findRequired(folder, INTERACTIONS));
  const parsed = await parseInteractionTable(interactionFile, catalogue.items, scale, options);
  const { interactions, userIds, skipped } = parsed;
  const order = interactions.time === undefined ? 'rows' : 'time';
  const split =
    interactions.user.length < 2
      ? splitAtRandom(interactions, createRandom(SPLIT_SEED))
      : splitByUserOrder(interactions, order);
  const shared = { name, catalogue, userIds, order, split, skipped } as const;
  if (scale === undefined) return { ...shared, feedback: 'implicit', interactions };
  return { ...shared, feedback: 'explicit', interactions: { ...interactions, scale } };
}

/**
 * Reads a table of items alone, for a catalogue without interactions: CSV with a header, or JSON lines, gzipped or not.
 * @throws {DatasetError} if the file is missing or damaged. The message names the file, the line and how to fix it.
 */
export async function readItemTable(path: string, options: ReadItemTableOptions = {}): Promise<Catalogue> {
  checkPath('path', path);
  checkForm(options);
  checkOptionNames(options, ['columns', 'separator', 'listSeparator', 'quotes', 'finalNewline']);
  const { columns, ...rest } = options;
  checkItemColumns('columns', columns);
  return parseItemTable(path, { ...rest, ...(columns && { columns: { items: columns } }) });
}

function inFolder(folder: string, path: string | undefined): string | undefined {
  return path === undefined || isAbsolute(path) ? path : join(folder, path);
}

/** The first of some files that a folder has. */
async function findFile(folder: string, names: readonly string[]): Promise<string | undefined> {
  for (const name of names) if (await hasFiles(folder, [name])) return locateFile(folder, name);
  return undefined;
}

async function findRequired(folder: string, names: readonly string[]): Promise<string> {
  const path = await findFile(folder, names);
  if (path !== undefined) return path;
  throw new DatasetError({
    file: folder,
    expected: `a file ${names.join(' or ')}`,
    found: 'none',
    remedy: `Put it there, or name it in the option ${names[0].split('.')[0]}.`,
  });
}
