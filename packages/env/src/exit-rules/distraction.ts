import { requireShare } from '../options.js';
import type { ExitRule } from './exit-rule.js';

/**
 * The person leaves after any turn with a fixed probability: people have other things to do.
 * @throws {InvalidOptionError}
 */
export function distraction({ probability }: { readonly probability: number }): ExitRule {
  requireShare('probability', probability);
  return { window: 0, leaves: (_session, random) => random.uniform() < probability };
}
