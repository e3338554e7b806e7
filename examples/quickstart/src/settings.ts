/**
 * Every number of the job that is not a flag. All methods get the same learner settings. They, the entropy of the
 * pre-training and the way A-iALP_ap begins were chosen by a few trials on an audience of another seed, by what the
 * actor-critic from scratch and A-iALP_ap reached there.
 */
export const SETTINGS = {
  /** Films in the default catalogue, the best known ones. */
  films: 600,
  /** People in the default audience. */
  people: 1000,
  /** Share of a data set's users whose log is known before the first day; the others are the audience. */
  seedUserShare: 0.2,
  /** From this rating on (1 to 5) a person of a rating data set likes an item. */
  likedFrom: 4,
  /** A person leaves after this many misses in a row ... */
  patience: 4,
  /** ... and after any item with this probability. */
  distraction: 0.02,

  /** Sessions at once. */
  sessions: 64,
  /** Interactions that a state shows. */
  historyLength: 10,
  /** Turns at which a session is cut. */
  maxTurns: 20,

  /** Seed sessions: the people of the pre-training. */
  states: 1000,
  /**
   * How many of them the language model is asked about, and how many candidates of each kind are put to it in a question: best
   * known, random, and (in the second half) from the policy in training. The encoder answers at once, a generative model
   * takes its time.
   */
  encoder: { states: 1000, candidates: 5 },
  generative: { states: 400, candidates: 4 },
  /** Interactions of the short first training, whose policy proposes candidates for the second round of questions. */
  firstTraining: 60_000,
  /** Interactions with language-model users in the pre-training proper, where no flag says otherwise. */
  pretraining: 200_000,
  /** Entropy bonus there: a policy that is less sure of itself is easier to adapt. */
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
  /** Popularity: times an item is shown until its feedback counts as much as the prior. */
  priorStrength: 20,
  /** A-iALP_ap: the share of the deployment over which the pre-trained policy's weight goes from 1 to 0 ... */
  annealedOver: 0.25,
  /** ... and the factor on the output layer of the copy that learns online. */
  tempered: 0.5,

  /** Points of a learning curve. */
  curvePoints: 20,
  /** Share of the interactions that counts as early, and as final. */
  early: 0.05,
  final: 0.1,
} as const;
