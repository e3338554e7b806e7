/** Names of the independent random streams: what is drawn in one does not move the others. */
export const STREAM = {
  /** Of one deployment's seed. */
  network: 1,
  pretraining: 2,
  online: 3,
  actions: 4,
  rewardModel: 5,
  /** Of the run's seed. */
  audience: 11,
  states: 12,
  split: 13,
  factors: 14,
  questions: 21,
} as const;
