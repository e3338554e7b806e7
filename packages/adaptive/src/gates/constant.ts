import type { Gate } from '../gate.js';
import { requireShare } from '../options.js';

/**
 * The same share for ever.
 * @throws {InvalidOptionError} for a weight outside 0 to 1.
 */
export function constantGate(weight: number): Gate {
  requireShare('weight', weight);
  return { weigh: (_context, weights) => void weights.fill(weight) };
}
