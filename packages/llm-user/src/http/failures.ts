import { quoteText } from '../clean-text.js';
import { LanguageModelError } from '../errors.js';
import { CrossOriginRedirectError, ReplyTooLongError } from './fetch-text.js';
import { networkCode, networkVerdict } from './network-verdict.js';
import { retryAfterSeconds } from './retry-after.js';
import { redactError } from './secrets.js';
import { readServerWords } from './server-words.js';
import { statusVerdict } from './status-verdict.js';

/** A server as errors name it, and what helps where it fails. */
export interface FailingServer {
  /** The model as errors name it. */
  readonly name: string;
  /** The server without path and credentials. */
  readonly place: string;
  readonly redact: (text: string) => string;
  /** The names of the request's parameters: a server that does not take one names it. */
  readonly parameters: readonly string[];
  /** What to do about it, by the kind of the failure. */
  readonly advice: {
    readonly key: string;
    readonly notFound: (saysWhy: boolean) => string;
    readonly unreachable: string;
    readonly parameter: (name: string) => string;
  };
}

/** A status other than 2xx, or such an error in a reply of status 200. */
export function explainStatus(
  server: FailingServer,
  {
    status,
    body,
    retryAfter = null,
  }: { readonly status: number; readonly body: string; readonly retryAfter?: string | null },
): LanguageModelError {
  const words = readServerWords(body);
  const verdict = statusVerdict(status, words, server.parameters);
  const said = words.text === '' ? '' : ` (${quoteText(server.redact(words.text))})`;
  const seconds = retryAfterSeconds(retryAfter, Date.now());
  return new LanguageModelError(
    server.name,
    `the server at ${server.place} answered with status ${status}${said}${adviceOn(verdict, words.text !== '', server)}`,
    {
      kind: 'status',
      status,
      isRetryable: verdict.isRetryable,
      isFatal: verdict.isFatal,
      raw: server.redact(body),
      ...(seconds !== undefined && { retryAfter: seconds }),
      ...(words.usage && { usage: words.usage }),
    },
  );
}

function adviceOn({ cause, parameter }: ReturnType<typeof statusVerdict>, saysWhy: boolean, { advice }: FailingServer) {
  switch (cause) {
    case 'key':
      return `. ${advice.key}`;
    case 'quota':
      return '. The quota or the credit of the account is used up; asking again does not help. Check its plan and billing';
    case 'not found':
      return `. ${advice.notFound(saysWhy)}`;
    case 'parameter':
      return `. ${advice.parameter(parameter!)}`;
    case 'redirect':
      return '. Give the address that the server redirects to';
    case 'forbidden':
      return '. May this key use this model? Ask whoever runs the server';
    default:
      return '';
  }
}

/** What a call threw: a network that failed, a redirect to elsewhere, a reply without end. */
export function explainCallError(server: FailingServer, error: unknown): LanguageModelError {
  const { name, place, redact, advice } = server;
  if (error instanceof CrossOriginRedirectError) {
    const message = `the server at ${place} redirects to ${error.origin} (status ${error.status}), which is not followed: it would be sent the key and the prompts. If that is right, give its address instead`;
    return new LanguageModelError(name, message, { kind: 'status', status: error.status, isFatal: true });
  }
  if (error instanceof ReplyTooLongError) {
    const message = `the server at ${place} sent a reply of ${error.message}; it was not read to its end. Raise maxReplyBytes if replies are that long`;
    return new LanguageModelError(name, message, { kind: 'unusable reply' });
  }
  const code = networkCode(error);
  const { isRetryable, isFatal, isTimeout, advice: hint } = networkVerdict(code);
  const cause = redactError(error, redact);
  const options = { isRetryable, isFatal, ...(code !== undefined && { code }), ...(cause && { cause }) };
  if (isTimeout) {
    const message = `the server at ${place} sent nothing for as long as fetch waits, 300 s (${code}). Ask for shorter replies or take a faster model`;
    return new LanguageModelError(name, message, { kind: 'timeout', ...options });
  }
  const why = code === undefined ? '' : ` (${code})`;
  return new LanguageModelError(name, `could not be reached at ${place}${why}. ${hint ?? advice.unreachable}`, {
    kind: 'unreachable',
    ...options,
  });
}
