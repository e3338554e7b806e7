import type { Catalogue } from '@ialp/env';
import { z } from 'zod';
import { InvalidOptionError, LanguageModelError } from './errors.js';
import type { LanguageModel } from './language-model.js';
import type { PersonState, PreferenceAnswer, PreferenceQuestion, PreferenceSource } from './preference-source.js';
import { prompt, SCHEMA, SYSTEM, VERSION } from './prompts/listwise.v1.js';

/** Options of `createListwiseSource`. */
export interface ListwiseSourceOptions {
  readonly model: LanguageModel;
  readonly catalogue: Catalogue;
  /** Seeds the model's sampling. A 32-bit unsigned integer. Default 0. */
  readonly seed?: number;
}

/** From this feedback on an item counts as taken when the prompt is written. */
const TAKEN = 0.5;

/**
 * A generative language model as the user: it is told what a person took and passed over, and says which of the
 * candidates they would take. Likelihood is 1 for those, 0 for the others. A reply that is not of the schema, or names
 * a candidate that there is not, is asked for once more (with the next seed) and then thrown as an error with its raw
 * text; it never becomes a preference.
 * @throws {InvalidOptionError}
 */
export function createListwiseSource({ model, catalogue, seed = 0 }: ListwiseSourceOptions): PreferenceSource {
  if (!Number.isInteger(seed) || seed < 0 || seed >= 2 ** 32) {
    throw new InvalidOptionError('seed', seed, 'a 32-bit unsigned integer');
  }
  return {
    model: model.name,
    promptVersion: VERSION,
    async ask(question, { signal } = {}): Promise<PreferenceAnswer> {
      const request = {
        system: SYSTEM,
        prompt: prompt(describe(question, catalogue)),
        schema: SCHEMA,
        ...(signal === undefined ? {} : { signal }),
      };
      const first = await model.generate({ ...request, seed });
      const liked = likedIn(first.text, question.candidates.length);
      if (liked !== undefined) return answer(question, liked, first.text);
      const second = await model.generate({ ...request, seed: (seed + 1) % 2 ** 32 });
      const repaired = likedIn(second.text, question.candidates.length);
      if (repaired !== undefined) return answer(question, repaired, second.text);
      throw new LanguageModelError(model.name, 'gave no usable answer, asked twice', { raw: second.text });
    },
  };
}

function describe({ state, candidates }: PreferenceQuestion, { items }: Catalogue) {
  const met = (wanted: boolean) => pick(state, wanted).map((item) => items[item]);
  return { liked: met(true), passed: met(false), candidates: candidates.map((item) => items[item]) };
}

function pick({ items, feedback }: PersonState, taken: boolean): number[] {
  return items.filter((_, k) => feedback[k] >= TAKEN === taken);
}

function answer({ candidates }: PreferenceQuestion, liked: ReadonlySet<number>, raw: string): PreferenceAnswer {
  return { likelihood: candidates.map((_, k) => (liked.has(k + 1) ? 1 : 0)), raw };
}

/** The numbers of the candidates that a reply names, or undefined where it is not of the schema. */
function likedIn(text: string, candidates: number): ReadonlySet<number> | undefined {
  const schema = z.strictObject({ liked: z.array(z.int().min(1).max(candidates)) });
  const parsed = schema.safeParse(parseJson(text));
  return parsed.success ? new Set(parsed.data.liked) : undefined;
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
