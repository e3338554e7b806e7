/** Keys of the independent random streams: draws from one do not affect the others. */
export const STREAM = {
  /** Forks of the seed of a deployment. */
  network: 1,
  pretraining: 2,
  online: 3,
  actions: 4,
  rewardModel: 5,
  /** Forks of the seed of the run. */
  audience: 11,
  states: 12,
  split: 13,
  factors: 14,
  questions: 21,
} as const;
