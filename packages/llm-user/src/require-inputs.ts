import type { Catalogue } from '@ialp/env';
import type { EmbeddingModel } from './embedding-model.js';
import { InvalidOptionError } from './errors.js';
import type { ItemSpace } from './item-space.js';
import type { LanguageModel } from './language-model.js';
import type { PersonState } from './preference-source.js';
import type { ReplyStore } from './reply-store.js';
import type { RewardModel } from './reward-model.js';

/**
 * Checks that options were passed as an object.
 * @param example what the message shows, such as `{ model, catalogue }`.
 * @throws {InvalidOptionError}
 */
export function requireOptions(options: unknown, example: string): void {
  if (typeof options === 'object' && options !== null && !Array.isArray(options) && !('then' in options)) return;
  throw new InvalidOptionError('options', options, `an object, such as ${example}`);
}

/** Checks whether this is a language model. @throws {InvalidOptionError} */
export function requireModel(model: unknown, option = 'model'): void {
  const { name, generate } = partsOf<LanguageModel>(model);
  if (typeof name === 'string' && typeof generate === 'function') return;
  throw new InvalidOptionError(option, model, "a language model, with 'name' and 'generate'");
}

/** Checks whether this is an embedding model. @throws {InvalidOptionError} */
export function requireEmbeddingModel(model: unknown, option = 'model'): void {
  const { name, embed } = partsOf<EmbeddingModel>(model);
  if (typeof name === 'string' && typeof embed === 'function') return;
  throw new InvalidOptionError(option, model, "an embedding model, with 'name' and 'embed'");
}

/** Checks whether this is a catalogue. @throws {InvalidOptionError} */
export function requireCatalogue(catalogue: unknown, option = 'catalogue'): void {
  const { items } = partsOf<Catalogue>(catalogue);
  if (Array.isArray(items)) return;
  throw new InvalidOptionError(option, catalogue, "a catalogue, with a list 'items'");
}

/** Checks whether this is a reward model. @throws {InvalidOptionError} */
export function requireRewardModel(rewardModel: unknown, option = 'rewardModel'): void {
  const { items, person } = partsOf<RewardModel>(rewardModel);
  if (Number.isSafeInteger(items) && typeof person === 'function') return;
  throw new InvalidOptionError(option, rewardModel, 'a reward model, such as fitRewardModel gives');
}

/** Checks whether this is a list. @throws {InvalidOptionError} */
export function requireList(option: string, value: unknown, expected: string): void {
  if (!Array.isArray(value)) throw new InvalidOptionError(option, value, expected);
}

/** Checks whether this can be iterated over, and is not a text. @throws {InvalidOptionError} */
export function requireIterable(option: string, value: unknown, expected: string): void {
  if (typeof value === 'object' && value !== null && Symbol.iterator in value) return;
  throw new InvalidOptionError(option, value, expected);
}

/** Checks whether this is a function. @throws {InvalidOptionError} */
export function requireFunction(option: string, value: unknown, expected: string): void {
  if (typeof value !== 'function') throw new InvalidOptionError(option, value, expected);
}

/** The fields of what may be anything. */
function partsOf<T>(value: unknown): Partial<T> {
  return (value ?? {}) as Partial<T>;
}

/**
 * Looks whether an item space is one: arrays of the right lengths that hold finite numbers.
 * @throws {InvalidOptionError} that names the field.
 */
export function requireSpace(space: ItemSpace, option = 'space'): void {
  if (!Number.isSafeInteger(partsOf<ItemSpace>(space).items))
    throw new InvalidOptionError(option, space, 'an item space, such as await embedCatalogue(catalogue, model) gives');
  const { items, dimension, vectors, fame } = space;
  for (const [name, value] of Object.entries({ items, dimension })) {
    if (!(Number.isSafeInteger(value) && value >= 1))
      throw new InvalidOptionError(`${option}.${name}`, value, 'an integer of at least 1');
  }
  requireNumbers(`${option}.vectors`, vectors, items * dimension);
  requireNumbers(`${option}.fame`, fame, items);
}

/**
 * Looks whether a state is one: items that there are, each with a feedback from 0 to 1.
 * @throws {InvalidOptionError} that names the field.
 */
export function requireState(state: PersonState, items: number, option = 'state'): void {
  requireItems(state.items, items, `${option}.items`);
  requireShares(state.feedback, state.items.length, `${option}.feedback`);
}

/** Looks whether these are items of a catalogue of `items`. @throws {InvalidOptionError} */
export function requireItems(found: readonly number[], items: number, option: string): void {
  for (let k = 0; k < found.length; k++) requireItem(found[k], items, `${option}[${k}]`);
}

/** Looks whether this is an item of a catalogue of `items`. @throws {InvalidOptionError} */
export function requireItem(item: number, items: number, option: string): void {
  if (!(Number.isSafeInteger(item) && item >= 0 && item < items))
    throw new InvalidOptionError(option, item, `an item from 0 to ${items - 1}`);
}

/** Looks whether these are so many numbers from 0 to 1. @throws {InvalidOptionError} */
export function requireShares(found: readonly number[], length: number, option: string): void {
  if (found.length !== length)
    throw new InvalidOptionError(option, `${found.length} numbers`, `${length} numbers from 0 to 1`);
  for (let k = 0; k < length; k++) {
    if (!(typeof found[k] === 'number' && found[k] >= 0 && found[k] <= 1))
      throw new InvalidOptionError(`${option}[${k}]`, found[k], 'a number from 0 to 1');
  }
}

/** Checks whether this is a `Random` of `@ialp/env`. @throws {InvalidOptionError} */
export function requireRandom(random: unknown, option = 'random'): void {
  if (typeof (random as { readonly fork?: unknown } | null | undefined)?.fork !== 'function')
    throw new InvalidOptionError(option, random, 'a seeded generator: createRandom(seed) of @ialp/env');
}

/** Checks whether this is a reply store. @throws {InvalidOptionError} */
export function requireStore(store: unknown): void {
  const { get, put } = partsOf<ReplyStore>(store);
  if (typeof get !== 'function' || typeof put !== 'function')
    throw new InvalidOptionError(
      'store',
      store,
      'a reply store, such as await openReplyStore(path) or createMemoryStore()',
    );
}

function requireNumbers(option: string, found: Float32Array | undefined, length: number): void {
  if (found?.length !== length)
    throw new InvalidOptionError(
      option,
      found === undefined ? found : `${found.length} numbers`,
      `${length} finite numbers`,
    );
  const wrong = found.findIndex((value) => !Number.isFinite(value));
  if (wrong !== -1) throw new InvalidOptionError(`${option}[${wrong}]`, found[wrong], 'a finite number');
}
