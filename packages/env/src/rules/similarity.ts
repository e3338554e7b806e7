import { checkInteger, InvalidOptionError, type Session } from '@ialp/core';
import { checkOptions } from '../options.js';
import type { TerminationRule } from './termination-rule.js';

/** Options that both kinds of redundancy have. */
export interface SimilarityWindowOptions {
  /** How many items before the new one are compared with it (`n`). At least 1. */
  readonly window: number;
  /** That many similar ones among them make the person leave. `1..window`. */
  readonly minSimilar: number;
}

/** Options of `createSimilarityRule`. */
export interface SimilarityOptions extends SimilarityWindowOptions {
  /** Whether two items are too similar, such as `createDistanceSimilarity(...)`, `createAttributeSimilarity(...)` or any function of two items. */
  readonly isSimilar: (newest: number, earlier: number) => boolean;
}

/**
 * The person leaves when too many of the last `window` items are like the new one. With `minSimilar: 1` and
 * `isSimilar: createDistanceSimilarity(...)` it is the exit rule of EasyRL4Rec's Coat and MovieLens simulators (arXiv 2402.15164).
 *
 * Early in a session, when fewer than `window` items have been shown, all of them count. EasyRL4Rec's own code looks at
 * `sequence[t - window : t]`, whose start is negative then: Python takes it from the end, and items go uncounted.
 *
 * Of a slate, each item is compared with those shown before it, the slate's own first ones among them.
 * @throws {InvalidOptionError}
 */
export function createSimilarityRule(options: SimilarityOptions): TerminationRule {
  checkWindow(options);
  const { window, minSimilar, isSimilar } = options;
  if (typeof isSimilar !== 'function') {
    const expected = "a function of two items, such as createAttributeSimilarity(catalogue, 'genre')";
    throw new InvalidOptionError('isSimilar', isSimilar, expected);
  }
  return {
    specificationVersion: 'v1',
    window,
    terminates(session) {
      const before = session.shown - 1;
      for (let newest = session.shown / session.turn - 1; newest >= 0; newest--) {
        const item = session.item(newest);
        const last = Math.min(newest + window, before);
        let count = 0;
        for (let back = newest + 1; back <= last; back++) {
          if (isSimilar(item, session.item(back)) && ++count >= minSimilar) return true;
        }
      }
      return false;
    },
  };
}

/** Options of `createCategorySimilarityRule`. */
export interface CategorySimilarityRuleOptions extends SimilarityWindowOptions {
  /** `[items]` lists of category numbers; `categoriesOf(catalogue, 'genre')` makes them from an attribute. */
  readonly categories: readonly ArrayLike<number>[];
}

/**
 * The person leaves when one of the new item's categories is shared by too many of the last `window` items: the exit rule
 * of KuaiRec's simulator (C. Gao and others, "KuaiRec", CIKM 2022; EasyRL4Rec's `leave_threshold` is `minSimilar - 1`). Each
 * category is counted by itself: one item that shares the first and one that shares the second are not two of a kind.
 * @throws {InvalidOptionError}
 */
export function createCategorySimilarityRule(options: CategorySimilarityRuleOptions): TerminationRule {
  checkWindow(options);
  const { window, minSimilar, categories } = options;
  const flaw = Array.isArray(categories) ? categories.findIndex((list) => typeof list?.length !== 'number') : -1;
  if (flaw >= 0) throw new InvalidOptionError(`categories[${flaw}]`, categories[flaw], 'a list of category numbers');
  if (!Array.isArray(categories)) {
    const expected = "a list for each item, such as categoriesOf(catalogue, 'genre') makes";
    throw new InvalidOptionError('categories', categories, expected);
  }
  const table = flatten(categories);
  const shares = (session: Session, newest: number, category: number): boolean => {
    const last = Math.min(newest + window, session.shown - 1);
    let count = 0;
    for (let back = newest + 1; back <= last; back++) {
      if (hasCategory(table, session.item(back), category) && ++count >= minSimilar) return true;
    }
    return false;
  };
  return {
    specificationVersion: 'v1',
    window,
    terminates(session) {
      for (let newest = session.shown / session.turn - 1; newest >= 0; newest--) {
        const item = session.item(newest);
        for (let k = table.start[item]; k < table.start[item + 1]; k++) {
          if (shares(session, newest, table.values[k])) return true;
        }
      }
      return false;
    },
  };
}

function checkWindow(options: SimilarityWindowOptions): void {
  checkOptions(options, '{ window: 5, minSimilar: 1 }');
  const { window, minSimilar } = options;
  checkInteger('window', window, 1);
  checkInteger('minSimilar', minSimilar, 1, window);
}

/** Lists behind one another: those of item `i` are `values[start[i]]` to `values[start[i + 1] - 1]`. */
interface Lists {
  readonly start: Int32Array;
  readonly values: Int32Array;
}

function flatten(lists: readonly ArrayLike<number>[]): Lists {
  const start = new Int32Array(lists.length + 1);
  lists.forEach((list, item) => {
    start[item + 1] = start[item] + list.length;
  });
  const values = new Int32Array(start[lists.length]);
  lists.forEach((list, item) => {
    values.set(list, start[item]);
  });
  return { start, values };
}

function hasCategory({ start, values }: Lists, item: number, category: number): boolean {
  for (let k = start[item]; k < start[item + 1]; k++) if (values[k] === category) return true;
  return false;
}
