import { type Catalogue, createPatienceRule, createRandom, createSimulator, type Environment } from '@ialp/env';
import { readFilms } from '@ialp/env/datasets/films';
import {
  type CandidateSampler,
  createPopularitySampler,
  createPreferenceResponses,
  createRandomSampler,
  createSimilaritySource,
  fitRewardModel,
  type ItemEmbeddings,
  type Preference,
  sampleCatalogueStates,
  type UserState,
} from '@ialp/llm-user';
import { collectPreferencesInRounds } from '@ialp/llm-user/preferences';
import { createA2C, createNetworkPolicy, type Network, observationOf, runOnline } from '@ialp/policy';
import type { ServedItem } from '../events.js';
import { firstNetwork } from './server-learner.js';
import type { ServerSetup } from './setup.js';

/** Number of films, the best known first. */
const FILMS = 600;
/** Users that the encoder plays, and candidates of each kind that each is asked about. */
const USERS = 1_000;
const CANDIDATES = 5;
/** Interactions of the first training, whose policy proposes candidates for a second round of questions, and of the final one. */
const INTERACTIONS = { first: 60_000, final: 200_000 };
/** Sessions of the pre-training, their turn limit, and the consecutive misses after which a user leaves. */
const SESSIONS = { sessions: 64, maxTurns: 20 };
const PATIENCE = 4;
/** More entropy than in the deployment: a policy that is less certain adapts more easily. */
const TRAINING = { rolloutLength: 5, entropyWeight: 0.05 };

/** Independent random streams of the seed. */
const STREAM = { states: 11, questions: 12, rewardModel: 13, actions: 14 } as const;

/** The films of the quickstart. */
export async function readFilmItems(): Promise<{
  readonly items: readonly ServedItem[];
  readonly catalogue: Catalogue;
}> {
  const catalogue = await readFilms({ count: FILMS });
  return { items: catalogue.items, catalogue };
}

/**
 * iALP on the films: users that the encoder plays say which films they would like, and an actor-critic is trained on their answers. Trains
 * `network` in place.
 * @param space embeddings of the films' texts.
 */
export async function pretrainOnFilms(
  network: Network,
  setup: ServerSetup,
  catalogue: Catalogue,
  space: ItemEmbeddings,
  say: (line: string) => void,
): Promise<void> {
  const random = createRandom(setup.seed);
  const users = sampleCatalogueStates({ catalogue, count: USERS, random: random.fork(STREAM.states) });
  const train = (trained: Network, preferences: readonly Preference[], interactions: number): void => {
    runOnline({
      environment: padded(environmentOf(setup, space, preferences, users), setup.capacity),
      learner: createA2C({ network: trained, ...TRAINING }),
      ...{ interactions, seed: setup.seed, random: random.fork(STREAM.actions), finishSessions: false },
    });
  };
  say('Pre-training: asking the encoder which films users would like');
  const { preferences } = await collectPreferencesInRounds({
    states: users,
    candidates: [
      { sampler: createPopularitySampler(catalogue), count: CANDIDATES },
      { sampler: createRandomSampler(catalogue.items.length), count: CANDIDATES },
    ],
    async improve(found) {
      const draft = firstNetwork(setup);
      train(draft, found, INTERACTIONS.first);
      return [{ sampler: candidatesOf(draft, setup, catalogue.items.length), count: CANDIDATES }];
    },
    source: createSimilaritySource(space),
    random: random.fork(STREAM.questions),
  });
  say(`Pre-training: ${INTERACTIONS.final.toLocaleString('en')} interactions with these users`);
  train(network, preferences, INTERACTIONS.final);
}

function environmentOf(
  { historyLength, seed }: ServerSetup,
  space: ItemEmbeddings,
  preferences: readonly Preference[],
  users: readonly UserState[],
): Environment {
  const random = createRandom(seed).fork(STREAM.rewardModel);
  const rewardModel = fitRewardModel({ preferences, embeddings: space, random });
  return createSimulator({
    name: 'users that the encoder plays',
    responses: createPreferenceResponses({ rewardModel, users }),
    terminationRules: [createPatienceRule({ misses: PATIENCE })],
    ...{ historyLength, ...SESSIONS },
  });
}

/** Candidates that a policy would show. */
function candidatesOf(network: Network, { historyLength, capacity }: ServerSetup, films: number): CandidateSampler {
  const policy = createNetworkPolicy(network);
  const available = new Uint8Array(capacity).fill(1, 0, films);
  return ({ items, feedback }, count, random) => {
    const excluded = [...new Set(items)];
    const wanted = Math.min(count, films - excluded.length);
    if (wanted === 0) return [];
    const state = { session: 0, turn: items.length, history: { items, feedback }, excluded };
    const { items: chosen } = policy
      .distribution(observationOf(state, { historyLength, available }))
      .sample(random, { count: wanted });
    return Array.from(chosen);
  };
}

/** An environment whose catalogue has room for more items: those that do not exist are unavailable. */
function padded(environment: Environment, capacity: number): Environment {
  const available = new Uint8Array(capacity).fill(1, 0, environment.spec.items);
  const widen = <O extends object>(observation: O): O => ({ ...observation, items: capacity, available });
  return {
    specificationVersion: 'v2',
    spec: { ...environment.spec, items: capacity },
    reset: (options) => widen(environment.reset(options)),
    step(actions) {
      const result = environment.step(actions);
      return { ...result, observation: widen(result.observation) };
    },
  };
}
