import { readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { type CatalogueItem, type Interactions, show } from '@ialp/core';
import { DatasetError } from '../../errors.js';
import type { ImplicitDataset, Split } from '../dataset.js';
import { readCsv } from '../parsing/csv-file.js';
import { type Place, parseInteger, wrong } from '../parsing/fields.js';
import { decodeEntities } from '../parsing/html-entities.js';
import { readText } from '../parsing/text-file.js';
import { toSplit } from '../split.js';

const DOWNLOAD = 'Download data/Amazon of https://github.com/AkaliKong/MiniOneRec again.';
const CORRECT = `Correct the line, or start over: ${DOWNLOAD}`;

const CATEGORY = 'Industrial_and_Scientific';
/** Parts in the order of time, with their numbers for `toSplit`. */
const PARTS = [
  ['train', 0],
  ['valid', 1],
  ['test', 2],
] as const;
/** Histories in rows are cut to this many items. */
const MAX_HISTORY = 10;
const ITEM = { expected: 'an item number', minimum: 0 };

/** Whether a folder holds the Amazon data in this form: `Amazon/index` has the category's items. */
export async function isAmazonIndustrial(folder: string): Promise<boolean> {
  const files = await readdir(join(folder, 'Amazon', 'index')).catch(() => []);
  return files.some((name) => name.startsWith(CATEGORY) && name.endsWith('.item.json'));
}

/**
 * Reads Amazon's Industrial and Scientific in the format of MiniOneRec: sequences of purchases, from the 2018 reviews (J.
 * Ni, J. Li, J. McAuley, "Justifying Recommendations using Distantly-Labeled Reviews and Fine-Grained Aspects",
 * EMNLP-IJCNLP 2019). The data state no licence, so you download them yourself.
 *
 * - The rows of `train`, `valid` and `test` are prediction tasks: up to ten items of a user, and the next one. The rows of each user are
 *   joined to one sequence; a row that does not continue it is refused. Folders may be missing, such as `train`; items that only
 *   they have are then missing too.
 * - Interactions are the sequences, user by user, in their order; `value` is 1. Items may repeat. There are no times.
 * - The split is the publisher's: the items to predict in rows of `test` and `valid` are in those parts.
 * - Items are in the order of their numbers in `Amazon/index/*.item.json`, which are their ids. The attribute is `brand`.
 * - Users are in the order in which they first appear. There are no `userFeatures` and no `prior`.
 * @param folder the folder that contains `Amazon`.
 * @throws {DatasetError} if a file is missing or damaged. The message names the file, the line and how to fix it.
 */
export async function readAmazonIndustrial(folder: string): Promise<ImplicitDataset> {
  const index = await onlyFile(join(folder, 'Amazon', 'index'), '.item.json');
  const items = parseItems(await readText(index, 'utf-8', DOWNLOAD), index);
  const indexOf = new Map(items.map(({ id }, k) => [Number(id), k]));
  const sequences = new Map<string, Sequence>();
  let found = false;
  for (const [part, number] of PARTS) {
    const path = await onlyFile(join(folder, 'Amazon', part), '.csv').catch(() => undefined);
    if (path === undefined) continue;
    found = true;
    await readPart(path, number, indexOf, sequences);
  }
  if (found && sequences.size === 0) {
    const file = join(folder, 'Amazon');
    throw new DatasetError({ file, expected: 'rows after the header', found: 'none', remedy: DOWNLOAD });
  }
  if (!found) {
    const expected = 'train, valid or test with a file of the category';
    throw new DatasetError({ file: join(folder, 'Amazon'), expected, found: 'none of them', remedy: DOWNLOAD });
  }
  return { name: 'amazon-industrial', feedback: 'implicit', catalogue: { items }, order: 'rows', ...joined(sequences) };
}

/** A user's items in their order, with the part of the split of each. */
interface Sequence {
  readonly items: number[];
  readonly parts: number[];
}

async function onlyFile(folder: string, ending: string): Promise<string> {
  const files = await readdir(folder).catch(() => []);
  const [name] = files.filter((file) => file.startsWith(CATEGORY) && file.endsWith(ending)).sort();
  if (name !== undefined) return join(folder, name);
  const expected = `a file ${CATEGORY}...${ending}`;
  throw new DatasetError({
    file: folder,
    expected,
    found: files.length === 0 ? 'no folder' : 'none',
    remedy: DOWNLOAD,
  });
}

/** `{ "0": { "title": ..., "brand": ... }, ... }` */
function parseItems(text: string, file: string): CatalogueItem[] {
  let table: unknown;
  try {
    table = JSON.parse(text);
  } catch (cause) {
    throw new DatasetError(
      { file, expected: 'items in JSON', found: 'text that is not JSON', remedy: DOWNLOAD },
      { cause },
    );
  }
  const entries = Object.entries(typeof table === 'object' && table !== null ? table : {});
  if (entries.length === 0)
    throw new DatasetError({ file, expected: 'items in JSON', found: 'none', remedy: DOWNLOAD });
  return entries.map(([id, facts]: [string, unknown]) => {
    const { title, brand } = (facts ?? {}) as { title?: unknown; brand?: unknown };
    if (!/^\d+$/.test(id) || typeof title !== 'string' || title.trim() === '') {
      const found = `${show(id)}, whose title is ${show(title)}`;
      throw new DatasetError({ file, expected: 'a number for each item, and a title', found, remedy: DOWNLOAD });
    }
    return describeProduct(id, title, typeof brand === 'string' ? brand : '');
  });
}

function describeProduct(id: string, rawTitle: string, rawBrand: string): CatalogueItem {
  const title = decodeEntities(rawTitle).trim();
  const brand = decodeEntities(rawBrand).trim();
  const named = brand !== '' && !title.toLowerCase().includes(brand.toLowerCase());
  return {
    id,
    title,
    text: named ? `${title}, by ${brand}` : title,
    attributes: { brand: brand === '' ? [] : [brand] },
  };
}

async function readPart(
  path: string,
  part: number,
  indexOf: ReadonlyMap<number, number>,
  sequences: Map<string, Sequence>,
): Promise<void> {
  const format = { columns: ['user_id', 'history_item_id', 'item_id'], remedy: CORRECT };
  await readCsv(path, format, ([user, historyText, targetText], place) => {
    const known = (id: number): number => {
      const index = indexOf.get(id);
      if (index === undefined) throw wrong(`item ${id}`, 'the number of an item in the index', place);
      return index;
    };
    if (user === '') throw wrong('none', 'a user', place);
    const history = parseList(historyText, place).map(known);
    const target = known(parseInteger(targetText, ITEM, place));
    const sequence = sequences.get(user) ?? { items: history.slice(), parts: history.map(() => 0) };
    sequences.set(user, sequence);
    checkContinued(sequence.items, history, place);
    sequence.items.push(target);
    sequence.parts.push(part);
  });
}

/** Parses a list of integers in Python's format: `[3, 14]`. */
function parseList(text: string, place: Place): number[] {
  if (!/^\[(\d+(, \d+)*)?\]$/.test(text)) throw wrong(show(text), 'a list of item numbers, such as [3, 14]', place);
  return text === '[]'
    ? []
    : text
        .slice(1, -1)
        .split(', ')
        .map((id) => parseInteger(id, ITEM, place));
}

/** Checks that the history of a row is the end of the user's sequence so far. */
function checkContinued(soFar: readonly number[], history: readonly number[], place: Place): void {
  const expected = soFar.slice(-MAX_HISTORY);
  const same = history.length === expected.length && history.every((item, k) => item === expected[k]);
  if (!same) throw wrong('another history', "a history that is the end of the user's earlier rows", place);
}

function joined(sequences: ReadonlyMap<string, Sequence>): {
  userIds: string[];
  interactions: Interactions;
  split: Split;
} {
  const userIds = [...sequences.keys()];
  const lists = [...sequences.values()];
  const count = lists.reduce((sum, { items }) => sum + items.length, 0);
  const user = new Int32Array(count);
  const item = new Int32Array(count);
  const part = new Uint8Array(count);
  let row = 0;
  lists.forEach(({ items, parts }, index) => {
    user.fill(index, row, row + items.length);
    item.set(items, row);
    part.set(parts, row);
    row += items.length;
  });
  const interactions = { users: userIds.length, user, item, value: new Float32Array(count).fill(1) };
  return { userIds, interactions, split: toSplit('publisher', part) };
}
