import { type Catalogue, createRandom } from '@ialp/env';
import { readMovieLens100k } from '@ialp/env/datasets/movielens-100k';
import { createPersonas } from '@ialp/llm-user/preferences';
import { type HeldOutQuestion, sampleHeldOutQuestions } from '@ialp/llm-user/validation';

/** Ratings (1 to 5) of at least this value count as liked. */
const LIKE_THRESHOLD = 4;

/** Films of real users, and questions with known answers. */
export interface World {
  /** Its prior counts the ratings of all other users. */
  readonly catalogue: Catalogue;
  /** Questions about films that the users rated. */
  readonly questions: readonly HeldOutQuestion[];
  /** Questions about liked films and random ones. */
  readonly randomQuestions: readonly HeldOutQuestion[];
}

/** Reads MovieLens 100K and samples questions about `count` users. */
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
