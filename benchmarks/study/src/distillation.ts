import { createRandom } from '@ialp/env';
import {
  type Distillation,
  distill,
  loggedStates,
  type PersonState,
  type PreferenceSource,
  popularCandidates,
  type ReplyStore,
  randomCandidates,
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
): Promise<Distillation & { readonly people: readonly PersonState[] }> {
  const random = createRandom(seed);
  const people = loggedStates({
    ratings: { ...dataset.interactions, scale: [0, 1] },
    users: known,
    likedFrom: dataset.feedback === 'explicit' ? SETTINGS.likedFrom : 0,
    count: SETTINGS.states,
    personaOf: String,
    random: random.fork(STREAM.states),
  });
  const distillation = await distill({
    states: people.slice(0, questions),
    candidates: [
      { sampler: popularCandidates(catalogue), count: SETTINGS.candidates },
      { sampler: randomCandidates(catalogue.items.length), count: SETTINGS.candidates },
    ],
    source,
    random: random.fork(STREAM.questions),
    ...(store && { store }),
  });
  return { ...distillation, people };
}
