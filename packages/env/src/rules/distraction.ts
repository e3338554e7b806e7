import { checkShare } from '@ialp/core';
import { checkOptions } from '../options.js';
import type { ExitRule } from './termination-rule.js';

/**
 * The person leaves after any turn with a fixed probability: people have other things to do.
 * @throws {InvalidOptionError}
 */
export function distraction(options: { readonly probability: number }): ExitRule {
  checkOptions(options, '{ probability: 0.1 }');
  const { probability } = options;
  checkShare('probability', probability);
  return { window: 0, leaves: (_session, random) => random.uniform() < probability };
}
