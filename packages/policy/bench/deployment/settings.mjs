/** What every learner of `--deployment` has to do, in any language. */
import { SESSIONS } from '../large-problem.mjs';
import { EMBEDDING, HIDDEN, HISTORY } from '../problem.mjs';

/** Turns of a session. */
const TURNS = 20;
/** Turns of each session between two updates, the default of Stable-Baselines3. */
const ROLLOUT = 5;
/** Interactions from which an update learns: 320. */
export const UPDATE = SESSIONS * ROLLOUT;

/** Networks, loss and optimiser: Adam with `beta1` 0.9, `beta2` 0.999 and `epsilon` 1e-8. */
export const SETTINGS = {
  ...{ embedding: EMBEDDING, hidden: HIDDEN, historyLength: HISTORY },
  ...{ sessions: SESSIONS, maxTurns: TURNS, rolloutLength: ROLLOUT },
  ...{ discount: 0.8, lambda: 0.95, learningRate: 0.02, valueWeight: 0.5, entropyWeight: 0.01, maxGradientNorm: 1 },
};

/** All sessions begin and end together: after so many interactions none is open, and an update is due. */
export const WHOLE = SESSIONS * TURNS;
