import { type Catalogue, createRandom } from '@ialp/env';
import { readMovieLens100k } from '@ialp/env/datasets/movielens-100k';
import { createPersonas } from '@ialp/llm-user/preferences';
import { type HeldOutQuestion, sampleHeldOutQuestions } from '@ialp/llm-user/validation';

/** From this rating on (1 to 5) a person likes a film. */
const LIKE_THRESHOLD = 4;

/** Real people's films, and questions of which their ratings hold the answers. */
export interface World {
  /** Its prior counts the ratings of everybody else. */
  readonly catalogue: Catalogue;
  readonly questions: readonly HeldOutQuestion[];
  /** The same about films that were liked and others drawn at random. */
  readonly randomQuestions: readonly HeldOutQuestion[];
}

/** Reads MovieLens 100K and draws 200 people. */
export async function readWorld(folder: string, seed: number, count: number): Promise<World> {
  const { catalogue, interactions, userFeatures } = await readMovieLens100k(folder);
  const asked = {
    ratings: interactions,
    likeThreshold: LIKE_THRESHOLD,
    count,
    ...(userFeatures && { personaOf: createPersonas(userFeatures) }),
  };
  const questions = sampleHeldOutQuestions({ ...asked, random: createRandom(seed) });
  const users = new Set(questions.map(({ user }) => user));
  const same = Int32Array.from(users);
  const randomQuestions = sampleHeldOutQuestions({
    ...asked,
    users: same,
    negatives: 'random',
    random: createRandom(seed),
  });
  const prior = new Float32Array(catalogue.items.length);
  interactions.user.forEach((user, row) => {
    if (!users.has(user)) prior[interactions.item[row]]++;
  });
  return { catalogue: { ...catalogue, prior }, questions, randomQuestions };
}
