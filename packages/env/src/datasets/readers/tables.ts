import { isAbsolute, join } from 'node:path';
import {
  type Catalogue,
  type CatalogueItem,
  checkBoolean,
  checkOneOf,
  createRandom,
  type Interactions,
  InvalidOptionError,
  show,
} from '@ialp/core';
import { DatasetError } from '../../errors.js';
import { checkOptions } from '../../options.js';
import { type ExplicitDataset, type ImplicitDataset, selectRows } from '../dataset.js';
import { hasFiles, locateFile } from '../parsing/byte-stream.js';
import { type Place, parseNumber, wrong } from '../parsing/fields.js';
import { findRepeatedPair, InteractionRows } from '../parsing/interaction-rows.js';
import { readTable, type TableFormat, type TableRow } from '../parsing/table-file.js';
import { parseTime, TIME_UNITS, type TimeUnit } from '../parsing/table-time.js';
import { splitAtRandom, splitByUserOrder } from '../split.js';
import { enumerate } from './prose.js';

/** What the columns of the items' table are called. */
export interface ItemColumns {
  /** Default `id`. */
  readonly id?: string;
  /** Default `title`. */
  readonly title?: string;
  /** The item in words, for a language model. Default `text`; where there is no such column it is made of the title and attributes. */
  readonly text?: string;
  /** Columns that become attributes of their names. Default none. */
  readonly attributes?: readonly string[];
  /** How well known each item was before the first day. Default: no such column. */
  readonly prior?: string;
}

/** What the columns of the interactions' table are called. */
export interface InteractionColumnNames {
  /** Default `user`. */
  readonly user?: string;
  /** Default `item`. */
  readonly item?: string;
  /** The rating, or how often. Default `value`; for implicit feedback 1 where there is no such column. */
  readonly value?: string;
  /** Default `time`; without such a column rows are taken to stand in their order. */
  readonly time?: string;
}

/** Options of `readTables`. */
export interface ReadTablesOptions {
  /** Name for reports. Default `tables`. */
  readonly name?: string;
  /** Path of the items, from the folder on unless it is absolute. Default: `items.csv` or `items.jsonl` there, or gzipped. */
  readonly items?: string;
  /** Path of the interactions, likewise. Default: `interactions.csv` or `interactions.jsonl` there, or gzipped. */
  readonly interactions?: string;
  readonly columns?: { readonly items?: ItemColumns; readonly interactions?: InteractionColumnNames };
  /** Between the columns of a CSV file. Default a comma. */
  readonly separator?: string;
  /** Between the values of a list in one column. Default `|`. In JSON lines a list may be a list as well. */
  readonly listSeparator?: string;
  /**
   * Whether values of CSV files may be in double quotes (RFC 4180). `false`: quotes are letters, as in `12" Vinyl`. Default true;
   * of tab-separated files it has to be said where a value begins with a quote, as programs differ.
   */
  readonly quotes?: boolean;
  /**
   * Whether the last line of a CSV file must have its line end. Where it has none the file may have been cut short, and `u,b,10`
   * be left of `u,b,100`; `optional` says that it is whole. Default `required`. It is not asked for where the last column is not
   * read or its last value is in quotes, nor in JSON lines.
   */
  readonly finalNewline?: 'required' | 'optional';
  /**
   * What `time` counts: `iso` for dates and times in ISO 8601, which are in UTC where they have no zone. Default `seconds`, since
   * 1970. A number that is of another unit is refused: as seconds it would be after the year 5138.
   */
  readonly timeUnit?: TimeUnit;
  /**
   * What to do with interactions whose item is not in the catalogue: `refuse`, or `skip` and count. Default `refuse`.
   */
  readonly unknownItems?: 'refuse' | 'skip';
  /**
   * What to do with a second rating of an item by a user: `refuse`, or take the `last`: the latest, where there are times, and
   * of those at the same time the last row. Default `refuse`.
   */
  readonly duplicates?: 'refuse' | 'last';
}

/** What was passed over. */
export interface SkippedRows {
  /** Interactions with unknown items. */
  readonly skipped: number;
}

const ITEMS = ['items.csv', 'items.jsonl'];
const INTERACTIONS = ['interactions.csv', 'interactions.jsonl'];
const REMEDY = 'Correct the file, or name its columns in the option columns.';
/** The largest number in single precision, in which values and priors are stored. Larger ones would become `Infinity`. */
const LARGEST = (2 - 2 ** -23) * 2 ** 127;
const AMOUNT = { minimum: 0, maximum: LARGEST };
const VALUE = { expected: 'how often, or how much: a number from 0 to 3.4e38', ...AMOUNT };
const PRIOR = { expected: 'how well known the item is: a number from 0 to 3.4e38', ...AMOUNT };
/** Seeds the split where rows have no order. */
const SPLIT_SEED = 1;

/** Whether a folder holds a shop's own tables: items and interactions, as CSV or JSON lines. */
export async function isTables(folder: string): Promise<boolean> {
  return (await first(folder, ITEMS)) !== undefined && (await first(folder, INTERACTIONS)) !== undefined;
}

/**
 * Reads a shop's own data: a table of items and one of interactions, as CSV with a first line of column names or as JSON lines,
 * gzipped or not. With `scale` interactions are ratings, else implicit feedback.
 *
 * - Items are in the order of their file. Users are in the order in which they first appear.
 * - Of implicit feedback a user may have many rows with an item: each is an event.
 * - With a column of times the order is `time`, else `rows`. The split holds out the last fifth of each user's; of ratings
 *   where somebody's duplicates were dropped it goes by what is left.
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
  options: ReadTablesOptions & { readonly scale?: readonly [minimum: number, maximum: number] | undefined } = {},
): Promise<(ExplicitDataset | ImplicitDataset) & SkippedRows> {
  checkPath('folder', folder);
  checkTableOptions(options);
  const { scale, name = 'tables' } = options;
  const itemFile = inFolder(folder, options.items) ?? (await findRequired(folder, ITEMS));
  const { items, prior } = await readItems(itemFile, options);
  const file = inFolder(folder, options.interactions) ?? (await findRequired(folder, INTERACTIONS));
  const { interactions, userIds, skipped } = await readRows(file, items, scale, options);
  const order = interactions.time === undefined ? 'rows' : 'time';
  const shared = {
    name,
    catalogue: { items, ...(prior && { prior }) },
    userIds,
    order,
    split:
      interactions.user.length < 2
        ? splitAtRandom(interactions, createRandom(SPLIT_SEED))
        : splitByUserOrder(interactions, order),
    skipped,
  } as const;
  if (scale === undefined) return { ...shared, feedback: 'implicit', interactions };
  return { ...shared, feedback: 'explicit', interactions: { ...interactions, scale } };
}

/** Options of `readItemTable`, as those of `readTables`. */
export type ReadItemTableOptions = Pick<
  ReadTablesOptions,
  'separator' | 'listSeparator' | 'quotes' | 'finalNewline'
> & {
  readonly columns?: ItemColumns;
};

/**
 * Reads a table of items alone, where there are no interactions yet: CSV with a first line of column names, or JSON lines,
 * gzipped or not.
 * @throws {DatasetError} if the file is missing or damaged. The message names the file, the line and how to fix it.
 */
export async function readItemTable(path: string, options: ReadItemTableOptions = {}): Promise<Catalogue> {
  checkPath('path', path);
  checkForm(options);
  const { columns, ...rest } = options;
  checkItemColumns('columns', columns);
  return readItems(path, { ...rest, ...(columns && { columns: { items: columns } }) });
}

function inFolder(folder: string, path: string | undefined): string | undefined {
  return path === undefined || isAbsolute(path) ? path : join(folder, path);
}

function checkForm(options: Omit<ReadItemTableOptions, 'columns'>): void {
  checkOptions(options, '{ separator: ";" }');
  const { separator = ',', listSeparator = '|' } = options;
  if (typeof separator !== 'string' || separator === '' || /["\r\n]/.test(separator)) {
    throw new InvalidOptionError('separator', separator, 'what stands between columns: no quote and no line end');
  }
  if (typeof listSeparator !== 'string' || listSeparator === '')
    throw new InvalidOptionError('listSeparator', listSeparator, 'what stands between the values of a list');
  checkOneOf('finalNewline', options.finalNewline ?? 'required', ['required', 'optional']);
  if (options.quotes !== undefined) checkBoolean('quotes', options.quotes);
}

function checkPath(option: string, path: unknown): void {
  if (typeof path !== 'string') throw new InvalidOptionError(option, path, 'a path, as text');
}

function checkTableOptions(
  options: ReadTablesOptions & { readonly scale?: readonly [number, number] | undefined },
): void {
  checkForm(options);
  const { scale, items, interactions, columns } = options;
  if (scale !== undefined) checkScale(scale);
  for (const [option, path] of Object.entries({ items, interactions })) {
    if (path !== undefined) checkPath(option, path);
  }
  checkOneOf('timeUnit', options.timeUnit ?? 'seconds', TIME_UNITS);
  checkOneOf('unknownItems', options.unknownItems ?? 'refuse', ['refuse', 'skip']);
  checkOneOf('duplicates', options.duplicates ?? 'refuse', ['refuse', 'last']);
  checkNames('columns', columns);
  checkItemColumns('columns.items', columns?.items);
  checkInteractionColumns(columns?.interactions);
}

function checkScale(scale: unknown): void {
  const [least, greatest] = Array.isArray(scale) ? scale : [];
  if (Number.isFinite(least) && Number.isFinite(greatest) && least < greatest) {
    if (-least <= LARGEST && greatest <= LARGEST) return;
  }
  const expected = 'two finite numbers in single precision, the lower one first';
  throw new InvalidOptionError('scale', Array.isArray(scale) ? `[${scale}]` : scale, expected);
}

function checkNames(option: string, columns: unknown): void {
  if (columns === undefined || (typeof columns === 'object' && columns !== null)) return;
  throw new InvalidOptionError(option, columns, "an object with the columns' names");
}

function checkName(option: string, name: unknown): void {
  if (typeof name !== 'string' || name === '') throw new InvalidOptionError(option, name, "a column's name");
}

function checkItemColumns(option: string, columns: ItemColumns | undefined): void {
  checkNames(option, columns);
  const { attributes = [], ...names } = columns ?? {};
  for (const [field, name] of Object.entries(names)) {
    if (name !== undefined) checkName(`${option}.${field}`, name);
  }
  const where = `${option}.attributes`;
  if (!Array.isArray(attributes)) throw new InvalidOptionError(where, attributes, "a list of columns' names");
  for (const name of attributes) checkName(where, name);
  const twice = attributes.find((name, k) => attributes.indexOf(name) !== k);
  if (twice !== undefined) throw new InvalidOptionError(where, `${twice} twice`, 'each column once');
}

/** Each field of an interaction has a column of its own. */
function checkInteractionColumns(columns: InteractionColumnNames | undefined): void {
  checkNames('columns.interactions', columns);
  const { user = 'user', item = 'item', value = 'value', time = 'time' } = columns ?? {};
  const fieldOf = new Map<string, string>();
  for (const [field, name] of Object.entries({ user, item, value, time })) {
    const option = `columns.interactions.${field}`;
    checkName(option, name);
    const other = fieldOf.get(name);
    if (other !== undefined) {
      const found = `${name}, the column of ${other}`;
      throw new InvalidOptionError(option, found, `a column of its own: name another for ${field} or for ${other}`);
    }
    fieldOf.set(name, field);
  }
}

/** The options that are about the form of a file, as `readTable` takes them. */
function formOf({ quotes, finalNewline }: ReadTablesOptions): Pick<TableFormat, 'quotes' | 'finalNewline'> {
  return { ...(quotes !== undefined && { quotes }), ...(finalNewline && { finalNewline }) };
}

async function first(folder: string, names: readonly string[]): Promise<string | undefined> {
  for (const name of names) if (await hasFiles(folder, [name])) return locateFile(folder, name);
  return undefined;
}

async function findRequired(folder: string, names: readonly string[]): Promise<string> {
  const path = await first(folder, names);
  if (path !== undefined) return path;
  throw new DatasetError({
    file: folder,
    expected: `a file ${names.join(' or ')}`,
    found: 'none',
    remedy: `Put it there, or name it in the option ${names[0].split('.')[0]}.`,
  });
}

async function readItems(
  path: string,
  options: ReadTablesOptions,
): Promise<{ items: CatalogueItem[]; prior?: Float32Array }> {
  const { id = 'id', title = 'title', text = 'text', attributes = [], prior } = options.columns?.items ?? {};
  const { listSeparator = '|', separator = ',' } = options;
  const items: CatalogueItem[] = [];
  const known: number[] = [];
  const lineOf = new Map<string, number>();
  const format = {
    columns: [id, title, ...attributes, ...(prior === undefined ? [] : [prior])],
    optional: [text],
    lists: attributes,
    ids: [id],
    ...{ listSeparator, separator, remedy: REMEDY, ...formOf(options) },
  };
  await readTable(path, format, (row, place) => {
    const own = row.text(id);
    if (own === '') throw wrong('none', `${id}: an id`, place);
    const earlier = lineOf.get(own);
    if (earlier !== undefined) throw wrong(`item ${show(own)}, which line ${earlier} has as well`, 'a new item', place);
    lineOf.set(own, place.line);
    if (row.text(title) === '') throw wrong('none', `${title}: a title`, place);
    items.push(describeItem(own, row.text(title), row.text(text), attributes, row));
    if (prior !== undefined)
      known.push(parseNumber(row.text(prior), { ...PRIOR, expected: `${prior}: ${PRIOR.expected}` }, place));
  });
  if (items.length === 0) throw wrong('none', 'at least one item', { file: path, line: 1, remedy: REMEDY });
  return { items, ...(prior !== undefined && { prior: Float32Array.from(known) }) };
}

function describeItem(id: string, title: string, text: string, names: readonly string[], row: TableRow): CatalogueItem {
  const attributes = Object.fromEntries(names.map((name) => [name, row.list(name)]));
  const facts = names
    .filter((name) => attributes[name].length > 0)
    .map((name) => `${name}: ${enumerate(attributes[name])}`);
  return { id, title, text: text === '' ? [title, ...facts].join(', ') : text, attributes };
}

interface ReadRows {
  readonly interactions: Interactions;
  readonly userIds: readonly string[];
  readonly skipped: number;
}

async function readRows(
  path: string,
  items: readonly CatalogueItem[],
  scale: readonly [number, number] | undefined,
  options: ReadTablesOptions,
): Promise<ReadRows> {
  const { user = 'user', item = 'item', value = 'value', time = 'time' } = options.columns?.interactions ?? {};
  const { unknownItems = 'refuse', duplicates = 'refuse', timeUnit = 'seconds', separator = ',' } = options;
  const field =
    scale === undefined
      ? VALUE
      : { expected: `a rating from ${scale[0]} to ${scale[1]}`, minimum: scale[0], maximum: scale[1] };
  const indexOf = new Map(items.map(({ id }, index) => [id, index]));
  const userOf = new Map<string, number>();
  let rows: InteractionRows | undefined;
  /** Which of the columns that may be missing the first row has; in JSON lines, every row says so itself. */
  const given = new Map<string, { readonly present: boolean; readonly line: number }>();
  const checkSame = (column: string, present: boolean, place: Place): void => {
    const before = given.get(column);
    if (before === undefined) given.set(column, { present, line: place.line });
    else if (before.present !== present) {
      const found = present ? `one, where line ${before.line} has none` : 'none';
      const expected = before.present ? `a ${column}, as line ${before.line} has` : `no ${column}`;
      throw wrong(found, expected, { ...place, remedy: `Give every row a ${column}, or none. ${REMEDY}` });
    }
  };
  let skipped = 0;
  const format = {
    columns: [user, item, ...(scale === undefined ? [] : [value])],
    optional: [...(scale === undefined ? [value] : []), time],
    lists: [],
    ids: [user, item],
    ...{ separator, listSeparator: '|', remedy: REMEDY, ...formOf(options) },
  };
  await readTable(path, format, (row, place) => {
    const timed = row.has(time);
    checkSame(time, timed, place);
    checkSame(value, row.has(value), place);
    rows ??= new InteractionRows(timed);
    const index = indexOf.get(row.text(item));
    if (index === undefined) {
      if (unknownItems === 'refuse')
        throw wrong(show(row.text(item)), `${item}: the id of an item of the catalogue`, place);
      skipped++;
      return;
    }
    const who = row.text(user);
    if (who === '') throw wrong('none', `${user}: a user`, place);
    const number = userOf.get(who) ?? userOf.size;
    userOf.set(who, number);
    rows.add({
      userNumber: number,
      item: index,
      value: row.has(value)
        ? parseNumber(row.text(value), { ...field, expected: `${value}: ${field.expected}` }, place)
        : 1,
      ...(timed && { time: parseTime(row.text(time), timeUnit, { ...place, expected: time }) }),
      line: place.line,
    });
  });
  const place = { file: path, remedy: REMEDY };
  if (rows === undefined) throw wrong('none', 'at least one interaction', { ...place, line: 1 });
  const refuse = scale !== undefined && duplicates === 'refuse';
  const { interactions } = refuse ? rows.collect(items, place) : rows.collectEvents(place);
  const kept = scale !== undefined && duplicates === 'last' ? lastOfEach(interactions, items.length) : interactions;
  return { interactions: kept, userIds: [...userOf.keys()], skipped };
}

/** Of each user and item the latest row; without times, and of those at the same time, the last one. */
function lastOfEach(interactions: Interactions, items: number): Interactions {
  const { users, user, item, time } = interactions;
  if (findRepeatedPair(user, item, users, items) === undefined) return interactions;
  const last = new Map<string, number>();
  for (let row = 0; row < user.length; row++) {
    const pair = `${user[row]} ${item[row]}`;
    const earlier = last.get(pair);
    if (time === undefined || earlier === undefined || time[row] >= time[earlier]) last.set(pair, row);
  }
  return selectRows(interactions, Int32Array.from(last.values()).sort());
}
