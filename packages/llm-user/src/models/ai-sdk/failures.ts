import { IalpError } from '@ialp/core';
import { LanguageModelError } from '../../errors.js';
import { quoteText } from '../../text/clean-text.js';
import { parseJson } from '../../text/json.js';
import { explainCallError, explainStatus, type FailingServer } from '../http/failures.js';
import { BrokenReplyError } from '../http/fetch-text.js';
import { networkCode } from '../http/network-verdict.js';
import { type Redactor, redactError } from '../http/secrets.js';
import { statedStatus } from '../http/stated-status.js';
import { readUsageInPart } from '../http/usage.js';
import { asModelError } from '../retries/model-errors.js';
import { readBodyUsage } from './usage.js';

/** The model that an error is explained for. */
export interface FailingModel {
  /** The model as errors name it. */
  readonly name: string;
  readonly provider: string;
  readonly redact: Redactor;
}

/** An error of the AI SDK. They are told by their names, which are the same in every version and copy of its packages. */
interface AiSdkError {
  readonly name?: unknown;
  readonly message?: unknown;
  readonly cause?: unknown;
  readonly url?: unknown;
  readonly requestBodyValues?: unknown;
  readonly statusCode?: unknown;
  readonly responseHeaders?: unknown;
  readonly responseBody?: unknown;
  readonly isRetryable?: unknown;
  /** What was received, of `AI_InvalidResponseDataError`. */
  readonly data?: unknown;
  /** The same, of `AI_TypeValidationError`. */
  readonly value?: unknown;
}

/** A mistake in how the provider is set up: no other call succeeds either. */
const SETUP = new Set([
  'AI_InvalidArgumentError',
  'AI_LoadAPIKeyError',
  'AI_LoadSettingError',
  'AI_NoSuchModelError',
  'AI_NoSuchProviderReferenceError',
  'AI_UnsupportedFunctionalityError',
]);
/** The server answered, but not with what the provider can read. */
const UNREADABLE = new Set([
  'AI_EmptyResponseBodyError',
  'AI_InvalidResponseDataError',
  'AI_JSONParseError',
  'AI_NoContentGeneratedError',
  'AI_TypeValidationError',
]);

/** What a provider threw, as an error of this package. Statuses and network failures mean what they mean for our own models. */
export function explainAiSdkError(model: FailingModel, thrown: unknown): IalpError {
  if (IalpError.isInstance(thrown)) return thrown;
  const error: AiSdkError = typeof thrown === 'object' && thrown !== null ? thrown : {};
  const server = failingServer(model, error);
  const status = typeof error.statusCode === 'number' ? error.statusCode : undefined;
  if (status !== undefined && status >= 300) {
    return explainStatus(server, { status, body: bodyOf(error), retryAfter: retryAfterOf(error.responseHeaders) });
  }
  if (isFailedFetch(error)) {
    const broken = status === undefined ? thrown : new BrokenReplyError(status, '', { cause: thrown });
    return explainCallError(server, broken);
  }
  const said = quoteText(model.redact.error(String(error.message ?? thrown)), 500);
  const cause = redactError(thrown, model.redact.error);
  if (status !== undefined || UNREADABLE.has(String(error.name))) return unreadable(server, error, said);
  if (SETUP.has(String(error.name))) {
    return new LanguageModelError(model.name, said, { isFatal: true, ...(cause && { cause }) });
  }
  const known = asModelError(model.name, thrown);
  if (!LanguageModelError.isInstance(known)) return known;
  const { kind, isRetryable, isFatal, status: found, code } = known;
  return new LanguageModelError(model.name, said, {
    kind,
    // A provider knows more of its own errors than their class says.
    isRetryable: typeof error.isRetryable === 'boolean' ? error.isRetryable : isRetryable,
    isFatal,
    ...(found !== undefined && { status: found }),
    ...(code !== undefined && { code }),
    ...(cause && { cause }),
  });
}

/** Whether the connection failed, rather than what came over it. */
function isFailedFetch(error: AiSdkError): boolean {
  if (error instanceof TypeError && /^(?:fetch failed|failed to fetch)$/i.test(error.message)) return true;
  if (error.name !== 'AI_APICallError') return false;
  return networkCode(error) !== undefined || (error.statusCode === undefined && error.cause instanceof Error);
}

function unreadable(server: FailingServer, error: AiSdkError, said: string): LanguageModelError {
  const body = typeof error.responseBody === 'string' ? error.responseBody : undefined;
  const json = body === undefined ? (error.data ?? error.value) : parseJson(body);
  const stated = statedStatus(json);
  const raw = body ?? (json === undefined ? '' : JSON.stringify(json));
  if (stated !== undefined) return explainStatus(server, { status: stated, body: raw });
  const usage = json === undefined ? readUsageInPart(raw) : readBodyUsage(json);
  return new LanguageModelError(
    server.name,
    `the server at ${server.place} answered with something that the provider cannot read (${said})`,
    { kind: 'unusable reply', isRetryable: true, raw: server.redact(raw), ...(usage && { usage }) },
  );
}

function failingServer({ name, provider, redact }: FailingModel, error: AiSdkError): FailingServer {
  const { url, requestBodyValues: sent } = error;
  return {
    name,
    place: typeof url === 'string' && URL.canParse(url) ? new URL(url).origin : provider,
    redact: redact.error,
    parameters: typeof sent === 'object' && sent !== null ? Object.keys(sent) : [],
    advice: {
      key: 'Is the key right that the provider was given, as its apiKey or in its environment variable?',
      notFound: () => 'Has the provider a model of that name, and is its baseURL where the API begins?',
      unreachable: 'Is the server running there, and is the baseURL of the provider right?',
      parameter: adviseOnParameter,
    },
  };
}

/** By the name that the parameter has on the server. */
function adviseOnParameter(name: string): string {
  if (/^(?:response_?format|output_?(?:format|config)|text)$/i.test(name)) return "Set structuredOutput: 'none'";
  const setting = /^max_?\w*_?tokens$/i.test(name) ? 'maxOutputTokens' : /seed$/i.test(name) ? 'seed' : name;
  if (['maxOutputTokens', 'seed', 'temperature'].includes(setting)) {
    return `Leave the parameter out: omitParameters: ['${setting}']`;
  }
  return 'Is it in providerOptions, or a setting of the provider?';
}

/** The server's words; where the error holds none, its own. */
function bodyOf({ responseBody, message }: AiSdkError): string {
  if (typeof responseBody === 'string' && responseBody.trim() !== '') return responseBody;
  return JSON.stringify({ error: { message: typeof message === 'string' ? message : '' } });
}

function retryAfterOf(headers: unknown): string | null {
  if (typeof headers !== 'object' || headers === null) return null;
  const found = Object.entries(headers).find(([name]) => name.toLowerCase() === 'retry-after')?.[1];
  return typeof found === 'string' ? found : null;
}
