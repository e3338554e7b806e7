import type { ActionDistribution, Ranking } from '@ialp/policy';

/** Items that a ranking may list in a catalogue that has fewer. */
const MIN_LIMIT = 1000;

/**
 * The items of greatest probability in a mixture, `weight first + (1 - weight) second`, by the threshold algorithm (Fagin, Lotem and Naor
 * 2003): both rankings are read to a depth at which no unread item can be better than those found. Ties in catalogue order.
 * @param weights `[rows]`: weight of the first distribution.
 * @param items size of the catalogue.
 */
export function mixedTop(
  first: ActionDistribution,
  second: ActionDistribution,
  weights: Float32Array,
  count: number,
  items: number,
): Ranking {
  const rows = weights.length;
  for (let depth = 2 * count; ; depth *= 2) {
    const width = Math.min(depth, Math.max(items, MIN_LIMIT));
    const [one, other] = [rankedRows(first.top(width), width), rankedRows(second.top(width), width)];
    const candidates = Array.from({ length: rows }, (_, row) => [...new Set([...one[row].items, ...other[row].items])]);
    const scores = scoresOf(first, second, weights, candidates);
    const ranking = { items: new Int32Array(rows * count).fill(-1), scores: new Float32Array(rows * count) };
    let isComplete = true;
    for (let row = 0; row < rows; row++) {
      const order = candidates[row].map((item, k) => ({ item, score: scores[k][row] }));
      order.sort((a, b) => b.score - a.score || a.item - b.item);
      for (const [place, { item, score }] of order.slice(0, count).entries()) {
        ranking.items[row * count + place] = item;
        ranking.scores[row * count + place] = score;
      }
      // A ranking that lists every allowed item leaves none unread.
      if (width >= items || one[row].isWhole || other[row].isWhole) continue;
      // Rounded like the scores: an unread item that ties must not seem to be worse.
      const unread = Math.fround(weights[row] * one[row].least + (1 - weights[row]) * other[row].least);
      if (!(order[count - 1].score > unread)) isComplete = false;
    }
    if (isComplete) return ranking;
  }
}

interface RankedRow {
  readonly items: readonly number[];
  /** The least probability listed: no unread item has more. */
  readonly least: number;
  /** Whether every allowed item is listed. */
  readonly isWhole: boolean;
}

function rankedRows({ items, scores }: Ranking, width: number): RankedRow[] {
  return Array.from({ length: items.length / width }, (_, row) => {
    const listed = Array.from(items.subarray(row * width, (row + 1) * width)).filter((item) => item >= 0);
    const last = scores[row * width + listed.length - 1] ?? 0;
    return { items: listed, least: last, isWhole: listed.length < width };
  });
}

/** `[places][rows]`: the mixture's probability of each row's candidate at each place. */
function scoresOf(
  first: ActionDistribution,
  second: ActionDistribution,
  weights: Float32Array,
  candidates: readonly (readonly number[])[],
): Float32Array[] {
  const places = candidates.reduce((most, list) => Math.max(most, list.length), 0);
  return Array.from({ length: places }, (_, place) => {
    const column = Int32Array.from(candidates, (list) => list[place] ?? -1);
    const [one, other] = [first.propensity(column), second.propensity(column)];
    return weights.map((weight, row) => weight * one[row] + (1 - weight) * other[row]);
  });
}
