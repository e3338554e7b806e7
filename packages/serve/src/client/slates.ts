import { parseJson } from './parse-json.js';

/** A request for a slate: the body of `POST /v1/recommend`. */
export interface ClientRecommendRequest {
  /** Id of the session: any text, the same for all requests of one visit. */
  readonly session: string;
  /** Id of the user, so that what is stored of one can be erased. */
  readonly user?: string;
  /** Items to show. Default: `count` of the client. */
  readonly count?: number;
  /** Ids of items not to show. */
  readonly exclude?: readonly string[];
  /** Ids of the only items to choose from. Default: the whole catalogue. */
  readonly candidates?: readonly string[];
  /** `[userFeatures]`: features of the user, if the policy was made for them. */
  readonly userFeatures?: readonly number[];
  /** Whether the slate may not be shown after all: it is learned from only if `activate` is called. Default false. */
  readonly deferActivation?: boolean;
  /** Whether this is the session's last decision. Feedback to it still counts. */
  readonly isLast?: boolean;
}

/**
 * Why a fallback is shown: `timeout`, no answer in time; `unreachable`, no connection; `failed`, an answer of 429 or from 500 on; `refused`, another
 * status, or a request that is no JSON; `invalid`, an answer that is not a slate; `paused`, requests are not sent as the last ones failed; or
 * `closed`, as the client is.
 */
export type FallbackReason = 'timeout' | 'unreachable' | 'failed' | 'refused' | 'invalid' | 'paused' | 'closed';

/** A slate that the server chose. */
export interface ServedSlate {
  readonly isFallback: false;
  /** Id of the decision, for `feedback`. */
  readonly decision: string;
  /** The items, in order, with the probability with which each was chosen at its position. */
  readonly items: readonly { readonly id: string; readonly propensity: number }[];
  /** Version of the policy that chose. */
  readonly policy: number;
}

/** A slate without the server. There is no decision: `feedback` to it is not sent. */
export interface FallbackSlate {
  readonly isFallback: true;
  readonly decision: undefined;
  readonly items: readonly { readonly id: string }[];
  readonly reason: FallbackReason;
  /** Status of the server's answer, if there was one. */
  readonly status: number | undefined;
}

/** A slate to show. */
export type Slate = ServedSlate | FallbackSlate;

/** Ids to show if the server does not choose, best first: a list, or a function of the request. */
export type Fallback = readonly string[] | ((request: ClientRecommendRequest) => readonly string[]);

/** Reads the answer of the server. Undefined if it is not a slate. */
export function readSlate(text: string): ServedSlate | undefined {
  const { decision, items, policy } = (parseJson(text) ?? {}) as Partial<Record<string, unknown>>;
  const hasItems = Array.isArray(items) && items.length > 0 && items.every(isItem);
  if (!hasItems || !isId(decision) || !Number.isInteger(policy)) return undefined;
  return { isFallback: false, decision, items, policy: policy as number };
}

function isId(value: unknown): value is string {
  return typeof value === 'string' && value !== '';
}

function isItem(value: unknown): boolean {
  const { id, propensity } = (value ?? {}) as Partial<Record<string, unknown>>;
  return isId(id) && typeof propensity === 'number';
}

/**
 * Ids of a fallback: those of the list that the request allows, each once, then further candidates that it names; at most `count`.
 * @param count undefined: all.
 */
export function fallbackIds(
  fallback: Fallback,
  request: ClientRecommendRequest,
  count: number | undefined,
): readonly { readonly id: string }[] {
  const { exclude, candidates } = request;
  const listed = typeof fallback === 'function' ? fallback(request) : fallback;
  const ids = candidates ? [...listed.filter((id) => candidates.includes(id)), ...candidates] : listed;
  const shown = [...new Set(ids)].filter((id) => !exclude?.includes(id));
  return shown.slice(0, count).map((id) => ({ id }));
}
