import { checkBoolean, checkOneOf, checkOptionNames, described, InvalidOptionError, show } from '@ialp/core';
import { checkOptions } from '../../options.js';
import { enumerate } from '../prose.js';
import { TIME_UNITS, type TimeUnit } from './table-time.js';

/** Names of the columns of the item table. */
export interface ItemColumns {
  /** Default `id`. */
  readonly id?: string;
  /** Default `title`. */
  readonly title?: string;
  /** A description of the item for a language model. Default `text`; without that column, title and attributes. */
  readonly text?: string;
  /** Columns that become attributes with the same names. Default: none. */
  readonly attributes?: readonly string[];
  /** The popularity of each item before deployment. Default: no such column. */
  readonly prior?: string;
}

/** Names of the columns of the interaction table. */
export interface InteractionColumnNames {
  /** Default `user`. */
  readonly user?: string;
  /** Default `item`. */
  readonly item?: string;
  /** The rating or count. Default `value`; for implicit feedback without that column, 1. */
  readonly value?: string;
  /** Default `time`; without that column, rows are taken to be in the order in which they happened. */
  readonly time?: string;
}

/** Options of `readTables`. */
export interface ReadTablesOptions {
  /** Name for reports. Default `tables`. */
  readonly name?: string;
  /**
   * `implicit`: values are counts, even if they look like ratings from 1 to 5; without it such a table is read with a warning. Cannot be
   * combined with `scale`. Default: ratings with `scale`, otherwise implicit.
   */
  readonly feedback?: 'implicit';
  /** Path of the items, relative to the folder. Default: `items.csv` or `items.jsonl`, plain or gzipped. */
  readonly items?: string;
  /** Path of the interactions, relative to the folder. Default: `interactions.csv` or `interactions.jsonl`, plain or gzipped. */
  readonly interactions?: string;
  /** Names of the columns. Defaults: see `ItemColumns` and `InteractionColumnNames`. */
  readonly columns?: { readonly items?: ItemColumns; readonly interactions?: InteractionColumnNames };
  /** Separator of the columns of a CSV file. Default: a comma. */
  readonly separator?: string;
  /** Separator of the values of a list in one column. Default `|`. JSON lines may have JSON lists instead. */
  readonly listSeparator?: string;
  /**
   * Whether values of CSV files may be in double quotes (RFC 4180). `false`: quotes are part of the values, as in `12" Vinyl`. Default
   * true; required for tab-separated files in which a value begins with a quote, as programs differ.
   */
  readonly quotes?: boolean;
  /**
   * Whether the last line of a CSV file must end with a line end. Without one the file may have been cut short, and `u,b,10` may be
   * what is left of `u,b,100`; `optional` accepts it. Default `required`. It is not required if the last column is not read or its
   * last value is in quotes, nor in JSON lines.
   */
  readonly finalNewline?: 'required' | 'optional';
  /**
   * The unit of `time`, since 1970; or `iso` for dates and times in ISO 8601, in UTC if they have no zone. Default `seconds`. Numbers
   * that look like another unit are refused: as seconds they would be after the year 5138.
   */
  readonly timeUnit?: TimeUnit;
  /**
   * Interactions whose item is not in the catalogue: `refuse` them, or `skip` and count them. Default `refuse`.
   */
  readonly unknownItems?: 'refuse' | 'skip';
  /**
   * Several ratings of an item by the same user: `refuse` them, or use the `last` one: the latest, and of equal times or without
   * times the last row. Default `refuse`.
   */
  readonly duplicates?: 'refuse' | 'last';
}

/** Options of `readItemTable`; see `ReadTablesOptions`. */
export type ReadItemTableOptions = Pick<
  ReadTablesOptions,
  'separator' | 'listSeparator' | 'quotes' | 'finalNewline'
> & {
  readonly columns?: ItemColumns;
};

/** The largest number in single precision, in which values and priors are stored. Larger ones would become `Infinity`. */
export const MAX_SINGLE = (2 - 2 ** -23) * 2 ** 127;

/** Lowest and highest rating. */
export type RatingScale = readonly [minimum: number, maximum: number];

const TABLE_OPTIONS = [
  'name',
  'scale',
  'feedback',
  'items',
  'interactions',
  'columns',
  'separator',
  'listSeparator',
  'quotes',
  'finalNewline',
  'timeUnit',
  'unknownItems',
  'duplicates',
] as const;

/** Checks the options of `readTables`. @throws {InvalidOptionError} */
export function checkTableOptions(options: ReadTablesOptions & { readonly scale?: RatingScale | undefined }): void {
  checkForm(options);
  checkOptionNames(options, TABLE_OPTIONS);
  const { scale, items, interactions, columns, feedback } = options;
  if (scale !== undefined) checkScale(scale);
  if (feedback !== undefined) {
    checkOneOf('feedback', feedback, ['implicit']);
    if (scale !== undefined) throw new InvalidOptionError('scale', scale, "no scale with feedback: 'implicit'");
  }
  for (const [option, path] of Object.entries({ items, interactions })) {
    if (path !== undefined) checkPath(option, path);
  }
  checkOneOf('timeUnit', options.timeUnit ?? 'seconds', TIME_UNITS);
  checkOneOf('unknownItems', options.unknownItems ?? 'refuse', ['refuse', 'skip']);
  checkOneOf('duplicates', options.duplicates ?? 'refuse', ['refuse', 'last']);
  checkNames('columns', columns);
  checkFields('columns', columns, ['items', 'interactions']);
  checkItemColumns('columns.items', columns?.items);
  checkInteractionColumns(columns?.interactions);
}

/** Checks the options of the file format. @throws {InvalidOptionError} */
export function checkForm(options: Omit<ReadItemTableOptions, 'columns'>): void {
  checkOptions(options, '{ separator: ";" }');
  const { separator = ',', listSeparator = '|' } = options;
  if (typeof separator !== 'string' || separator === '' || /["\r\n]/.test(separator)) {
    throw new InvalidOptionError('separator', separator, 'text without quotes and line ends');
  }
  if (typeof listSeparator !== 'string' || listSeparator === '')
    throw new InvalidOptionError('listSeparator', listSeparator, 'text');
  checkOneOf('finalNewline', options.finalNewline ?? 'required', ['required', 'optional']);
  if (options.quotes !== undefined) checkBoolean('quotes', options.quotes);
}

/** @throws {InvalidOptionError} */
export function checkPath(option: string, path: unknown): void {
  if (typeof path !== 'string') throw new InvalidOptionError(option, path, 'a path, as text');
}

function checkScale(scale: unknown): void {
  const [least, greatest] = Array.isArray(scale) ? scale : [];
  if (Number.isFinite(least) && Number.isFinite(greatest) && least < greatest) {
    if (-least <= MAX_SINGLE && greatest <= MAX_SINGLE) return;
  }
  const expected = 'two finite numbers in single precision, the lower one first';
  throw new InvalidOptionError('scale', scale, expected);
}

function checkNames(option: string, columns: unknown): void {
  if (columns === undefined || (typeof columns === 'object' && columns !== null)) return;
  throw new InvalidOptionError(option, columns, "an object with the columns' names");
}

/** Refuses other fields than the named ones, such as a misspelt one. */
function checkFields(option: string, columns: object | undefined, fields: readonly string[]): void {
  const other = Object.entries(columns ?? {}).find(([field]) => !fields.includes(field));
  if (other === undefined) return;
  throw new InvalidOptionError(`${option}.${other[0]}`, other[1], `only ${enumerate(fields)} in ${option}`);
}

function checkName(option: string, name: unknown): void {
  if (typeof name !== 'string' || name === '') throw new InvalidOptionError(option, name, "a column's name");
}

/** Checks the names of the columns of an item table. @throws {InvalidOptionError} */
export function checkItemColumns(option: string, columns: ItemColumns | undefined): void {
  checkNames(option, columns);
  const { attributes = [], ...names } = columns ?? {};
  checkFields(option, columns, ['id', 'title', 'text', 'attributes', 'prior']);
  for (const [field, name] of Object.entries(names)) {
    if (name !== undefined) checkName(`${option}.${field}`, name);
  }
  const where = `${option}.attributes`;
  if (!Array.isArray(attributes)) throw new InvalidOptionError(where, attributes, "a list of columns' names");
  for (const name of attributes) checkName(where, name);
  const twice = attributes.find((name, k) => attributes.indexOf(name) !== k);
  if (twice !== undefined) throw new InvalidOptionError(where, described(`${show(twice)} twice`), 'each column once');
}

/** Checks the names of the columns of an interaction table: each field has its own column. */
function checkInteractionColumns(columns: InteractionColumnNames | undefined): void {
  checkNames('columns.interactions', columns);
  checkFields('columns.interactions', columns, ['user', 'item', 'value', 'time']);
  const { user = 'user', item = 'item', value = 'value', time = 'time' } = columns ?? {};
  const fieldOf = new Map<string, string>();
  for (const [field, name] of Object.entries({ user, item, value, time })) {
    const option = `columns.interactions.${field}`;
    checkName(option, name);
    const other = fieldOf.get(name);
    if (other !== undefined) {
      const found = described(`${show(name)}, the column of ${other}`);
      throw new InvalidOptionError(option, found, `a column of its own: name another for ${field} or for ${other}`);
    }
    fieldOf.set(name, field);
  }
}
