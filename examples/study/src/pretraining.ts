import { createRandom, createSimulator, patience } from '@ialp/env';
import { fitRewardModel, type ItemSpace, preferenceResponses, type RewardModelQuality } from '@ialp/llm-user';
import { createA2C, type EncoderName, interact, type Weights } from '@ialp/policy';
import { boredom } from './boredom.js';
import { inquire } from './distillation.js';
import { imitate } from './imitation.js';
import { openSource } from './language-model.js';
import { eitherLikeness, likenessOfLikes, likenessOfTexts } from './likeness.js';
import { freshNetwork, type TextOf } from './networks.js';
import { SETTINGS } from './settings.js';
import { STREAM } from './streams.js';
import type { World } from './world.js';

/** What a pre-training depends on beside its world and its seed. */
export interface PretrainingSpec {
  readonly languageModel: string;
  /** Strength of the people's boredom. */
  readonly boredom: number;
  /** Log-odds that a standard deviation of fame is worth to the encoder. */
  readonly fame: number;
  /** Questions to the language model. */
  readonly questions: number;
  readonly encoder: EncoderName;
  /** Numbers of an item's text that the network knows; 0 is none. */
  readonly textWidth: number;
  /** Whether a reward model answers for pairs that were never asked; else the policy imitates the answers. */
  readonly rewardModel: boolean;
  /** Whether people tire as well of what the same people liked, by the known log; else of what reads alike alone. */
  readonly likes: boolean;
}

/** What it gives. */
export interface Pretrained {
  readonly weights: Weights;
  /** Of the reward model on answers held out. */
  readonly quality: RewardModelQuality | null;
}

/** iALP: asks the language model, learns a reward model from its answers, and trains a policy on people who answer so. */
export async function pretrain(
  world: World,
  space: ItemSpace,
  textOf: TextOf,
  spec: PretrainingSpec,
  seed: number,
  onUpdate?: (interactions: number) => void,
): Promise<Pretrained> {
  const random = createRandom(seed);
  const source = await openSource(spec.languageModel, world, space, spec.fame);
  const { preferences, people } = await inquire(world, { source, questions: spec.questions, seed });
  const rewardModel = fitRewardModel({ preferences, space, random: random.fork(STREAM.rewardModel) });
  const network = freshNetwork({ items: space.items, seed, encoder: spec.encoder, text: textOf(spec.textWidth) });
  if (!spec.rewardModel) {
    imitate(network, preferences, random.fork(STREAM.pretraining));
    return { weights: network.weights(), quality: null };
  }
  const { sessions, historyLength, maxTurns, learner } = SETTINGS;
  const texts = likenessOfTexts(space);
  const likeness = spec.likes ? eitherLikeness(texts, likenessOfLikes(world)) : texts;
  const environment = createSimulator({
    name: 'language-model users',
    responses: preferenceResponses({ rewardModel, people }),
    exits: [patience({ misses: SETTINGS.patience }), boredom(likeness, spec.boredom)],
    ...{ sessions, historyLength, maxTurns },
  });
  interact({
    environment,
    learner: createA2C({ network, ...learner, ...SETTINGS.pretrainingLearner }),
    interactions: SETTINGS.pretraining,
    seed,
    random: random.fork(STREAM.pretraining),
    finishSessions: false,
    ...(onUpdate && { onUpdate }),
  });
  return { weights: network.weights(), quality: rewardModel.heldOut };
}
