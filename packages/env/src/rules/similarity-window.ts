import { checkInteger } from '@ialp/core';
import { checkOptions } from '../options.js';

/** Options that both similarity rules have. */
export interface SimilarityWindowOptions {
  /** Number of earlier items that each new item is compared with (`n`). At least 1. */
  readonly window: number;
  /** Similar items among them that make the user leave. `1..window`. */
  readonly minSimilar: number;
}

/** @param further names of the rule's other options. @throws {InvalidOptionError} */
export function checkWindow(options: SimilarityWindowOptions, further: readonly string[]): void {
  checkOptions(options, '{ window: 5, minSimilar: 1 }', ['window', 'minSimilar', ...further]);
  const { window, minSimilar } = options;
  checkInteger('window', window, 1);
  checkInteger('minSimilar', minSimilar, 1, window);
}
