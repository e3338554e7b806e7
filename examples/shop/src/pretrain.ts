/** Pre-trains a policy for the shop: users that the embedded encoder plays say what they would like. Writes `pretrained.weights`. */
import { createPatienceRule, createSimulator } from '@ialp/env';
import {
  collectPreferences,
  createPreferenceResponses,
  createRandomSampler,
  createSimilaritySource,
  embedCatalogue,
  fitRewardModel,
  sampleCatalogueStates,
} from '@ialp/llm-user';
import { createCachedEncoder } from '@ialp/llm-user/encoder';
import { createA2C, createNetwork, createRandom, runOnline } from '@ialp/policy';
import { saveWeights } from '@ialp/policy/weights-file';
import { readCatalogueFile } from '@ialp/serve/file';

const [file = 'items.csv', weights = 'pretrained.weights'] = process.argv.slice(2);
const described = await readCatalogueFile(file);
const items = described.map(({ id, title = id, text = title, attributes = {} }) => ({ id, title, text, attributes }));
const random = createRandom(1);

const embeddings = await embedCatalogue({ items }, await createCachedEncoder());
const users = sampleCatalogueStates({ catalogue: { items }, count: 300, random });
const { preferences } = await collectPreferences({
  states: users,
  candidates: [{ sampler: createRandomSampler(items.length), count: 10 }],
  source: createSimilaritySource(embeddings), // a language model goes here: createListwiseSource({ model, catalogue })
  random,
});
const rewardModel = fitRewardModel({ preferences, embeddings, random });
const network = createNetwork({ items: items.length, random });
runOnline({
  environment: createSimulator({
    name: 'users that the encoder plays',
    responses: createPreferenceResponses({ rewardModel, users }),
    terminationRules: [createPatienceRule({ misses: 4 })],
    maxTurns: 15,
  }),
  learner: createA2C({ network, entropyWeight: 0.05 }),
  ...{ interactions: 60_000, seed: 1, random },
});
await saveWeights(weights, network.weights(), { items: items.map(({ id }) => id) });
const auc = rewardModel.heldOut?.auc?.toFixed(2);
process.stdout.write(
  `${weights}: a policy for ${items.length} items; AUC of the reward model on answers that it has not seen: ${auc}\n`,
);
