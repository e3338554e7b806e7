import { createPatienceRule, createRandom, createSimulator } from '@ialp/env';
import { createPreferenceResponses, fitRewardModel, type ItemEmbeddings } from '@ialp/llm-user';
import type { RewardModelQuality } from '@ialp/llm-user/reward-model';
import { createA2C, type EncoderName, type KernelsBuild, type Network, runOnline, type Weights } from '@ialp/policy';
import { boredom } from './boredom.js';
import { imitate } from './imitation.js';
import { openSource } from './language-model.js';
import { freshNetwork, type TextOf } from './networks.js';
import { askLanguageModel } from './preferences.js';
import { SETTINGS } from './settings.js';
import { cachedSimilarity, eitherSimilarity, similarityOfLikes, similarityOfTexts } from './similarity.js';
import { STREAM } from './streams.js';
import type { World } from './world.js';

/** Options of a pre-training. */
export interface PretrainingSpec {
  readonly languageModel: string;
  /** Strength of the users' boredom. */
  readonly boredom: number;
  /** Weight of popularity in the encoder's answers: log-odds per standard deviation. */
  readonly popularity: number;
  /** Questions to the language model. */
  readonly questions: number;
  readonly encoder: EncoderName;
  /** Text features of an item that the network takes as input; 0 for no features. */
  readonly textWidth: number;
  /** The same for the network that initialises the online policy of A-iALP_ap. */
  readonly startTextWidth: number;
  /** Whether a reward model predicts the pairs that were not asked; otherwise the policy imitates the answers. */
  readonly rewardModel: boolean;
  /** Whether users also tire of items that the same users liked, by the known log; otherwise only of items with similar texts. */
  readonly likes: boolean;
  /** Pre-training interactions, if fewer than in the settings. */
  readonly interactions?: number;
}

/** What a pre-training needs in addition to its world. */
export interface PretrainingInput {
  readonly space: ItemEmbeddings;
  readonly spec: PretrainingSpec;
  /** Build of the networks' kernels. */
  readonly kernels: KernelsBuild;
  readonly seed: number;
}

/** Result of a pre-training. */
export interface Pretrained {
  readonly weights: Weights;
  /** Weights of a network with the same pre-training, stopped early; initialises the online policy of A-iALP_ap. */
  readonly start: Weights;
  /** Quality of the reward model on held-out answers. */
  readonly quality: RewardModelQuality | null;
}

/**
 * iALP: asks the language model, fits a reward model to its answers, and trains a policy on users simulated by it, and
 * a second policy for a shorter time.
 */
export async function pretrain(
  world: World,
  textOf: TextOf,
  { space, spec, kernels, seed }: PretrainingInput,
): Promise<Pretrained> {
  const random = createRandom(seed);
  const source = await openSource(spec.languageModel, world, space, spec.popularity);
  const { preferences, users } = await askLanguageModel(world, { source, questions: spec.questions, seed });
  const rewardModel = fitRewardModel({ preferences, embeddings: space, random: random.fork(STREAM.rewardModel) });
  const networkOf = (width: number): Network =>
    freshNetwork({ items: space.items, seed, encoder: spec.encoder, kernels, text: textOf(width) });
  const [network, start] = [networkOf(spec.textWidth), networkOf(spec.startTextWidth)];
  const { sessions, historyLength, maxTurns, learner } = SETTINGS;
  const texts = similarityOfTexts(space);
  const similarity = cachedSimilarity(
    spec.likes ? eitherSimilarity(texts, similarityOfLikes(world)) : texts,
    space.items,
  );
  const environment = createSimulator({
    name: 'language-model users',
    responses: createPreferenceResponses({ rewardModel, users }),
    terminationRules: [createPatienceRule({ misses: SETTINGS.patience }), boredom(similarity, spec.boredom)],
    ...{ sessions, historyLength, maxTurns },
  });
  const train = (trained: Network, interactions: number): void => {
    const draws = random.fork(STREAM.pretraining);
    if (!spec.rewardModel) {
      imitate(trained, preferences, interactions, draws);
      return;
    }
    runOnline({
      environment,
      learner: createA2C({ network: trained, ...learner, ...SETTINGS.pretrainingLearner }),
      ...{ interactions, seed, random: draws, finishSessions: false },
    });
  };
  train(network, spec.interactions ?? SETTINGS.pretraining);
  train(start, SETTINGS.startPretraining);
  const quality = spec.rewardModel ? rewardModel.heldOut : null;
  return { weights: network.weights(), start: start.weights(), quality };
}
