/** A made-up world like `coat`: users respond at random, and leave when they are shown similar items. */
import {
  createDistanceSimilarity,
  createMatrixResponses,
  createPatienceRule,
  createRandom,
  createSimilarityRule,
  createSimulator,
} from '../dist/index.js';

/** Coat has 290 users; the termination rule looks at the last five items. */
export const RULES = { users: 290, window: 5, misses: 5, maxTurns: 100, width: 8, likedShare: 0.3 };
/** Share of all pairs of items that are too similar. */
const SIMILAR_SHARE = 0.02;

/** @returns likelihoods `[users, items]`, points `[items, width]`, and the distance within which items are similar */
export function makeWorld(items) {
  const { users, width, likedShare } = RULES;
  const random = createRandom(1);
  const likelihood = Float32Array.from({ length: users * items }, () => 2 * likedShare * random.uniform());
  const points = Float32Array.from({ length: items * width }, () => random.normal());
  return { items, likelihood, points, distance: distanceAt(points, items, random) };
}

/** The distance that a share of all pairs is below, from a sample of them. */
function distanceAt(points, items, random) {
  const { width } = RULES;
  const distances = Float64Array.from({ length: 20_000 }, () => {
    const [a, b] = [random.integer(items), random.integer(items)];
    let sum = 0;
    for (let k = 0; k < width; k++) sum += (points[a * width + k] - points[b * width + k]) ** 2;
    return a === b ? Number.POSITIVE_INFINITY : Math.sqrt(sum);
  }).sort();
  return distances[Math.floor(SIMILAR_SHARE * distances.length)];
}

/** The environment of such a world, with termination rules and without repeats. */
export function makeSimulator({ items, likelihood, points, distance }, sessions) {
  const { users, window, misses, maxTurns, width } = RULES;
  return createSimulator({
    name: 'bench',
    responses: createMatrixResponses({ users, items, values: likelihood, response: 'bernoulli' }),
    terminationRules: [
      createSimilarityRule({ window, minSimilar: 1, isSimilar: createDistanceSimilarity({ points, width }, distance) }),
      createPatienceRule({ misses }),
    ],
    sessions,
    maxTurns,
  });
}
