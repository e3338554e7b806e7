import { InvalidOptionError, show } from '@ialp/core';
import { LogFileError } from '../logs/log-file-error.js';
import {
  createAttributedPolicy,
  createItemPolicy,
  createShadowPolicy,
  type JoinedDecision,
  type ServedTarget,
} from '../logs/serve/index.js';
import { readJson } from './read-json.js';
import { millisecondsOf } from './served-options.js';

/** A policy to evaluate on the log of a deployment. */
export interface ServedPolicy {
  readonly name: string;
  readonly target: ServedTarget;
  /** It learned from events before this time, in milliseconds since 1970. */
  readonly learnedUntil?: number;
  /** Items that it may show, if they are the same in every state. */
  readonly items?: readonly string[];
}

/** The policies that the log itself knows: the two of a mixture, and the one in the shadow of another recommender. */
export function loggedPolicies(decisions: readonly JoinedDecision[]): ServedPolicy[] {
  const policies = [
    { name: 'pretrained', target: createAttributedPolicy('pretrained') },
    { name: 'online', target: createAttributedPolicy('online') },
    { name: 'shadow', target: createShadowPolicy() },
  ];
  return policies.filter(({ target }) => decisions.some(({ event }) => target(event) !== undefined));
}

/**
 * Reads a policy from a file: `{"items": {"tea": 0.5, "pot": 0.5}}`, by item id, renormalised over what could be shown; or `{"target": {"<id of a
 * decision>": [0.5]}}`, its probability of each shown item. `learnedUntil` is the time of the last event that it learned from.
 * @throws {LogFileError} if the file cannot be read or its content is invalid.
 */
export async function readServedPolicy(file: string): Promise<ServedPolicy> {
  const value = await readJson(file);
  const expected = 'an object with "items", or with "target" by the ids of decisions';
  if (!isObject(value)) throw new LogFileError({ file, expected, found: show(value) });
  const { name = file, items, target, learnedUntil } = value;
  if (isObject(items) === isObject(target)) {
    throw new LogFileError({ file, expected, found: Object.keys(value).join(', ') || 'none' });
  }
  const until = learnedUntil === undefined ? undefined : millisecondsOf(learnedUntil);
  if (until !== undefined && !Number.isFinite(until)) {
    const found = show(learnedUntil);
    throw new LogFileError({ file, expected: 'a date or milliseconds since 1970 as learnedUntil', found });
  }
  const common = { name: String(name), ...(until !== undefined && { learnedUntil: until }) };
  if (isObject(items)) return { ...common, items: Object.keys(items), target: itemPolicy(items, file) };
  return { ...common, target: decisionPolicy(target as Readonly<Record<string, unknown>>, file) };
}

function itemPolicy(items: Readonly<Record<string, unknown>>, file: string): ServedTarget {
  try {
    return createItemPolicy(items as Readonly<Record<string, number>>);
  } catch (cause) {
    if (!InvalidOptionError.isInstance(cause)) throw cause;
    throw new LogFileError(
      { file, expected: 'probabilities by item id that sum to 1', found: cause.message },
      { cause },
    );
  }
}

function decisionPolicy(target: Readonly<Record<string, unknown>>, file: string): ServedTarget {
  const byId = new Map(Object.entries(target));
  for (const [id, probabilities] of byId) {
    const list = typeof probabilities === 'number' ? [probabilities] : probabilities;
    if (!Array.isArray(list) || !list.every((each) => typeof each === 'number' && each >= 0 && each <= 1)) {
      const expected = `probabilities from 0 to 1 for the decision ${show(id)}`;
      throw new LogFileError({ file, expected, found: show(probabilities) });
    }
    byId.set(id, list);
  }
  return ({ id }) => byId.get(id) as readonly number[] | undefined;
}

function isObject(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
