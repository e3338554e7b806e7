import { createPatienceRule, createRandom, createSimulator } from '@ialp/env';
import { createPreferenceResponses, fitRewardModel, type ItemEmbeddings } from '@ialp/llm-user';
import type { RewardModelQuality } from '@ialp/llm-user/reward-model';
import { createA2C, type EncoderName, type Network, runOnline, type Weights } from '@ialp/policy';
import { boredom } from './boredom.js';
import { inquire } from './distillation.js';
import { imitate } from './imitation.js';
import { openSource } from './language-model.js';
import { freshNetwork, type TextOf } from './networks.js';
import { SETTINGS } from './settings.js';
import { eitherSimilarity, remembered, similarityOfLikes, similarityOfTexts } from './similarity.js';
import { STREAM } from './streams.js';
import type { World } from './world.js';

/** What a pre-training depends on beside its world and its seed. */
export interface PretrainingSpec {
  readonly languageModel: string;
  /** Strength of the people's boredom. */
  readonly boredom: number;
  /** Log-odds that a standard deviation of popularity is worth to the encoder. */
  readonly popularity: number;
  /** Questions to the language model. */
  readonly questions: number;
  readonly encoder: EncoderName;
  /** Text features of an item that the network takes as input; 0 for no features. */
  readonly textWidth: number;
  /** The same of the network that A-iALP_ap's new policy begins with. */
  readonly startTextWidth: number;
  /** Whether a reward model answers for pairs that were never asked; else the policy imitates the answers. */
  readonly rewardModel: boolean;
  /** Whether users also tire of items that the same users liked, by the known log; otherwise only of items with similar texts. */
  readonly likes: boolean;
  /** Interactions with language-model users, where they are fewer than the settings say. */
  readonly interactions?: number;
}

/** What it gives. */
export interface Pretrained {
  readonly weights: Weights;
  /** What A-iALP_ap's new policy begins with: a network pre-trained likewise that was stopped early. */
  readonly start: Weights;
  /** Of the reward model on answers held out. */
  readonly quality: RewardModelQuality | null;
}

/**
 * iALP: asks the language model, learns a reward model from its answers, and trains a policy on people who answer so, and
 * another one for a short while.
 */
export async function pretrain(
  world: World,
  space: ItemEmbeddings,
  textOf: TextOf,
  spec: PretrainingSpec,
  seed: number,
): Promise<Pretrained> {
  const random = createRandom(seed);
  const source = await openSource(spec.languageModel, world, space, spec.popularity);
  const { preferences, people } = await inquire(world, { source, questions: spec.questions, seed });
  const rewardModel = fitRewardModel({ preferences, embeddings: space, random: random.fork(STREAM.rewardModel) });
  const networkOf = (width: number): Network =>
    freshNetwork({ items: space.items, seed, encoder: spec.encoder, text: textOf(width) });
  const [network, start] = [networkOf(spec.textWidth), networkOf(spec.startTextWidth)];
  const { sessions, historyLength, maxTurns, learner } = SETTINGS;
  const texts = similarityOfTexts(space);
  const similarity = remembered(spec.likes ? eitherSimilarity(texts, similarityOfLikes(world)) : texts, space.items);
  const environment = createSimulator({
    name: 'language-model users',
    responses: createPreferenceResponses({ rewardModel, users: people }),
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
