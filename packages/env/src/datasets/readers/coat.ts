import { join } from 'node:path';
import { type CatalogueItem, type Ratings, show, type UserFeatures } from '@ialp/core';
import { DatasetError } from '../../errors.js';
import type { ExplicitDataset } from '../dataset.js';
import { hasFiles, locateFile } from '../parsing/byte-stream.js';
import { type Place, parseInteger, wrong } from '../parsing/fields.js';
import { readTextFile, type TextFile } from '../parsing/text-file.js';
import { withArticle } from '../prose.js';
import { toSplit } from '../split.js';

export { withoutOverlap } from '../without-overlap.js';

const DOWNLOAD = 'Download coat.zip again from https://www.cs.cornell.edu/~schnabts/mnar/ and unpack it.';
const CORRECT = `Correct the line, or start over: ${DOWNLOAD}`;

const TRAIN = 'train.ascii';
const TEST = 'test.ascii';
const FEATURES = join('user_item_features', 'item_features.ascii');
const FEATURE_NAMES = join('user_item_features', 'item_features_map.txt');
const USER_FEATURES = join('user_item_features', 'user_features.ascii');
const USER_FEATURE_NAMES = join('user_item_features', 'user_features_map.txt');

const RATING_SCALE = [1, 5] as const;
/** 0 means that the user did not rate the coat. */
const RATING = { expected: 'a rating from 1 to 5, or 0 for none', minimum: 0, maximum: RATING_SCALE[1] };
const FLAG = { expected: 'a feature of 0 or 1', minimum: 0, maximum: 1 };

/** Groups of features in the file, and the attributes that they become. */
const GROUPS = { gender: 'gender', jackettype: 'type', color: 'colour', onfrontpage: 'onFrontPage' } as const;
type Group = keyof typeof GROUPS;

/** Types that are not worded as `<type> jacket`. */
const TYPE_IN_WORDS: Readonly<Record<string, string>> = {
  other: 'jacket',
  parkas: 'parka',
  pea: 'pea coat',
  shells: 'shell jacket',
  trench: 'trench coat',
  vests: 'vest',
};
/** Colours that are not worded as `in <colour>`. */
const COLOUR_IN_WORDS: Readonly<Record<string, string>> = { multi: ' in several colours', other: '' };

/** Whether a folder holds the Coat data set: it has its two matrices and its item features. */
export async function isCoat(folder: string): Promise<boolean> {
  return hasFiles(folder, [TRAIN, TEST, FEATURES]);
}

/**
 * Reads Coat: ratings from 1 to 5 of 300 coats by 290 users (T. Schnabel et al., "Recommendations as Treatments:
 * Debiasing Learning and Evaluation", ICML 2016). No licence is stated, so you download it yourself.
 *
 * - The split is the publisher's: for training (`train.ascii`) 24 coats for each user, which the user chose; for testing
 *   (`test.ascii`) 16 coats for each user, drawn at random, so that errors on them have no selection bias. The interactions are the
 *   rows of both, in this order.
 * - 366 pairs of a user and a coat are in both. Both are read; `withoutOverlap` drops them from a test.
 * - A user's index is the row, an item's index the column; the ids are the same numbers from 1.
 * - Attributes are `gender`, `type`, `colour` and `onFrontPage` (`yes` or `no`: whether the experiment's shop
 *   showed it there; not a property of the coat, and not in its text).
 * - `userFeatures` are the publisher's 14 flags: gender, age, location, interest in fashion.
 * - There is no `prior` and no order.
 *
 * Files may be gzipped, with names that end with `.gz`.
 * @param folder the folder with `train.ascii`, `test.ascii` and `user_item_features`.
 * @throws {DatasetError} if a file is missing or damaged. The message names the file, the line and how to fix it.
 */
export async function readCoat(folder: string): Promise<ExplicitDataset> {
  const open = async (name: string): Promise<TextFile> => {
    return readTextFile(await locateFile(folder, name), 'utf-8', DOWNLOAD);
  };
  const train = parseMatrix(await open(TRAIN), RATING);
  const test = parseMatrix(await open(TEST), RATING);
  checkShape(test, train.rows.length, train.columns, TRAIN);
  const names = parseFeatureNames(await open(FEATURE_NAMES));
  const features = parseMatrix(await open(FEATURES), FLAG);
  checkShape(features, train.columns, names.length, `the columns of ${TRAIN} and the lines of ${FEATURE_NAMES}`);
  const userFeatures = parseUserFeatures(await open(USER_FEATURES), await open(USER_FEATURE_NAMES), train.rows.length);
  const items = features.rows.map((flags, row) => describeItem(flags, names, row, placeOf(features.path, row)));
  const parts = [train, test].map(toCells);
  const interactions = toRatings(parts.flat(), train.rows.length);
  const part = new Uint8Array(interactions.user.length).fill(IN_TEST, parts[0].length);
  return {
    name: 'coat',
    feedback: 'explicit',
    catalogue: { items },
    userIds: train.rows.map((_, row) => String(row + 1)),
    userFeatures,
    interactions,
    order: 'none',
    split: toSplit('publisher', part),
  };
}

/** The number of the test part for `toSplit`. */
const IN_TEST = 2;

interface Matrix {
  readonly path: string;
  readonly columns: number;
  readonly rows: readonly (readonly number[])[];
}

/** Parses integers separated by spaces; every row has the length of the first. */
function parseMatrix(file: TextFile, field: { expected: string; minimum: number; maximum: number }): Matrix {
  let columns = 0;
  const rows = file.lines.map((text, row) => {
    const place = placeOf(file.path, row);
    const cells = text.trim().split(/ +/);
    const values = cells.map((cell, column) => {
      return parseInteger(cell, { ...field, expected: `${field.expected}, in column ${column + 1}` }, place);
    });
    if (row === 0) columns = values.length;
    if (values.length !== columns) {
      throw wrong(`${values.length} values`, `${columns} values, as in the first line`, place);
    }
    return values;
  });
  return { path: file.path, columns, rows };
}

function checkShape(matrix: Matrix, rows: number, columns: number, like: string): void {
  if (matrix.rows.length === rows && matrix.columns === columns) return;
  throw new DatasetError({
    file: matrix.path,
    found: `${matrix.rows.length} x ${matrix.columns}`,
    expected: `${rows} rows of ${columns} values, like ${like}`,
    remedy: `One of the files was cut short or belongs to another data set. ${DOWNLOAD}`,
  });
}

interface Feature {
  readonly group: Group;
  readonly value: string;
}

/** The map's line `k` names column `k`: `color:navy`. */
function parseFeatureNames(file: TextFile): Feature[] {
  return file.lines.map((text, row) => {
    const [group, value, ...more] = text.trim().split(':');
    if (!isGroup(group) || !value || more.length > 0) {
      const expected = `a feature such as color:navy, of the groups ${Object.keys(GROUPS).join(', ')}`;
      throw wrong(show(text), expected, placeOf(file.path, row));
    }
    return { group, value };
  });
}

function isGroup(name: string): name is Group {
  return Object.hasOwn(GROUPS, name);
}

function describeItem(flags: readonly number[], names: readonly Feature[], row: number, place: Place): CatalogueItem {
  const theOne = (group: Group): string => {
    const values = names.filter((feature, column) => feature.group === group && flags[column] === 1);
    if (values.length !== 1) throw wrong(String(values.length), `exactly one ${group}`, place);
    return values[0].value;
  };
  const gender = theOne('gender');
  const type = theOne('jackettype');
  const colour = theOne('color');
  const garment = `${gender}'s ${TYPE_IN_WORDS[type] ?? `${type} jacket`}`;
  const description = `${garment}${COLOUR_IN_WORDS[colour] ?? ` in ${colour}`}`;
  return {
    id: String(row + 1),
    title: description.charAt(0).toUpperCase() + description.slice(1),
    text: withArticle(description),
    attributes: {
      [GROUPS.gender]: [gender],
      [GROUPS.jackettype]: [type],
      [GROUPS.color]: [colour],
      [GROUPS.onfrontpage]: [theOne('onfrontpage')],
    },
  };
}

/** Line `k` of the map names column `k`: `age:20-30`. */
function parseUserFeatures(table: TextFile, map: TextFile, users: number): UserFeatures {
  const names = map.lines.map((text, row) => {
    if (!/^[^:]+:.+$/.test(text.trim())) throw wrong(show(text), 'a feature such as age:20-30', placeOf(map.path, row));
    return text.trim();
  });
  const flags = parseMatrix(table, FLAG);
  checkShape(flags, users, names.length, `the rows of ${TRAIN} and the lines of ${USER_FEATURE_NAMES}`);
  const groupOf = names.map((name) => name.split(':')[0]);
  for (const group of new Set(groupOf)) {
    flags.rows.forEach((row, user) => {
      const count = row.filter((flag, column) => flag === 1 && groupOf[column] === group).length;
      if (count !== 1) throw wrong(String(count), `exactly one ${group}`, placeOf(table.path, user));
    });
  }
  return { names, values: Float32Array.from(flags.rows.flat()) };
}

type Cell = readonly [user: number, item: number, value: number];

/** The cells other than 0, row by row. */
function toCells(matrix: Matrix): Cell[] {
  return matrix.rows.flatMap((row, user) => {
    return row.flatMap((rating, coat): Cell[] => (rating === 0 ? [] : [[user, coat, rating]]));
  });
}

function toRatings(cells: readonly Cell[], users: number): Ratings {
  return {
    users,
    user: Int32Array.from(cells, ([user]) => user),
    item: Int32Array.from(cells, ([, item]) => item),
    value: Float32Array.from(cells, ([, , value]) => value),
    scale: RATING_SCALE,
  };
}

function placeOf(file: string, row: number): Place {
  return { file, line: row + 1, remedy: CORRECT };
}
