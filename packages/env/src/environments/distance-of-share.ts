import type { Random } from '@ialp/core';
import { distanceBetween, type ItemPoints } from '../rules/item-similarity.js';

/** Pairs in the sample; the relative error of the share is then about a tenth. */
const PAIRS = 20_000;

/** The distance below which a share of all pairs of distinct items lies, from a sample of pairs. Above 0. */
export function distanceOfShare(points: ItemPoints, share: number, random: Random): number {
  const items = points.points.length / points.width;
  if (items === 1) return Number.MIN_VALUE;
  const distances = Float64Array.from({ length: PAIRS }, () => {
    const a = random.integer(items);
    const b = (a + 1 + random.integer(items - 1)) % items;
    return distanceBetween(points, a, b);
  }).sort();
  return Math.max(distances[Math.floor(share * PAIRS)], Number.MIN_VALUE);
}
