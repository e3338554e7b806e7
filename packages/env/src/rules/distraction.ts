import { checkShare } from '@ialp/core';
import { checkOptions } from '../options.js';
import type { TerminationRule } from './termination-rule.js';

/** Options of `createDistractionRule`. */
export interface DistractionRuleOptions {
  /** Probability of leaving after each turn. `0..1`. */
  readonly probability: number;
}

/**
 * The user leaves after each turn with a fixed probability, whatever was shown.
 * @throws {InvalidOptionError}
 */
export function createDistractionRule(options: DistractionRuleOptions): TerminationRule {
  checkOptions(options, '{ probability: 0.1 }', ['probability']);
  const { probability } = options;
  checkShare('probability', probability);
  return { specificationVersion: 'v1', window: 0, terminates: (_session, random) => random.uniform() < probability };
}
