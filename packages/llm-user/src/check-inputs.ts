import {
  type Catalogue,
  checkInteger,
  checkMethods,
  checkObject,
  checkOptionNames,
  checkSpecification,
  counted,
  described,
  InvalidOptionError,
  type Ratings,
} from '@ialp/core';
import type { LanguageModel } from './language-model.js';
import type { ItemEmbeddings } from './models/embeddings/item-embeddings.js';
import type { PreferenceQuestion, UserState } from './preference-source.js';
import type { RewardModel } from './reward-model.js';

/**
 * Throws unless options are an object with no others than the named ones: a misspelt option would be ignored.
 * @param example what the message shows, such as `{ model: 'qwen3:4b' }`.
 * @throws {InvalidOptionError}
 */
export function checkOptions<Options extends object>(
  options: Options,
  example: string,
  names: readonly (keyof NoInfer<Options> & string)[],
): void {
  checkObject('options', options, `an object, such as ${example}`);
  checkOptionNames(options, names);
}

/** Throws unless this is a time limit that a timer can hold. @throws {InvalidOptionError} */
export function checkTimeout(timeoutMs: unknown): void {
  if (typeof timeoutMs === 'number' && timeoutMs > 0 && timeoutMs < 2 ** 31) return;
  throw new InvalidOptionError('timeoutMs', timeoutMs, 'milliseconds, above 0 and below 2^31');
}

/** Throws unless this is a list. @throws {InvalidOptionError} */
export function checkList(option: string, value: unknown, expected: string): void {
  if (!Array.isArray(value)) throw new InvalidOptionError(option, value, expected);
}

/** Throws unless this is a function. @throws {InvalidOptionError} */
export function checkFunction(option: string, value: unknown, expected: string): void {
  if (typeof value !== 'function') throw new InvalidOptionError(option, value, expected);
}

/**
 * Throws unless this is a catalogue of at least one item, with a number of at least 0 for each item as its prior if it has one.
 * @throws {InvalidOptionError} that names the field.
 */
export function checkCatalogue(catalogue: Catalogue): void {
  if (Array.isArray(catalogue))
    throw new InvalidOptionError('catalogue', catalogue, 'an object: pass { items: [...] }, not the list alone');
  checkObject('catalogue', catalogue, 'a catalogue, such as a data set has');
  const { items, prior } = catalogue;
  checkList('catalogue.items', items, 'a list of items');
  if (items.length === 0) throw new InvalidOptionError('catalogue.items', items, 'at least one item');
  for (let item = 0; item < items.length; item++) checkCatalogueItem(items[item], `catalogue.items[${item}]`);
  if (prior === undefined) return;
  if (prior?.length !== items.length)
    throw new InvalidOptionError(
      'catalogue.prior',
      prior === null ? prior : described(counted(prior.length, 'number')),
      `${items.length} numbers, one for each item`,
    );
  for (let item = 0; item < items.length; item++) {
    if (!(prior[item] >= 0 && prior[item] < Number.POSITIVE_INFINITY))
      throw new InvalidOptionError(`catalogue.prior[${item}]`, prior[item], 'a number of at least 0');
  }
}

/** Throws unless this is an item with a text. @throws {InvalidOptionError} */
function checkCatalogueItem(item: unknown, option: string): void {
  checkObject(option, item, '{ id, title, text, attributes }');
  const { text } = item as { readonly text?: unknown };
  if (typeof text !== 'string') throw new InvalidOptionError(`${option}.text`, text, 'a text');
}

/** Throws unless this is a language model. @throws {InvalidOptionError} */
export function checkModel(model: unknown, option = 'model'): void {
  const expected = "a language model, with 'name' and 'generate'";
  if (typeof (model as Partial<LanguageModel> | null | undefined)?.name !== 'string')
    throw new InvalidOptionError(option, model, expected);
  checkSpecification(option, model, ['generate'], expected);
}

/** Throws unless this is an embedding model. @throws {InvalidOptionError} */
export function checkEmbeddingModel(model: unknown, option = 'model'): void {
  checkSpecification(option, model, ['embed'], "an embedding model, with 'name', 'dimension' and 'embed'");
}

/** Throws unless this is a reward model, and whether these are seed sessions for it. @throws {InvalidOptionError} */
export function checkUsers(rewardModel: RewardModel, users: readonly UserState[]): void {
  checkRewardModel(rewardModel);
  checkList('users', users, 'a list of seed sessions');
  if (users.length === 0) throw new InvalidOptionError('users', users, 'at least one seed session');
  for (const [k, state] of users.entries()) checkState(state, rewardModel.items, `users[${k}]`);
}

/** Throws unless this is a reward model. @throws {InvalidOptionError} */
export function checkRewardModel(rewardModel: unknown): void {
  const expected = 'a reward model, such as fitRewardModel makes';
  if (!Number.isSafeInteger((rewardModel as Partial<RewardModel> | null | undefined)?.items))
    throw new InvalidOptionError('rewardModel', rewardModel, expected);
  checkSpecification('rewardModel', rewardModel, ['user'], expected);
}

/** Throws unless these are texts. @throws {InvalidOptionError} */
export function checkTexts(texts: readonly string[]): void {
  checkList('texts', texts, 'a list of texts');
  const wrong = texts.findIndex((text) => typeof text !== 'string');
  if (wrong !== -1) throw new InvalidOptionError(`texts[${wrong}]`, texts[wrong], 'a text');
}

/** Throws unless this is a preference source. @throws {InvalidOptionError} */
export function checkSource(source: unknown, option = 'source'): void {
  checkSpecification(option, source, ['ask'], 'a preference source, such as createListwiseSource(...) makes');
}

/** Throws unless this is an abort signal, or undefined. @throws {InvalidOptionError} */
export function checkSignal(signal: unknown): void {
  if (signal === undefined) return;
  if (typeof (signal as AbortSignal | null)?.throwIfAborted === 'function') return;
  throw new InvalidOptionError('signal', signal, 'an AbortSignal, such as AbortSignal.timeout(60_000)');
}

/**
 * Throws unless item embeddings have arrays of the right lengths that hold finite numbers.
 * @throws {InvalidOptionError} that names the field.
 */
export function checkEmbeddings(embeddings: ItemEmbeddings, option = 'embeddings'): void {
  checkObject(option, embeddings, 'item embeddings, such as embedCatalogue makes');
  const { items, dimension, vectors, popularity } = embeddings;
  for (const [name, value] of Object.entries({ items, dimension })) {
    checkInteger(`${option}.${name}`, value, 1);
  }
  checkNumbers(`${option}.vectors`, vectors, items * dimension);
  checkNumbers(`${option}.popularity`, popularity, items);
}

/**
 * Throws unless a state holds items of the catalogue, each with a feedback from 0 to 1.
 * @throws {InvalidOptionError} that names the field.
 */
export function checkState(state: UserState, items: number, option = 'state'): void {
  checkSession(state, option);
  checkItems(state.items, items, `${option}.items`);
  checkShares(state.feedback, state.items.length, `${option}.feedback`);
}

/** Throws unless a state has a list of items and a list of feedback. @throws {InvalidOptionError} */
export function checkSession(state: UserState, option: string): void {
  checkObject(option, state, "a state: an object with the lists 'items' and 'feedback'");
  checkList(`${option}.items`, state.items, 'a list of items');
  checkList(`${option}.feedback`, state.feedback, 'a list of numbers from 0 to 1');
}

/**
 * Throws unless a question has a state and at least one candidate, none of them twice.
 * @param items number of items that the source knows, if it knows it.
 * @throws {InvalidOptionError} that names the field.
 */
export function checkQuestion(question: PreferenceQuestion, items?: number): void {
  checkObject('question', question, 'a question, { state, candidates }');
  const { state, candidates } = question;
  checkSession(state, 'state');
  checkList('candidates', candidates, 'a list of items');
  if (candidates.length === 0) throw new InvalidOptionError('candidates', candidates, 'at least one item');
  const repeated = candidates.findIndex((item, k) => candidates.indexOf(item) !== k);
  if (repeated !== -1)
    throw new InvalidOptionError(`candidates[${repeated}]`, candidates[repeated], 'an item that is not repeated');
  if (items === undefined) return;
  checkKnownItems(state.items, items, 'state.items');
  checkKnownItems(candidates, items, 'candidates', ' (samplers of candidates must draw from the same catalogue)');
}

/** Throws unless a rating can reach a threshold: no item would count as liked. @throws {InvalidOptionError} */
export function checkLikeThreshold(likeThreshold: unknown, { value }: Ratings): void {
  if (typeof likeThreshold !== 'number' || Number.isNaN(likeThreshold))
    throw new InvalidOptionError('likeThreshold', likeThreshold, 'a number: the lowest rating that counts as liked');
  const greatest = value.reduce((most, rating) => Math.max(most, rating), Number.NEGATIVE_INFINITY);
  // Ratings are stored in single precision.
  if (value.length === 0 || greatest >= Math.fround(likeThreshold)) return;
  throw new InvalidOptionError('likeThreshold', likeThreshold, `at most ${greatest}, the greatest rating of the log`);
}

function checkKnownItems(found: readonly number[], items: number, option: string, remedy = ''): void {
  const wrong = found.findIndex((item) => !(Number.isSafeInteger(item) && item >= 0 && item < items));
  if (wrong === -1) return;
  const expected = `an item of the source's catalogue, from 0 to ${items - 1}${remedy}`;
  throw new InvalidOptionError(`${option}[${wrong}]`, found[wrong], expected);
}

/** Throws unless these are items of a catalogue of `items`. @throws {InvalidOptionError} */
export function checkItems(found: readonly number[], items: number, option: string): void {
  for (let k = 0; k < found.length; k++) checkItem(found[k], items, `${option}[${k}]`);
}

/** Throws unless this is an item of a catalogue of `items`. @throws {InvalidOptionError} */
export function checkItem(item: number, items: number, option: string): void {
  if (!(Number.isSafeInteger(item) && item >= 0 && item < items))
    throw new InvalidOptionError(option, item, `an item from 0 to ${items - 1}`);
}

/** Throws unless these are so many numbers from 0 to 1. @throws {InvalidOptionError} */
export function checkShares(found: readonly number[], length: number, option: string): void {
  if (found.length !== length)
    throw new InvalidOptionError(
      option,
      described(counted(found.length, 'number')),
      `${counted(length, 'number')} from 0 to 1`,
    );
  for (let k = 0; k < length; k++) {
    if (!(typeof found[k] === 'number' && found[k] >= 0 && found[k] <= 1))
      throw new InvalidOptionError(`${option}[${k}]`, found[k], 'a number from 0 to 1');
  }
}

/** Throws unless this is a `Random`. @throws {InvalidOptionError} */
export function checkRandom(random: unknown, option = 'random'): void {
  checkMethods(option, random, ['uniform', 'integer', 'fork'], 'a seeded generator: createRandom(seed)');
}

/** Throws unless this is a reply store. @throws {InvalidOptionError} */
export function checkStore(store: unknown): void {
  const expected = 'a reply store, such as await openReplyStore(path) or createMemoryStore()';
  checkSpecification('store', store, ['get', 'put'], expected);
}

function checkNumbers(option: string, found: Float32Array | undefined, length: number): void {
  if (found?.length !== length)
    throw new InvalidOptionError(
      option,
      found === undefined ? found : described(counted(found.length, 'number')),
      `${counted(length, 'finite number')}`,
    );
  const wrong = found.findIndex((value) => !Number.isFinite(value));
  if (wrong !== -1) throw new InvalidOptionError(`${option}[${wrong}]`, found[wrong], 'a finite number');
}
