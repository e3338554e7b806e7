import { checkShare } from '@ialp/core';
import { checkOptions } from '../options.js';
import type { TerminationRule } from './termination-rule.js';

/**
 * The person leaves after any turn with a fixed probability: people have other things to do.
 * @throws {InvalidOptionError}
 */
export function createDistractionRule(options: { readonly probability: number }): TerminationRule {
  checkOptions(options, '{ probability: 0.1 }');
  const { probability } = options;
  checkShare('probability', probability);
  return { specificationVersion: 'v1', window: 0, terminates: (_session, random) => random.uniform() < probability };
}
