import type { Ranking } from '../network.js';

/**
 * Merges what several threads found best: `[threads, rows, kept]` scores in descending order with their items (-1 for
 * none), of disjoint parts of the catalogue, into rankings of `count`.
 */
export function mergeBest(
  scores: Float32Array,
  items: Int32Array,
  threads: number,
  rows: number,
  kept: number,
  count: number,
): Ranking {
  const ranking = { items: new Int32Array(rows * count).fill(-1), scores: new Float32Array(rows * count) };
  const next = new Int32Array(threads);
  for (let row = 0; row < rows; row++) {
    next.fill(0);
    for (let place = 0; place < kept; place++) {
      let best = -1;
      for (let thread = 0; thread < threads; thread++) {
        const at = (thread * rows + row) * kept + next[thread];
        if (next[thread] === kept || items[at] < 0) continue;
        // Equal scores stand in the order of the catalogue.
        if (best < 0 || scores[at] > scores[best] || (scores[at] === scores[best] && items[at] < items[best]))
          best = at;
      }
      if (best < 0) break;
      ranking.items[row * count + place] = items[best];
      ranking.scores[row * count + place] = scores[best];
      next[Math.floor(best / (rows * kept))]++;
    }
  }
  return ranking;
}
