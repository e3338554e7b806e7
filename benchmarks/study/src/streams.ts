/** Keys of the independent random streams: draws from one do not affect the others. */
export const STREAM = {
  /** Forks of the seed of an environment. */
  split: 1,
  /** Forks of the seed of a run. */
  states: 11,
  questions: 12,
  rewardModel: 13,
  pretraining: 14,
  actions: 15,
  network: 16,
  learner: 17,
  log: 18,
} as const;
