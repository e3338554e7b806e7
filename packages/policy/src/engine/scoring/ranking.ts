import type { Ranking } from '../../policy.js';

/**
 * Merges the top items of several threads into rankings of `count`: `[threads, rows, kept]` scores in descending order with their
 * items (-1 for none), of disjoint parts of the catalogue.
 */
export function mergeTop(
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
        // Ties in catalogue order.
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

/**
 * Ranks candidates by other scores, and returns the best `count` of each row.
 * @param scoresOf returns the score of one item of each row.
 */
export function rerank(
  candidates: Ranking,
  rows: number,
  count: number,
  scoresOf: (items: Int32Array) => Float32Array,
): Ranking {
  const width = candidates.items.length / rows;
  const scores = new Float32Array(candidates.items.length);
  for (let place = 0; place < width; place++) {
    const column = Int32Array.from({ length: rows }, (_, row) => candidates.items[row * width + place]);
    scoresOf(column).forEach((score, row) => {
      scores[row * width + place] = score;
    });
  }
  const ranking = { items: new Int32Array(rows * count).fill(-1), scores: new Float32Array(rows * count) };
  for (let row = 0; row < rows; row++) {
    const found = Array.from({ length: width }, (_, place) => row * width + place)
      .filter((at) => candidates.items[at] >= 0)
      .sort((a, b) => scores[b] - scores[a] || candidates.items[a] - candidates.items[b]);
    for (const [place, at] of found.slice(0, count).entries()) {
      ranking.items[row * count + place] = candidates.items[at];
      ranking.scores[row * count + place] = scores[at];
    }
  }
  return ranking;
}
