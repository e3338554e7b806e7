import { createRandom } from '@ialp/env';
import {
  collectPreferences,
  createPopularitySampler,
  createRandomSampler,
  type PreferenceCollection,
  type PreferenceSource,
  type ReplyStore,
  sampleLoggedStates,
  type UserState,
} from '@ialp/llm-user';
import { SETTINGS } from './settings.js';
import { STREAM } from './streams.js';
import type { World } from './world.js';

/** Options of `askLanguageModel`. */
export interface QuestionOptions {
  readonly source: PreferenceSource;
  readonly questions: number;
  readonly seed: number;
  readonly store?: ReplyStore;
}

/**
 * Asks a language model about users with a known log. Returns its answers, and the states of all sampled users,
 * including those not asked about.
 */
export async function askLanguageModel(
  { dataset, catalogue, known }: World,
  { source, questions, seed, store }: QuestionOptions,
): Promise<PreferenceCollection & { readonly users: readonly UserState[] }> {
  const random = createRandom(seed);
  const users = sampleLoggedStates({
    ratings: { ...dataset.interactions, scale: [0, 1] },
    users: known,
    likeThreshold: dataset.feedback === 'explicit' ? SETTINGS.likedFrom : 0,
    count: SETTINGS.states,
    personaOf: String,
    random: random.fork(STREAM.states),
  });
  const collected = await collectPreferences({
    states: users.slice(0, questions),
    candidates: [
      { sampler: createPopularitySampler(catalogue), count: SETTINGS.candidates },
      { sampler: createRandomSampler(catalogue.items.length), count: SETTINGS.candidates },
    ],
    source,
    random: random.fork(STREAM.questions),
    ...(store && { store }),
  });
  return { ...collected, users };
}
