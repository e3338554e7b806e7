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

/** What is asked, of whom, and where its replies are kept. */
export interface Inquiry {
  readonly source: PreferenceSource;
  readonly questions: number;
  readonly seed: number;
  readonly store?: ReplyStore;
}

/** Asks a language model about people whose log is known. Gives its answers, and these people with others of their kind. */
export async function inquire(
  { dataset, catalogue, known }: World,
  { source, questions, seed, store }: Inquiry,
): Promise<PreferenceCollection & { readonly people: readonly UserState[] }> {
  const random = createRandom(seed);
  const people = sampleLoggedStates({
    ratings: { ...dataset.interactions, scale: [0, 1] },
    users: known,
    likeThreshold: dataset.feedback === 'explicit' ? SETTINGS.likedFrom : 0,
    count: SETTINGS.states,
    personaOf: String,
    random: random.fork(STREAM.states),
  });
  const distillation = await collectPreferences({
    states: people.slice(0, questions),
    candidates: [
      { sampler: createPopularitySampler(catalogue), count: SETTINGS.candidates },
      { sampler: createRandomSampler(catalogue.items.length), count: SETTINGS.candidates },
    ],
    source,
    random: random.fork(STREAM.questions),
    ...(store && { store }),
  });
  return { ...distillation, people };
}
