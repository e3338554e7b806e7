/** Every number of the study that is not a flag and was not tuned. All methods get the same. */
export const SETTINGS = {
  /** Sessions at once. */
  sessions: 64,
  /** Interactions that a state shows. */
  historyLength: 10,
  /** Turns at which a session is cut. */
  maxTurns: 20,
  /** Shares of a data set's users: whose log is known before the first day, and whom hyper-parameters are tuned on. */
  users: { known: 0.2, tuning: 0.2 },
  /** Artists of Last.fm with fewer listeners are left out: a third of the 17,632 has one. */
  leastListeners: 10,
  /** From this rating on (1 to 5) a person of a rating data set likes an item. */
  likedFrom: 4,

  /** Seed sessions, and candidates of each kind (well known, any) in a question to the language model. */
  states: 1000,
  candidates: 5,
  /** Interactions with language-model users, their patience in misses, the steps of an update and the entropy bonus there. */
  pretraining: 300_000,
  patience: 4,
  pretrainingLearner: { rolloutLength: 5, entropyWeight: 0.02 },
  /** Of the network with which A-iALP_ap's new policy begins: stopped early, it can still learn as one that has seen nothing. */
  startPretraining: 12_800,

  /** Of every actor-critic. */
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
   * Text features of an item: for networks, which take them as input and start with similar outputs for similar items, and for
   * LinUCB, whose running time grows with their square.
   */
  textWidth: 16,
  linUcbWidth: 8,

  /**
   * Of offline learners: interactions of the log that they learn from; the steps of the optimiser, on so many rows each, that
   * they make while so many steps of all sessions are shown; and those in which a critic learns before it is listened to.
   */
  offline: { log: 25_600, rolloutLength: 2, steps: 2, batchSize: 128, warmUp: 250 },

  /** The guardrail: share that may be lost, and sessions after which that is looked at. */
  floor: { alpha: 0.1, firstSessions: 200 },
  /** Points of a learning curve. */
  curvePoints: 20,
  /** Share of the interactions that counts as early, and as final. */
  early: 0.05,
  final: 0.1,
} as const;
