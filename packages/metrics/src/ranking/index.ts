/** Ranking metrics: the exports of `@ialp/metrics/ranking`. */
export type { ItemId, RelevantItems } from './by-ids.js';
export { dcg, type GainOptions, type NdcgOptions, ndcg } from './gain.js';
export type { CutOff, JudgedList, RankedList, RelevantTotal } from './relevance.js';
export { type SampledRanking, sampledMetricWarnings } from './sampling.js';
export { type RankOptions, rankByScore, rocAuc } from './scores.js';
export { averagePrecision, hitRate, precision, recall, reciprocalRank } from './set-metrics.js';
