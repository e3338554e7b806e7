import { retryAfterMs } from '@ialp/core/retry';
import { LanguageModelError } from '../../errors.js';
import { quoteText } from '../../text/clean-text.js';
import { BrokenReplyError, CrossOriginRedirectError, ReplyTooLongError } from './fetch-text.js';
import { networkCode, networkVerdict } from './network-verdict.js';
import { redactError } from './secrets.js';
import { readServerMessage } from './server-message.js';
import { statusVerdict } from './status-verdict.js';
import { readUsageInPart } from './usage.js';

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
  const words = readServerMessage(body);
  const verdict = statusVerdict(status, words, server.parameters);
  const said = words.text === '' ? '' : ` (${quoteText(server.redact(words.text))})`;
  const delayMs = retryAfterMs(retryAfter, Date.now());
  return new LanguageModelError(
    server.name,
    `the server at ${server.place} answered with status ${status}${said}${adviceOn(verdict, words.text !== '', server)}`,
    {
      kind: 'status',
      status,
      isRetryable: verdict.isRetryable,
      isFatal: verdict.isFatal,
      raw: server.redact(body),
      ...(delayMs !== undefined && { retryAfterMs: delayMs }),
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
  // Here the server was reached: what it sent is at fault, or the connection while it was sent.
  if (code?.startsWith('Z_')) {
    const message = `the server at ${place} sent a compressed reply that cannot be unpacked (${code}). Does a proxy change it on the way?`;
    return new LanguageModelError(name, message, { ...options, kind: 'unusable reply' });
  }
  if (code === 'UND_ERR_HEADERS_OVERFLOW' || code?.startsWith('HPE_')) {
    const found =
      code === 'UND_ERR_HEADERS_OVERFLOW' || code === 'HPE_HEADER_OVERFLOW'
        ? 'headers that are too large'
        : 'something that is not HTTP';
    const message = `the server at ${place} answered with ${found} (${code}). Is that the address of the API?`;
    return new LanguageModelError(name, message, { ...options, kind: 'unusable reply', isRetryable: false });
  }
  if (error instanceof BrokenReplyError) {
    const broken = code === undefined ? '' : ` (${code})`;
    const message = `the connection to ${place} broke before the reply had come to its end${broken}. The server, or a proxy before it, may have been restarted`;
    // The server had begun to answer: what it counted, or most likely wrote, is charged.
    const usage = readUsageInPart(error.text);
    return new LanguageModelError(name, message, {
      kind: 'unreachable',
      status: error.status,
      ...options,
      ...(usage && { usage }),
    });
  }
  const why = code === undefined ? '' : ` (${code})`;
  return new LanguageModelError(name, `could not be reached at ${place}${why}. ${hint ?? advice.unreachable}`, {
    kind: 'unreachable',
    ...options,
  });
}
