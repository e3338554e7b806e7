import { checkOptionNames, InvalidOptionError } from '@ialp/core';
import { checkList } from '../checks.js';
import { createIdCheck } from '../ids.js';
import type { CutOff, JudgedList } from './relevance.js';

/** The id of an item. All ids of a call are strings, or all are safe integers. */
export type ItemId = string | number;

/**
 * All items that are relevant to a user, recommended or not: ids with relevance 1, or a map from ids to grades (0 is
 * not relevant). A repeated id counts once.
 */
export type RelevantItems = ArrayLike<ItemId> | ReadonlySet<ItemId> | ReadonlyMap<ItemId, number>;

/** The arguments of a measure, for a list of relevances or for ids. */
export interface MeasureCall<Options> {
  readonly list: JudgedList;
  readonly options: Options;
  /**
   * Grades above 0 of all relevant items; absent for a list of relevances, whose total is in the options or the list
   * itself.
   */
  readonly grades: Float64Array | undefined;
}

/** The largest valid grade: `2^grade - 1` stays finite. */
const MAX_GRADE = 1000;

/** For grades in an object, which look like options. */
const GRADES_REMEDY = '; pass grades of relevant items as a Map from ids';

/**
 * Reads the arguments of a measure: a list and options, or recommended ids, relevant ids and options.
 * @param names names of the valid options.
 * @throws {InvalidOptionError} if an argument is invalid, or an option has another name.
 */
export function measureCall<Options extends CutOff>(
  first: JudgedList | ArrayLike<ItemId>,
  second: RelevantItems | Options | undefined,
  third: CutOff | undefined,
  names: readonly (keyof Options & string)[],
): MeasureCall<Options> {
  if (isRelevantItems(second)) {
    checkOptionNames(third, names, { remedy: GRADES_REMEDY });
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
  if (!isRanked) checkList('list', first, 'an array with the relevance at each rank');
  checkOptionNames(second, names, { remedy: GRADES_REMEDY });
  return { list: first as JudgedList, options: (second ?? {}) as Options, grades: undefined };
}

function isRelevantItems(value: unknown): value is RelevantItems {
  return Array.isArray(value) || ArrayBuffer.isView(value) || value instanceof Set || value instanceof Map;
}

/** The grade of each relevant id. @throws {InvalidOptionError} if a grade is invalid. */
function gradesOf(relevant: RelevantItems): ReadonlyMap<ItemId, number> {
  const grades = new Map<ItemId, number>();
  if (relevant instanceof Map) {
    for (const [id, grade] of relevant) {
      if (!(typeof grade === 'number' && grade >= 0 && grade <= MAX_GRADE)) {
        throw new InvalidOptionError(`relevant.get(${show(id)})`, grade, `a grade from 0 to ${MAX_GRADE}`);
      }
      grades.set(id, grade);
    }
  } else for (const id of Array.from(relevant as ArrayLike<ItemId> | Iterable<ItemId>)) grades.set(id, 1);
  return grades;
}

/**
 * The relevance at each rank of the recommended list.
 * @throws {InvalidOptionError} if an id is invalid or recommended twice.
 */
function relevancesOf(recommended: unknown, grades: ReadonlyMap<ItemId, number>): Float64Array {
  if (!(Array.isArray(recommended) || ArrayBuffer.isView(recommended))) {
    throw new InvalidOptionError('recommended', recommended, 'an array of ids, best first');
  }
  const ids = Array.from(recommended as unknown as ArrayLike<ItemId>);
  // Numbers on one side and strings on the other would never match, and every measure would be 0 without an error.
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
      throw new InvalidOptionError(`recommended[${k}]`, id, `each item once; recommended[${before}] is the same item`);
    }
    place.set(id, k);
  }
  return Float64Array.from(ids, (id) => grades.get(id) ?? 0);
}

function show(id: ItemId): string {
  return typeof id === 'string' ? JSON.stringify(id) : String(id);
}
