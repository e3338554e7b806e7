import type { ServerMessage } from './server-message.js';

/** What a status means for a call, and for the run that the call is a part of. */
export interface StatusVerdict {
  /** Whether the same call may succeed later. */
  readonly isRetryable: boolean;
  /** Whether no other call of the run can succeed either. */
  readonly isFatal: boolean;
  readonly cause?: 'key' | 'quota' | 'not found' | 'parameter' | 'redirect' | 'forbidden';
  /** The parameter that the server does not take, where that is the cause. */
  readonly parameter?: string;
}

const RETRYABLE = new Set([408, 409, 425, 429]);
/** Statuses that say the same to every call: method, version or place are wrong, or the law forbids it. */
const FATAL = new Set([405, 406, 410, 411, 415, 421, 426, 451, 501, 505]);

const QUOTA_CODES =
  /^(?:insufficient_(?:quota|balance|funds|credits?)|billing_\w+|account_deactivated|access_terminated|exceeded_current_quota_error)$/i;
const QUOTA_WORDS =
  /insufficient[ _](?:quota|balance|funds|credits?)|credit balance|(?:out of|no|not enough|run out of) credits?\b|billing hard limit|payment required|account (?:has been |is )?(?:suspended|deactivated|overdue)/i;
const KEY_WORDS =
  /\bapi[ _-]?key\b.{0,60}\b(?:invalid|not valid|incorrect|missing|expired|revoked)|\b(?:invalid|incorrect|missing|expired|revoked)\b.{0,30}\bapi[ _-]?key\b/i;
const MODEL_CODES = /^(?:model_not_found|invalid_model|unknown_model|model_decommissioned|model_not_available)$/i;
const MODEL_WORDS =
  /\b(?:unknown|no such|invalid) model\b|\bmodel\b.{0,80}?\b(?:not found|not exist|doesn't exist|been decommissioned|is not available|is not a valid model)/i;
const MODERATION = /moderation|flagged|content[ _-]?(?:filter|policy)/i;
/** What servers say of a parameter that they do not take. */
const PARAMETER_WORDS =
  /not (?:permitted|supported|allowed|recogni[sz]ed|accepted|implemented)|unsupported|unknown|unrecogni[sz]ed|unexpected|extra[ _](?:inputs?|fields?|forbidden)|does not support|only the default/i;
/** Words of a server that has not the memory for the model. */
const MEMORY = /requires more (?:system )?memory/i;

/**
 * Decides, in the one place where it is decided, what a status means.
 * @param parameters the names of what the request held.
 */
export function statusVerdict(status: number, words: ServerMessage, parameters: readonly string[]): StatusVerdict {
  const { text, codes } = words;
  const fatal = (cause: StatusVerdict['cause']): StatusVerdict => ({
    isRetryable: false,
    isFatal: true,
    ...(cause && { cause }),
  });
  if (status < 400) return fatal('redirect');
  if (status >= 500) {
    return FATAL.has(status) || MEMORY.test(text) ? fatal(undefined) : { isRetryable: true, isFatal: false };
  }
  if (status === 402 || codes.some((code) => QUOTA_CODES.test(code)) || QUOTA_WORDS.test(text)) return fatal('quota');
  if (RETRYABLE.has(status)) return { isRetryable: true, isFatal: false };
  if (status === 401) return fatal('key');
  // What is refused for its content says nothing of the next question.
  if (MODERATION.test(text) || codes.some((code) => MODERATION.test(code)))
    return { isRetryable: false, isFatal: false };
  if (KEY_WORDS.test(text)) return fatal('key');
  if (status === 403) return fatal('forbidden');
  if (status === 404 || MODEL_WORDS.test(text) || codes.some((code) => MODEL_CODES.test(code)))
    return fatal('not found');
  const parameter = refusedParameter(words, parameters);
  if (parameter !== undefined) return { ...fatal('parameter'), parameter };
  return FATAL.has(status) || status === 407 ? fatal(undefined) : { isRetryable: false, isFatal: false };
}

/** Which of the request's parameters the server does not take; `undefined` where it names none. */
function refusedParameter({ text, parameter }: ServerMessage, parameters: readonly string[]): string | undefined {
  if (!PARAMETER_WORDS.test(text)) return undefined;
  if (parameter !== undefined && parameters.includes(parameter)) return parameter;
  return [...parameters]
    .sort((a, b) => b.length - a.length)
    .find((name) => new RegExp(`(?<![\\w.-])${name.replace(/[^\w]/g, '\\$&')}(?![\\w-])`).test(text));
}
