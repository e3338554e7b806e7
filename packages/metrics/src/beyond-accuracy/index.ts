/** Diversity, novelty, coverage and fairness: the exports of `@ialp/metrics/beyond-accuracy`. */
export { catalogueCoverage, type EntropyOptions, entropy, exposure, gini } from './concentration.js';
export {
  dominantFeatures,
  featureDomination,
  type GroupExposureOptions,
  groupExposure,
  type MiscalibrationOptions,
  miscalibration,
} from './groups.js';
export { averagePopularity, intraListDiversity, novelty, repetition, serendipity } from './lists.js';
