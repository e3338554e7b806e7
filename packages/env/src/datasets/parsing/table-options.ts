import { checkBoolean, checkOneOf, InvalidOptionError } from '@ialp/core';
import { checkOptions } from '../../options.js';
import { TIME_UNITS, type TimeUnit } from './table-time.js';

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

/** Options of `readItemTable`, as those of `readTables`. */
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

/** Checks the options of `readTables`. @throws {InvalidOptionError} */
export function checkTableOptions(options: ReadTablesOptions & { readonly scale?: RatingScale | undefined }): void {
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

/** Checks the options that every table of a format has. @throws {InvalidOptionError} */
export function checkForm(options: Omit<ReadItemTableOptions, 'columns'>): void {
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
  throw new InvalidOptionError('scale', Array.isArray(scale) ? `[${scale}]` : scale, expected);
}

function checkNames(option: string, columns: unknown): void {
  if (columns === undefined || (typeof columns === 'object' && columns !== null)) return;
  throw new InvalidOptionError(option, columns, "an object with the columns' names");
}

function checkName(option: string, name: unknown): void {
  if (typeof name !== 'string' || name === '') throw new InvalidOptionError(option, name, "a column's name");
}

/** Checks the names of the columns of an item table. @throws {InvalidOptionError} */
export function checkItemColumns(option: string, columns: ItemColumns | undefined): void {
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
