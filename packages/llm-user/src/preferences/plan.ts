import { InvalidOptionError } from '@ialp/core';
import { checkOptions, checkSource, checkStore } from '../check-inputs.js';
import type { LanguageModelRequest, TokenUsage } from '../language-model.js';
import { estimateRequestTokens } from '../models/token-estimate.js';
import type { PreferenceSource } from '../preference-source.js';
import type { ReplyStore } from '../reply-store.js';
import { requestKey } from '../store/request-key.js';
import { checkBudget, costOf, type TokenPrice } from './budget.js';
import { COLLECT_OPTIONS } from './collect-preferences.js';
import { type QuestionOptions, questionsOf } from './questions.js';

/** Options of `planCollection`. */
export interface PlanOptions extends QuestionOptions {
  readonly source: PreferenceSource;
  /** Requests that it has need no call. Requires `fingerprint`. */
  readonly store?: ReplyStore;
  /** The model's fingerprint, by which the store is searched. */
  readonly fingerprint?: string;
  readonly price?: TokenPrice;
}

/** Estimated size and cost of a run. */
export interface CollectionPlan {
  readonly questions: number;
  /** Calls to the model if every reply is usable. */
  readonly calls: number;
  /** Replies that the store already has. */
  readonly fromStore: number;
  /** Estimated: input from the length of the requests, output from the form of the replies. */
  readonly usage: TokenUsage;
  /** In the currency of the price; 0 without a price. */
  readonly cost: number;
  /** The first request, for inspection. Absent if no model is called. */
  readonly firstRequest?: LanguageModelRequest;
}

/** Tokens of a reply, fixed and per candidate. Measured: 14 for one candidate, 45 for eight. */
const [REPLY_TOKENS, CANDIDATE_TOKENS] = [10, 4];

/**
 * Estimates calls, tokens and cost of `collectPreferences` with the same options. Makes no call.
 * @throws {InvalidOptionError} as `collectPreferences` does.
 */
export async function planCollection(options: PlanOptions): Promise<CollectionPlan> {
  // The options of collectPreferences are taken as they are.
  const names: readonly string[] = [...COLLECT_OPTIONS, 'fingerprint'];
  checkOptions<object>(options, '{ states, candidates: [{ sampler, count: 8 }], source, random }', names as never[]);
  const { source, store, fingerprint, price } = options;
  checkSource(source);
  checkBudget({}, price);
  if (store !== undefined) checkStore(store);
  if (store !== undefined && fingerprint === undefined) {
    throw new InvalidOptionError('fingerprint', fingerprint, "the model's fingerprint, beside a store");
  }
  let [questions, calls, fromStore, input, output] = [0, 0, 0, 0, 0];
  let firstRequest: LanguageModelRequest | undefined;
  for (const question of questionsOf(options)) {
    questions++;
    const requests = source.requests?.(question) ?? [];
    firstRequest ??= requests[0];
    for (const request of requests) {
      if (store !== undefined && (await store.get(fingerprint!, await requestKey(request))) !== undefined) {
        fromStore++;
        continue;
      }
      calls++;
      input += estimateRequestTokens(request);
      const candidates = question.candidates.length / requests.length;
      output += request.choices === undefined ? REPLY_TOKENS + CANDIDATE_TOKENS * candidates : 1;
    }
  }
  const usage = { input, output: Math.ceil(output) };
  return { questions, calls, fromStore, usage, cost: costOf(usage, price), ...(firstRequest && { firstRequest }) };
}
