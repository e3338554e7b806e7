import type { Session } from '@ialp/core';
import { checkCategories } from '../options.js';
import { checkWindow, type SimilarityWindowOptions } from './similarity-window.js';
import type { TerminationRule } from './termination-rule.js';

/** Options of `createCategorySimilarityRule`. */
export interface CategorySimilarityRuleOptions extends SimilarityWindowOptions {
  /** `[items]` lists of category numbers; `categoriesOf(catalogue, 'genre')` reads them from an attribute. */
  readonly categories: readonly ArrayLike<number>[];
}

/**
 * The user leaves when one of a new item's categories is shared by too many of the last `window` items: the rule of KuaiRec's
 * simulator (C. Gao et al., "KuaiRec", CIKM 2022; EasyRL4Rec's `leave_threshold` is `minSimilar - 1`). Each category is counted
 * on its own: an item that shares the first category and one that shares the second are not two of a kind.
 * @throws {InvalidOptionError}
 */
export function createCategorySimilarityRule(options: CategorySimilarityRuleOptions): TerminationRule {
  checkWindow(options, ['categories']);
  const { window, minSimilar, categories } = options;
  checkCategories(categories);
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
    items: categories.length,
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

/** Concatenated lists: that of item `i` is `values[start[i]]` to `values[start[i + 1] - 1]`. */
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
