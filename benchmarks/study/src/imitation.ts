import { exclusionsOf, type Random } from '@ialp/env';
import type { Preference } from '@ialp/llm-user';
import type { Network } from '@ialp/policy';
import { SETTINGS } from './settings.js';

/** Rows per optimiser step. */
const ROWS = 256;
/** Number of interactions of a pre-training with a reward model that one step replaces. */
const INTERACTIONS = 200;

/**
 * Pre-training without a reward model: the actor learns to show the items that the language model liked. Each answer is
 * weighted by its difference from the mean of the question's candidates. It is as long as a pre-training of the given
 * number of `interactions`.
 */
export function imitate(
  network: Network,
  preferences: readonly Preference[],
  interactions: number,
  random: Random,
): void {
  const { items } = network;
  const { historyLength } = SETTINGS;
  const states = {
    ...{ rows: ROWS, items, historyLength },
    historyItems: new Int32Array(ROWS * historyLength),
    historyFeedback: new Float32Array(ROWS * historyLength),
    available: new Uint8Array(items).fill(1),
  };
  const actions = new Int32Array(ROWS);
  const policyWeight = new Float32Array(ROWS);
  for (let step = 0; step < interactions / INTERACTIONS; step++) {
    states.historyItems.fill(-1);
    states.historyFeedback.fill(0);
    const seen: number[][] = [];
    for (let row = 0; row < ROWS; row++) {
      const { state, candidates, probabilities } = preferences[random.integer(preferences.length)];
      const chosen = random.integer(candidates.length);
      const mean = probabilities.reduce((sum, value) => sum + value, 0) / probabilities.length;
      actions[row] = candidates[chosen];
      policyWeight[row] = probabilities[chosen] - mean;
      const last = state.items.slice(-historyLength);
      const start = (row + 1) * historyLength - last.length;
      states.historyItems.set(last, start);
      states.historyFeedback.set(state.feedback.slice(-historyLength), start);
      seen.push([...new Set(state.items)]);
    }
    network.trainStep({ ...states, exclusions: exclusionsOf(seen) }, actions, () => ({ policyWeight }), {
      learningRate: 0.003,
      valueWeight: 0,
      entropyWeight: SETTINGS.pretrainingLearner.entropyWeight,
      maxGradientNorm: 1,
    });
  }
}
