import { checkShare } from '@ialp/core';
import type { Gate } from '../gate.js';

/**
 * A constant weight.
 * @throws {InvalidOptionError} for a weight outside 0 to 1.
 */
export function createConstantGate(weight: number): Gate {
  checkShare('weight', weight);
  return { specificationVersion: 'v2', weigh: (_context, weights) => void weights.fill(weight) };
}
