/** Names of the independent random streams: what is drawn in one does not move the others. */
export const STREAM = {
  /** Of an environment. */
  split: 1,
  /** Of one run's seed. */
  states: 11,
  questions: 12,
  rewardModel: 13,
  pretraining: 14,
  actions: 15,
  network: 16,
  learner: 17,
  log: 18,
} as const;
