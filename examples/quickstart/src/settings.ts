/**
 * All numbers that are not flags. All methods have the same learner settings. These, the entropy of the pre-training
 * and the settings of A-iALP_ap were chosen in a few trials on an audience with another seed, by the rewards of the
 * actor-critic from scratch and A-iALP_ap.
 */
export const SETTINGS = {
  /** Number of films in the default catalogue, the most popular ones. */
  films: 600,
  /** Number of users in the default audience. */
  users: 1000,
  /** Share of a data set's users whose log is known before deployment; the others are the audience. */
  seedUserShare: 0.2,
  /** A user of a rating data set likes an item from this rating on (1 to 5). */
  likeThreshold: 4,
  /** A user leaves after this number of consecutive misses ... */
  patience: 4,
  /** ... and after any item with this probability. */
  distraction: 0.02,

  /** Number of parallel sessions. */
  sessions: 64,
  /** Length of the history in a state. */
  historyLength: 10,
  /** Turn limit of a session. */
  maxTurns: 20,

  /** Number of seed states: the users of the pre-training. */
  states: 1000,
  /**
   * Number of states that the language model is asked about, and of candidates of each kind per question: popular,
   * random, and (in the second half) from the policy in training. The encoder answers at once; a generative model is
   * slower.
   */
  encoder: { states: 1000, candidates: 5 },
  generative: { states: 400, candidates: 4 },
  /** Interactions of the short first training, whose policy proposes candidates for the second round. */
  firstTraining: 60_000,
  /** Default number of pre-training interactions with language-model users. */
  pretraining: 200_000,
  /** Entropy bonus of the pre-training: a policy with more entropy adapts more easily. */
  pretrainingEntropy: 0.05,

  learner: {
    rolloutLength: 5,
    discount: 0.8,
    lambda: 0.95,
    learningRate: 0.006,
    valueWeight: 0.5,
    entropyWeight: 0.02,
    maxGradientNorm: 1,
  },
  /** Popularity: the prior counts as much as this number of impressions. */
  priorStrength: 20,
  /** A-iALP_ap: the share of the deployment over which the pre-trained policy's weight goes from 1 to 0 ... */
  annealedOver: 0.25,
  /** ... and the scale of the logits of the copy that learns online. */
  onlineLogitScale: 0.5,

  /** Number of points of a learning curve. */
  curvePoints: 20,
  /** Share of the interactions that counts as early, and as final. */
  early: 0.05,
  final: 0.1,
} as const;
