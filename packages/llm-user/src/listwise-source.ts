import type { Catalogue, CatalogueItem } from '@ialp/env';
import { z } from 'zod';
import { InvalidOptionError, LanguageModelError } from './errors.js';
import { fnv1a } from './fnv1a.js';
import type { LanguageModel } from './language-model.js';
import type { PersonState, PreferenceAnswer, PreferenceQuestion, PreferenceSource } from './preference-source.js';
import { prompt, repair, SYSTEM, schema, VERSION } from './prompts/listwise.v1.js';

/** Options of `createListwiseSource`. */
export interface ListwiseSourceOptions {
  readonly model: LanguageModel;
  readonly catalogue: Catalogue;
  /** With the question it makes the seed of every request. A 32-bit unsigned integer. Default 0. */
  readonly seed?: number;
}

/** From this feedback on an item counts as taken when the prompt is written. */
const TAKEN = 0.5;

/**
 * A generative language model as the user: it is told what a person took and passed over, and says which of the
 * candidates they would take. Likelihood is 1 for those, 0 for the others. A reply that is not of the schema, or names
 * a candidate that there is not, is asked for once more (with another seed and a word about the form) and then thrown as
 * an error with its raw text; it never becomes a preference. A call that fails is thrown on at once.
 * @throws {InvalidOptionError} for a seed, or an item asked about, that is out of range.
 */
export function createListwiseSource({ model, catalogue, seed = 0 }: ListwiseSourceOptions): PreferenceSource {
  if (!Number.isInteger(seed) || seed < 0 || seed >= 2 ** 32) {
    throw new InvalidOptionError('seed', seed, 'a 32-bit unsigned integer');
  }
  return {
    model: model.name,
    promptVersion: VERSION,
    async ask(question, { signal } = {}): Promise<PreferenceAnswer> {
      const words = prompt(describe(question, catalogue));
      const count = question.candidates.length;
      const generate = (attempt: number, text: string) =>
        model.generate({
          system: SYSTEM,
          prompt: text,
          schema: schema(count),
          seed: requestSeed(seed, attempt, question),
          ...(signal !== undefined && { signal }),
        });
      const first = await generate(1, words);
      const liked = likedIn(first.text, count);
      if (liked !== undefined) return answer(question, liked, first.text);
      const second = await generate(2, words + repair(count));
      const repaired = likedIn(second.text, count);
      if (repaired !== undefined) return answer(question, repaired, second.text);
      throw new LanguageModelError(model.name, 'gave no usable answer, asked twice', { raw: second.text });
    },
  };
}

/** The same question gives the same seed, whatever was asked before; a second attempt at it another one. */
function requestSeed(seed: number, attempt: number, { state, candidates }: PreferenceQuestion): number {
  return fnv1a(JSON.stringify([seed, attempt, state.items, state.feedback, candidates]));
}

function describe({ state, candidates }: PreferenceQuestion, { items }: Catalogue) {
  const itemAt = (item: number): CatalogueItem => {
    if (items[item] === undefined) throw new InvalidOptionError('item', item, `one from 0 to ${items.length - 1}`);
    return items[item];
  };
  return {
    liked: pick(state, true).map(itemAt),
    passed: pick(state, false).map(itemAt),
    candidates: candidates.map(itemAt),
  };
}

function pick({ items, feedback }: PersonState, taken: boolean): number[] {
  return items.filter((_, k) => feedback[k] >= TAKEN === taken);
}

function answer({ candidates }: PreferenceQuestion, liked: ReadonlySet<number>, raw: string): PreferenceAnswer {
  return { likelihood: candidates.map((_, k) => (liked.has(k + 1) ? 1 : 0)), raw };
}

/** The numbers of the candidates that a reply names, or undefined where it is not of the schema. */
function likedIn(text: string, candidates: number): ReadonlySet<number> | undefined {
  const form = z.strictObject({ liked: z.array(z.int().min(1).max(candidates)) });
  const parsed = form.safeParse(parseJson(text));
  return parsed.success ? new Set(parsed.data.liked) : undefined;
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
