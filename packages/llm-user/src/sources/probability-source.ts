import type { PreferenceSource } from '../preference-source.js';
import { createModelSource, type ModelSourceOptions } from './model-source.js';
import { PROBABILITY } from './prompts/probability.v1.js';

/** Below this the model had neither word in mind, and their ratio says nothing. */
const LEAST_MASS = 0.01;

/**
 * A generative model as the user, asked about each candidate by itself: the probability is `P(yes) / (P(yes) + P(no))` of the
 * model's reply, which tells more than a bare yes or no. It needs a model that gives `probabilities`: `llama-cpp`, and
 * `openai` where the server gives log-probabilities. A reply with less than 1 % on both words together is no
 * answer; one without probabilities is an error.
 * @throws {InvalidOptionError} for an option, or an item asked about, that is out of range.
 */
export function createProbabilitySource(options: ModelSourceOptions): PreferenceSource {
  return createModelSource(
    {
      template: PROBABILITY,
      isPointwise: true,
      choices: ['yes', 'no'],
      read({ probabilities }) {
        const [yes = 0, no = 0] = probabilities ?? [];
        if (yes + no >= LEAST_MASS) return { value: [yes / (yes + no)] };
        return { fault: `yes and no have a probability of ${(yes + no).toPrecision(2)} together` };
      },
    },
    options,
  );
}
