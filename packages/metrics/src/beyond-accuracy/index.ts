/** Diversity, novelty, coverage and fairness: what `@ialp/metrics/beyond-accuracy` publishes. */
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
