import {
  checkBoolean,
  checkInteger,
  checkNumber,
  checkObject,
  checkOptionNames,
  described,
  InvalidOptionError,
} from '@ialp/core';
import type { ServedItem } from '../events.js';
import type { FeedbackRequest, ObserveRequest, RecommendRequest, RetractRequest } from '../recommender.js';

/** Bounds of what a request may hold. */
export const LIMITS = {
  /** Bytes of an id, in UTF-8. */
  idBytes: 1_024,
  /** Ids in a list. */
  ids: 100_000,
  /** Size of a reward. */
  reward: 1_000_000,
  /** Rewards of one decision. */
  rewards: 1_000,
  /** Items in a slate. */
  count: 1_000,
  /** Characters of an item's title and text, together with its attributes. */
  itemText: 100_000,
  /** Numbers of an embedding. */
  embedding: 10_000,
} as const;

/** @throws {InvalidOptionError} */
export function checkId(option: string, id: unknown): void {
  if (typeof id !== 'string' || id.length === 0) throw new InvalidOptionError(option, id, 'a non-empty string');
  // Half a pair has no UTF-8, so that two of them would become one id in the log.
  if (/\p{Surrogate}/u.test(id)) throw new InvalidOptionError(option, id, 'text without halves of surrogate pairs');
  if (id.length > LIMITS.idBytes || Buffer.byteLength(id) > LIMITS.idBytes) {
    throw new InvalidOptionError(
      option,
      described(`${Buffer.byteLength(id)} bytes`),
      `at most ${LIMITS.idBytes} bytes`,
    );
  }
}

/** @throws {InvalidOptionError} */
function checkOptionalId(option: string, id: unknown): void {
  if (id !== undefined) checkId(option, id);
}

/** @throws {InvalidOptionError} */
function checkIds(option: string, ids: unknown): void {
  if (!Array.isArray(ids)) throw new InvalidOptionError(option, ids, 'a list of ids');
  if (ids.length > LIMITS.ids) {
    throw new InvalidOptionError(option, described(`${ids.length} ids`), `at most ${LIMITS.ids}`);
  }
  for (const [k, id] of ids.entries()) checkId(`${option}[${k}]`, id);
}

/** @throws {InvalidOptionError} */
function checkRequestFields(request: ObserveRequest | RecommendRequest, userFeatures: number): void {
  checkId('session', request.session);
  checkOptionalId('user', request.user);
  checkOptionalId('decision', request.decision);
  for (const option of ['exclude', 'candidates'] as const) {
    if (request[option] !== undefined) checkIds(option, request[option]);
  }
  const features: unknown = request.userFeatures;
  if (features === undefined && userFeatures === 0) return;
  if (!Array.isArray(features) || features.length !== userFeatures) {
    const expected =
      userFeatures === 0 ? 'none, as the policy has no user features' : `a list of ${userFeatures} numbers`;
    throw new InvalidOptionError('userFeatures', features, expected);
  }
  for (const [k, value] of features.entries()) checkNumber(`userFeatures[${k}]`, value);
}

/** @throws {InvalidOptionError} */
export function checkRecommendRequest(request: RecommendRequest, userFeatures: number): void {
  checkObject('request', request, "an object, such as { session: 'a81b' }");
  checkOptionNames(request, [
    ...(['session', 'user', 'count', 'exclude', 'candidates', 'userFeatures'] as const),
    ...(['deferActivation', 'decision', 'isLast', 'reportProbabilities'] as const),
  ]);
  checkRequestFields(request, userFeatures);
  if (request.count !== undefined) checkInteger('count', request.count, 1, LIMITS.count);
  for (const option of ['deferActivation', 'isLast', 'reportProbabilities'] as const) {
    if (request[option] !== undefined) checkBoolean(option, request[option]);
  }
}

/** @throws {InvalidOptionError} */
export function checkObserveRequest(request: ObserveRequest, userFeatures: number): void {
  checkObject('request', request, "an object, such as { session: 'a81b', items: ['tea'] }");
  checkOptionNames(request, [
    ...(['session', 'user', 'items', 'propensity', 'exclude', 'candidates', 'userFeatures', 'decision'] as const),
    'isLast',
  ]);
  checkRequestFields(request, userFeatures);
  if (request.isLast !== undefined) checkBoolean('isLast', request.isLast);
  const { items, propensity } = request;
  checkIds('items', items);
  if (items.length === 0 || items.length > LIMITS.count) {
    throw new InvalidOptionError('items', described(`${items.length} ids`), `from 1 to ${LIMITS.count}`);
  }
  const repeated = items.findIndex((id, k) => items.indexOf(id) !== k);
  if (repeated !== -1) throw new InvalidOptionError(`items[${repeated}]`, items[repeated], 'each item once');
  if (propensity === undefined) return;
  if (!Array.isArray(propensity) || propensity.length !== items.length) {
    throw new InvalidOptionError(
      'propensity',
      propensity,
      `a list of ${items.length} probabilities, one for each item`,
    );
  }
  for (const [k, value] of propensity.entries()) {
    if (typeof value === 'number' && value > 0 && value <= 1) continue;
    throw new InvalidOptionError(`propensity[${k}]`, value, 'a probability above 0');
  }
}

/** Furthest in the future that the time of a feedback may be, as clocks differ. */
const MAX_AHEAD_MS = 60_000;

/** @throws {InvalidOptionError} */
export function checkFeedbackRequest(request: FeedbackRequest): void {
  checkObject('request', request, 'an object, such as { decision, reward: 1 }');
  checkOptionNames(request, ['decision', 'item', 'reward', 'id', 'at', 'ageMs']);
  checkId('decision', request.decision);
  checkOptionalId('item', request.item);
  checkOptionalId('id', request.id);
  checkNumber('reward', request.reward);
  // One reward beyond all others would make a learner forget what it knows, or fail.
  checkNumber('reward', request.reward, -LIMITS.reward, LIMITS.reward);
  if (request.ageMs !== undefined) {
    checkNumber('ageMs', request.ageMs, 0);
    if (request.at !== undefined) throw new InvalidOptionError('ageMs', request.ageMs, 'either at or ageMs');
  }
  if (request.at === undefined) return;
  checkNumber('at', request.at, 0);
  if (request.at > Date.now() + MAX_AHEAD_MS) {
    const expected = 'a time in milliseconds since 1970, not in the future; or ageMs, which needs no clock that agrees';
    throw new InvalidOptionError('at', request.at, expected);
  }
}

/** When feedback was given: not later than now, also by a clock that is ahead. */
export function timeOfFeedback({ at, ageMs = 0 }: FeedbackRequest): number {
  const now = Date.now();
  return Math.min(at ?? Math.max(0, Math.floor(now - ageMs)), now);
}

/** @throws {InvalidOptionError} */
export function checkRetractRequest(request: RetractRequest): void {
  checkObject('request', request, 'an object, such as { decision }');
  checkOptionNames(request, ['decision', 'feedback', 'item']);
  checkId('decision', request.decision);
  checkOptionalId('feedback', request.feedback);
  checkOptionalId('item', request.item);
}

/** @throws {InvalidOptionError} */
export function checkItem(item: ServedItem): void {
  checkObject('item', item, "an object, such as { id: 'tea', title: 'Tea' }");
  checkOptionNames(item, ['id', 'title', 'text', 'attributes', 'embedding'], { option: 'item' });
  checkId('item.id', item.id);
  for (const option of ['title', 'text'] as const) {
    if (item[option] !== undefined && typeof item[option] !== 'string') {
      throw new InvalidOptionError(`item.${option}`, item[option], 'a string');
    }
  }
  if (item.attributes !== undefined) checkAttributes(item.attributes);
  const length = JSON.stringify([item.title, item.text, item.attributes]).length;
  if (length > LIMITS.itemText) {
    throw new InvalidOptionError('item', described(`${length} characters`), `at most ${LIMITS.itemText}`);
  }
  if (item.embedding === undefined) return;
  if (!Array.isArray(item.embedding) || item.embedding.length === 0 || item.embedding.length > LIMITS.embedding) {
    throw new InvalidOptionError('item.embedding', item.embedding, `a list of 1 to ${LIMITS.embedding} numbers`);
  }
  for (const [k, value] of item.embedding.entries()) checkNumber(`item.embedding[${k}]`, value);
}

/** @throws {InvalidOptionError} */
function checkAttributes(attributes: unknown): void {
  checkObject('item.attributes', attributes, "an object, such as { genre: ['drama'] }");
  for (const [name, values] of Object.entries(attributes as object)) {
    if (Array.isArray(values) && values.every((value) => typeof value === 'string')) continue;
    throw new InvalidOptionError(`item.attributes.${name}`, values, 'a list of strings');
  }
}
