import { type CatalogueItem, type Interactions, show } from '@ialp/core';
import { warnOnce } from '../../warn-once.js';
import { selectRows } from '../dataset.js';
import { type NumberField, type Place, parseNumber, wrong } from './fields.js';
import { findRepeatedPair, InteractionRows } from './interaction-rows.js';
import { REMEDY } from './item-table.js';
import { readTable, type TableRow } from './table-file.js';
import { MAX_SINGLE, type RatingScale, type ReadTablesOptions } from './table-options.js';
import { parseTime } from './table-time.js';

const COUNT = { expected: 'how often, or how much: a number from 0 to 3.4e38', minimum: 0, maximum: MAX_SINGLE };

/** Columns that hold ratings if they have one of these names, whatever the case. */
const RATING_COLUMN = /^(ratings?|stars?|scores?)$/i;
/** Values of this scale look like ratings rather than counts, in tables of at least this many rows. */
const LIKELY_RATINGS = { minimum: 1, maximum: 5, rows: 20 } as const;

/** A parsed table of interactions. */
export interface ParsedInteractions {
  readonly interactions: Interactions;
  /** `[users]` ids, in the order in which users first appear. */
  readonly userIds: readonly string[];
  /** Rows left out because their item is not in the catalogue. */
  readonly skipped: number;
}

/**
 * Parses a table of interactions: ratings with `scale`, otherwise implicit feedback.
 * @throws {DatasetError} for a damaged file, an unknown item, a value out of range, a repeated rating, a time of another unit,
 *   a column that only some rows have, and a column such as `rating` that would be ignored.
 */
export async function parseInteractionTable(
  path: string,
  items: readonly CatalogueItem[],
  scale: RatingScale | undefined,
  options: ReadTablesOptions,
): Promise<ParsedInteractions> {
  const { user = 'user', item = 'item', value = 'value', time = 'time' } = options.columns?.interactions ?? {};
  const { unknownItems = 'refuse', duplicates = 'refuse', timeUnit = 'seconds', separator = ',' } = options;
  const { expected, ...range } = scale === undefined ? COUNT : ratingField(scale);
  const valueField = { ...range, expected: `${value}: ${expected}` };
  const itemIndex = new Map(items.map(({ id }, index) => [id, index]));
  const userIndex = new Map<string, number>();
  const checkPresence = presenceRule();
  let rows: InteractionRows | undefined;
  let skipped = 0;
  const format = {
    columns: [user, item, ...(scale === undefined ? [] : [value])],
    optional: [...(scale === undefined ? [value] : []), time],
    lists: [],
    ids: [user, item],
    ...{ separator, listSeparator: '|', remedy: REMEDY, quotes: options.quotes, finalNewline: options.finalNewline },
  };
  await readTable(path, format, (row, place) => {
    const timed = row.has(time);
    checkPresence(time, timed, place);
    checkPresence(value, row.has(value), place);
    if (rows === undefined && !row.has(value)) checkIgnoredRatings(row, [user, item, time], place);
    rows ??= new InteractionRows(timed);
    const index = itemIndex.get(row.text(item));
    if (index === undefined) {
      if (unknownItems === 'refuse') {
        const remedy = "Correct the file, name its columns in the option columns, or set unknownItems: 'skip'.";
        throw wrong(show(row.text(item)), `${item}: the id of an item of the catalogue`, { ...place, remedy });
      }
      skipped++;
      return;
    }
    const userId = row.text(user);
    if (userId === '') throw wrong('none', `${user}: a user`, place);
    const userNumber = userIndex.get(userId) ?? userIndex.size;
    userIndex.set(userId, userNumber);
    rows.add({
      userNumber,
      item: index,
      value: row.has(value) ? parseNumber(row.text(value), valueField, place) : 1,
      ...(timed && { time: parseTime(row.text(time), timeUnit, { ...place, expected: time }) }),
      line: place.line,
    });
  });
  const place = { file: path, remedy: REMEDY };
  if (rows === undefined) throw wrong('none', 'at least one interaction', { ...place, line: 1 });
  const userIds = [...userIndex.keys()];
  // Implicit feedback may have several rows of a user and an item: each is an event.
  if (scale === undefined) {
    const { interactions } = rows.collectEvents(place);
    if (options.feedback === undefined) warnOfRatings(path, interactions.value);
    return { interactions, userIds, skipped };
  }
  if (duplicates === 'refuse') {
    const remedy = "Correct the file, or set duplicates: 'last' to use the latest rating.";
    return { interactions: rows.collect(items, { ...place, remedy }, userIds).interactions, userIds, skipped };
  }
  return { interactions: latestOfEachPair(rows.collectEvents(place).interactions, items.length), userIds, skipped };
}

/** Refuses a column of ratings that would be ignored because no column is read as the value. */
function checkIgnoredRatings(row: TableRow, read: readonly string[], place: Place): void {
  const ignored = row.columns().find((column) => RATING_COLUMN.test(column) && !read.includes(column));
  if (ignored === undefined) return;
  const name = show(ignored).replaceAll('"', "'");
  throw wrong(`a column ${show(ignored)}, which would be ignored`, 'the ratings in a column that is read', {
    ...place,
    remedy: `Set columns: { interactions: { value: ${name} } } and the scale, such as scale: [1, 5]; otherwise rename or remove the column.`,
  });
}

/** Warns if implicit feedback has values that look like ratings. */
function warnOfRatings(path: string, values: Float32Array): void {
  const { minimum, maximum, rows } = LIKELY_RATINGS;
  const isLikely = (value: number): boolean => Number.isInteger(value) && value >= minimum && value <= maximum;
  if (values.length < rows || !values.every(isLikely) || new Set(values).size < 2) return;
  warnOnce(
    'IALP_LIKELY_RATINGS',
    `${path}: values look like ratings from ${minimum} to ${maximum}: set scale: [${minimum}, ${maximum}], ` +
      "or feedback: 'implicit' if they are counts.",
  );
}

function ratingField([minimum, maximum]: RatingScale): NumberField & { minimum: number; maximum: number } {
  return { expected: `a rating from ${minimum} to ${maximum}`, minimum, maximum };
}

/** Checks that an optional column is in all rows or in none; in JSON lines each row may have other fields. */
function presenceRule(): (column: string, isPresent: boolean, place: Place) => void {
  const first = new Map<string, { readonly isPresent: boolean; readonly line: number }>();
  return (column, isPresent, place) => {
    const before = first.get(column);
    if (before === undefined) first.set(column, { isPresent, line: place.line });
    if (before === undefined || before.isPresent === isPresent) return;
    const found = isPresent ? `one, where line ${before.line} has none` : 'none';
    const expected = before.isPresent ? `a ${column}, as line ${before.line} has` : `no ${column}`;
    throw wrong(found, expected, { ...place, remedy: `Give every row a ${column}, or none. ${REMEDY}` });
  };
}

/** The latest row of each pair of a user and an item; without times, or at equal times, the last row. */
function latestOfEachPair(interactions: Interactions, items: number): Interactions {
  const { users, user, item, time } = interactions;
  if (findRepeatedPair(user, item, users, items) === undefined) return interactions;
  const latest = new Map<string, number>();
  for (let row = 0; row < user.length; row++) {
    const pair = `${user[row]} ${item[row]}`;
    const earlier = latest.get(pair);
    if (time === undefined || earlier === undefined || time[row] >= time[earlier]) latest.set(pair, row);
  }
  return selectRows(interactions, Int32Array.from(latest.values()).sort());
}
