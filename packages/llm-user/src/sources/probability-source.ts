import type { PreferenceSource } from '../preference-source.js';
import { createModelSource, type ModelSourceOptions } from './model-source.js';
import { PROBABILITY } from './prompts/probability.v1.js';

/** Below this total probability of yes and no their ratio means nothing. */
const MIN_MASS = 0.01;

/**
 * A generative model as the user, asked about each candidate in a call of its own. The probability is `P(yes) / (P(yes) + P(no))` of
 * the reply, which carries more information than yes or no. Requires a model that reports `probabilities`: `llama-cpp`, Ollama 0.12.11
 * or later, and `openai` if the server returns log-probabilities. A reply with less than 1 % on both words together is unusable; one without
 * probabilities is an error.
 * @throws {InvalidOptionError} for an option or an item out of range.
 */
export function createProbabilitySource(options: ModelSourceOptions): PreferenceSource {
  return createModelSource(
    {
      template: PROBABILITY,
      isPointwise: true,
      choices: ['yes', 'no'],
      read({ probabilities }) {
        const [yes = 0, no = 0] = probabilities ?? [];
        if (yes + no >= MIN_MASS) return { value: [yes / (yes + no)] };
        return { fault: `yes and no have a probability of ${(yes + no).toPrecision(2)} together` };
      },
    },
    options,
  );
}
