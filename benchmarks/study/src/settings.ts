/**
 * All numbers of the study that are neither flags nor tuned; the same for all methods. Their hash is part of the keys
 * of stored runs.
 */
export const SETTINGS = {
  /** Number of parallel sessions. */
  sessions: 64,
  /** Length of the history in a state. */
  historyLength: 10,
  /** Turn limit of a session. */
  maxTurns: 20,
  /** Shares of a data set's users: those with a log known before deployment, and those for tuning. */
  users: { known: 0.2, tuning: 0.2 },
  /** Artists of Last.fm with fewer listeners are removed: a third of the 17,632 have one. */
  leastListeners: 10,
  /** A user of a rating data set likes an item from this rating on (1 to 5). */
  likedFrom: 4,

  /** Number of seed states, and of candidates of each kind (popular, random) per question. */
  states: 1000,
  candidates: 5,
  /**
   * Pre-training interactions, the patience of its users in misses, and the rollout length and entropy bonus of its
   * learner.
   */
  pretraining: 300_000,
  patience: 4,
  pretrainingLearner: { rolloutLength: 5, entropyWeight: 0.02 },
  /**
   * Pre-training interactions of the network that initialises the online policy of A-iALP_ap: stopped early, it still
   * learns like an untrained one.
   */
  startPretraining: 12_800,

  /** Options of all actor-critics. */
  learner: {
    discount: 0.8,
    lambda: 0.95,
    learningRate: 0.006,
    entropyWeight: 0.01,
    valueWeight: 0.5,
    maxGradientNorm: 1,
  },
  discount: 0.8,
  /**
   * Number of item features: for networks, which take them as input and start with similar outputs for similar items,
   * and for LinUCB, whose running time grows with their square.
   */
  textWidth: 16,
  linUcbWidth: 8,

  /**
   * Offline learners: interactions of their log; optimiser steps of `batchSize` rows per `rolloutLength` steps of all
   * sessions; and the warm-up steps of the critic.
   */
  offline: { log: 25_600, rolloutLength: 2, steps: 2, batchSize: 128, warmUp: 250 },

  /** Reward floor: the share that may be lost, and the number of sessions before the first check. */
  floor: { alpha: 0.1, firstSessions: 200 },
  /** Number of points of a learning curve. */
  curvePoints: 20,
  /** Share of the interactions that counts as early, and as final. */
  early: 0.05,
  final: 0.1,
} as const;
