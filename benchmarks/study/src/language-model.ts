import { fileURLToPath } from 'node:url';
import {
  createListwiseSource,
  createSimilaritySource,
  type ItemEmbeddings,
  type PreferenceSource,
} from '@ialp/llm-user';
import { createModelFromSpec } from '@ialp/llm-user/model-spec';
import { createOracleSource } from '@ialp/llm-user/sources';
import type { World } from './world.js';

/**
 * Name of the model that plays the users in the pre-training: the sentence `encoder`; `inverted`, the encoder with
 * inverted answers; `random`, with random answers; `oracle:<rate>`, which knows the true preferences and errs at a
 * rate; `recording:<name>`, the recorded replies of a real model (see docs/recorded-replies.md); or the short name of a
 * model, such as `ollama:<model>`.
 */
export type LanguageModelName = string;

/** Opens a language model. Its questions are about the `known` users; `personaOf` of a state is the user index. */
export async function openSource(
  name: LanguageModelName,
  world: World,
  space: ItemEmbeddings,
  popularity: number,
): Promise<PreferenceSource> {
  const encoder = createSimilaritySource(space, { popularity });
  if (name === 'encoder') return encoder;
  if (name === 'inverted') return inverted(encoder);
  if (name === 'random') return createOracleSource({ probability: () => 0.3, errorRate: 0.5 });
  if (name.startsWith('oracle:')) {
    return createOracleSource({
      probability: ({ persona }, item) => world.likeProbability(Number(persona), item),
      errorRate: Number(name.slice('oracle:'.length)),
    });
  }
  const recording = /^recording:(.+)$/.exec(name)?.[1];
  const model = recording === undefined ? name : `recorded:${recordingOf(world.name, recording)}`;
  return createListwiseSource({ model: await createModelFromSpec(model), catalogue: world.catalogue });
}

/** The file of a real model's replies for an environment. */
export function recordingOf(environment: string, name: string): string {
  return fileURLToPath(new URL(`../recorded/${environment}.${name}.jsonl.gz`, import.meta.url));
}

/** Inverts the answers of a source. */
function inverted(source: PreferenceSource): PreferenceSource {
  return {
    specificationVersion: 'v1',
    model: `${source.model}, inverted`,
    promptVersion: source.promptVersion,
    async ask(question, options) {
      const { probabilities } = await source.ask(question, options);
      const opposite = probabilities.map((value) => 1 - value);
      return { probabilities: opposite, raw: JSON.stringify(opposite) };
    },
  };
}
