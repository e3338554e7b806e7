import {
  createListwiseSource,
  createSimilaritySource,
  type EmbeddingModel,
  embedCatalogue,
  type LanguageModel,
  type PreferenceSource,
  type UserState,
} from '@ialp/llm-user';
import {
  createGradedSource,
  createOracleSource,
  createPointwiseSource,
  createPopularitySource,
  createProbabilitySource,
} from '@ialp/llm-user/sources';
import type { World } from './questions.js';

/** A source to validate. */
export interface Candidate {
  readonly name: string;
  readonly source: PreferenceSource;
  /** Whether the order of candidates can affect its answers. */
  readonly isOrdered: boolean;
}

/** Error rates of the oracles. */
const ERROR_RATES = [0.1, 0.2, 0.4];

const KINDS = {
  listwise: createListwiseSource,
  graded: createGradedSource,
  pointwise: createPointwiseSource,
  probability: createProbabilitySource,
} as const;

/** Kinds of questions to a generative model. */
export const KIND_NAMES = Object.keys(KINDS) as (keyof typeof KINDS)[];

/** Sources without a generative model. */
export async function freeSources(
  { catalogue, questions, randomQuestions }: World,
  encoder: EmbeddingModel,
  signal: AbortSignal,
): Promise<Candidate[]> {
  const embeddings = await embedCatalogue(catalogue, encoder, { signal });
  const places = new Map<UserState, ReadonlyMap<number, number>>(
    [...questions, ...randomQuestions].map(({ state, candidates, truth }) => [
      state,
      new Map(candidates.map((item, k) => [item, truth[k]])),
    ]),
  );
  const probability = (state: UserState, item: number): number => places.get(state)?.get(item) ?? 0;
  return [
    { name: 'encoder', source: createSimilaritySource(embeddings), isOrdered: false },
    { name: 'popularity', source: createPopularitySource(catalogue), isOrdered: false },
    ...ERROR_RATES.map((errorRate) => ({
      name: `oracle, ${100 * errorRate} % wrong`,
      source: createOracleSource({ probability, errorRate }),
      isOrdered: false,
    })),
  ];
}

/** A generative model with these kinds of questions. */
export function modelSources(model: LanguageModel, { catalogue }: World, kinds: readonly string[]): Candidate[] {
  return KIND_NAMES.filter((kind) => kinds.includes(kind)).map((kind) => ({
    name: `${model.name}, ${kind}`,
    source: KINDS[kind]({ model, catalogue }),
    isOrdered: kind === 'listwise',
  }));
}
