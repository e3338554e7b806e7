import { checkObject, InvalidOptionError } from '@ialp/core';
import { checkList } from '../checks.js';
import { createIdCheck } from '../ids.js';
import type { CutOff, JudgedList } from './relevance.js';

/** The id of an item. Ids of one call are all text or all safe integers. */
export type ItemId = string | number;

/**
 * All items that are relevant to a user, whether they were recommended or not: ids, each with relevance 1, or a map from ids
 * to grades (0 is not relevant). An id that stands twice counts once.
 */
export type RelevantItems = ArrayLike<ItemId> | ReadonlySet<ItemId> | ReadonlyMap<ItemId, number>;

/** A call of a measure, by a judged list or by ids. */
export interface MeasureCall<Options> {
  readonly list: JudgedList;
  readonly options: Options;
  /** The grades of all relevant items; absent for a list, which says itself what was there to be found. */
  readonly grades: Float64Array | undefined;
}

/** The greatest grade by far: `2^grade - 1` stays finite. */
const MOST_GRADE = 1000;

/**
 * Reads the arguments of a measure: a list and options, or recommended ids, relevant ids and options.
 * @param names of the options.
 * @throws {InvalidOptionError} also for an option of another name.
 */
export function measureCall<Options extends CutOff>(
  first: JudgedList | ArrayLike<ItemId>,
  second: RelevantItems | Options | undefined,
  third: CutOff | undefined,
  names: readonly (keyof Options & string)[],
): MeasureCall<Options> {
  if (isRelevantItems(second)) {
    checkOptions(third, names);
    const grades = gradesOf(second);
    const list = relevancesOf(first, grades);
    const above = Float64Array.from(grades.values()).filter((grade) => grade > 0);
    return { list, options: (third ?? {}) as Options, grades: above };
  }
  if (third !== undefined) {
    throw new InvalidOptionError(
      'relevant',
      second,
      'the relevant items: an array, a Set, or a Map from ids to grades',
    );
  }
  const isRanked = typeof first === 'object' && first !== null && 'relevance' in first;
  if (!isRanked) checkList('list', first, 'the relevance in each place');
  checkOptions(second, names);
  return { list: first as JudgedList, options: (second ?? {}) as Options, grades: undefined };
}

function isRelevantItems(value: unknown): value is RelevantItems {
  return Array.isArray(value) || ArrayBuffer.isView(value) || value instanceof Set || value instanceof Map;
}

/** @throws {InvalidOptionError} for what is no object, such as a cut by itself, and for options of other names. */
function checkOptions(options: unknown, names: readonly string[]): void {
  if (options === undefined) return;
  checkObject('options', options, `an object with ${names.join(', ')}`);
  const other = Object.keys(options as object).find((name) => !names.includes(name));
  if (other === undefined) return;
  const expected = `only the options ${names.join(', ')}; give grades of relevant items as a Map from ids`;
  throw new InvalidOptionError('options', `an option ${show(other)}`, expected);
}

/** The grade of each relevant id. */
function gradesOf(relevant: RelevantItems): ReadonlyMap<ItemId, number> {
  const grades = new Map<ItemId, number>();
  if (relevant instanceof Map) {
    for (const [id, grade] of relevant) {
      if (!(typeof grade === 'number' && grade >= 0 && grade <= MOST_GRADE)) {
        throw new InvalidOptionError(`relevant.get(${show(id)})`, grade, `a grade from 0 to ${MOST_GRADE}`);
      }
      grades.set(id, grade);
    }
  } else for (const id of Array.from(relevant as ArrayLike<ItemId> | Iterable<ItemId>)) grades.set(id, 1);
  return grades;
}

/** The relevance in each place of what was recommended. */
function relevancesOf(recommended: unknown, grades: ReadonlyMap<ItemId, number>): Float64Array {
  if (!(Array.isArray(recommended) || ArrayBuffer.isView(recommended))) {
    throw new InvalidOptionError('recommended', recommended, 'an array of ids, the best first');
  }
  const ids = Array.from(recommended as unknown as ArrayLike<ItemId>);
  // Numbers on one side and text on the other would never match, and every measure would silently be 0.
  const all = [
    ...ids.map((id, k) => [`recommended[${k}]`, id] as const),
    ...Array.from(grades.keys(), (id) => ['relevant', id] as const),
  ];
  const check = createIdCheck(all[0]?.[0] ?? 'recommended[0]');
  const place = new Map<ItemId, number>();
  for (const [where, id] of all) {
    const expected = check(id);
    if (expected !== undefined) throw new InvalidOptionError(where, id, expected);
  }
  for (const [k, id] of ids.entries()) {
    const before = place.get(id);
    if (before !== undefined) {
      throw new InvalidOptionError(`recommended[${k}]`, id, `each item once; place ${before} has it already`);
    }
    place.set(id, k);
  }
  return Float64Array.from(ids, (id) => grades.get(id) ?? 0);
}

function show(id: ItemId): string {
  return typeof id === 'string' ? JSON.stringify(id) : String(id);
}
