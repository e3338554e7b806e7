import { InvalidOptionError } from '@ialp/core';
import { checkTimeout } from '../../check-inputs.js';
import { LanguageModelError } from '../../errors.js';
import { environmentVariable } from '../http/environment.js';
import { explainCallError, explainStatus, type FailingServer } from '../http/failures.js';
import { fetchText } from '../http/fetch-text.js';
import { checkHeaders, checkKey, createRedactor, type Redactor } from '../http/secrets.js';
import type { Server } from '../http/server.js';
import { withinTime } from '../retries/deadline.js';
import { Endpoints, isServerDown } from './endpoints.js';

/** How a server that speaks the OpenAI API is called. */
export interface OpenAiConnection {
  /**
   * An address, or a list of addresses, of servers with the same model, up to the end of the path: `http://127.0.0.1:8080/v1`. A query stays at the end of
   * each call's address (`?api-version=...`). Calls are spread evenly. Default: OpenAI's own, `https://api.openai.com/v1`.
   */
  readonly baseUrls?: string | readonly string[];
  /**
   * Sent as a bearer token to each of the addresses; never printed. Default: for OpenAI's own server the environment variable
   * `OPENAI_API_KEY`, which is sent to no other; for others no key.
   */
  readonly apiKey?: string;
  /** Sent with each call; not to another origin that the server redirects to. */
  readonly headers?: Readonly<Record<string, string>>;
  /** Time limit of a call in milliseconds. Default 120,000. Node's `fetch` itself stops at 300,000. */
  readonly timeoutMs?: number;
  /** Largest reply that is read, in bytes. Default 10,000,000; for embeddings 100,000,000. */
  readonly maxReplyBytes?: number;
  /** Milliseconds after which a server that was down is tried again. Default 30,000. */
  readonly retryDeadAfterMs?: number;
}

/** Names of the options of an `OpenAiConnection`. */
export const OPENAI_CONNECTION_OPTIONS = [
  'baseUrls',
  'apiKey',
  'headers',
  'timeoutMs',
  'maxReplyBytes',
  'retryDeadAfterMs',
] as const;

/** OpenAI's own server. */
const OPENAI_URL = 'https://api.openai.com/v1';
const OPENAI_ORIGIN = new URL(OPENAI_URL).origin;
const KEY_VARIABLE = 'OPENAI_API_KEY';
const NO_KEY = `None was given. ${KEY_VARIABLE} is sent to ${OPENAI_ORIGIN} alone; the commands send another server the key in the variable that #api-key-env=<variable> names at the end of the model's short name`;

/** A reply of a server, and how a failure in it is told. */
export interface Posted {
  readonly body: string;
  /** Texts of the reply without the credentials. */
  readonly redact: Redactor;
  /** The error for a failure that came with status 200. */
  fail(status: number): LanguageModelError;
}

/** Posts JSON and gives the reply, from any of the servers. */
export type Post = (path: string, content: object, signal?: AbortSignal) => Promise<Posted>;

/**
 * Checks the options and makes the function that calls.
 * @param name the model as errors name it.
 * @throws {InvalidOptionError}
 */
export function connectOpenAi(name: string, options: OpenAiConnection): Post {
  const {
    baseUrls = OPENAI_URL,
    headers = {},
    timeoutMs = 120_000,
    retryDeadAfterMs = 30_000,
    maxReplyBytes = 1e7,
  } = options;
  checkTimeout(timeoutMs);
  if (!(retryDeadAfterMs >= 0))
    throw new InvalidOptionError('retryDeadAfterMs', retryDeadAfterMs, 'milliseconds, at least 0');
  if (!(maxReplyBytes >= 1)) throw new InvalidOptionError('maxReplyBytes', maxReplyBytes, 'bytes, at least 1');
  if (options.apiKey !== undefined) checkKey('apiKey', options.apiKey);
  checkHeaders(headers);
  if (typeof baseUrls !== 'string' && !Array.isArray(baseUrls)) {
    throw new InvalidOptionError(
      'baseUrls',
      baseUrls,
      'an address such as http://127.0.0.1:8080/v1, or a list of them',
    );
  }
  const endpoints = new Endpoints(typeof baseUrls === 'string' ? [baseUrls] : baseUrls, retryDeadAfterMs, () =>
    performance.now(),
  );
  const apiKey = options.apiKey ?? openAiKey(options);
  const key = apiKey === undefined ? {} : { authorization: `Bearer ${apiKey}` };

  async function send(server: Server, path: string, content: object, ended: AbortSignal): Promise<Posted> {
    const redact = createRedactor([
      ...(apiKey === undefined ? [] : [apiKey]),
      ...Object.values(headers),
      ...server.secrets,
    ]);
    const failing = failingServer(name, server, redact, Object.keys(content), apiKey !== undefined);
    try {
      const {
        status,
        headers: received,
        text,
      } = await fetchText(
        `${server.address}${path}${server.query}`,
        {
          method: 'POST',
          headers: { 'content-type': 'application/json', ...key, ...server.headers, ...headers },
          body: JSON.stringify(content),
          signal: ended,
        },
        maxReplyBytes,
      );
      if (status < 200 || status >= 300) {
        throw explainStatus(failing, { status, body: text, retryAfter: received.get('retry-after') });
      }
      return { body: text, redact, fail: (stated) => explainStatus(failing, { status: stated, body: text }) };
    } catch (error) {
      if (ended.aborted || error instanceof LanguageModelError) throw error;
      throw explainCallError(failing, error);
    }
  }

  return (path, content, signal) =>
    endpoints.run((server) => {
      const late = (): LanguageModelError => {
        const message = `did not answer in time (${server.place}, ${timeoutMs} ms). Raise timeoutMs if the model takes longer`;
        return new LanguageModelError(name, message, { kind: 'timeout', isRetryable: true });
      };
      return withinTime(timeoutMs, signal, late, (ended) => send(server, path, content, ended));
    }, isServerDown);
}

/** Whether a connection is to OpenAI's own server alone. Its addresses have been checked. */
export function isOpenAi({ baseUrls = OPENAI_URL }: OpenAiConnection): boolean {
  return [baseUrls].flat().every((url) => URL.canParse(url) && new URL(url).origin === OPENAI_ORIGIN);
}

/**
 * The key of the environment, for OpenAI's own server alone, unless the connection has another authorization.
 * @throws {InvalidOptionError} where there is no key.
 */
function openAiKey(connection: OpenAiConnection): string | undefined {
  const { baseUrls = OPENAI_URL, headers = {} } = connection;
  const isAuthorized =
    Object.keys(headers).some((name) => name.toLowerCase() === 'authorization') ||
    [baseUrls].flat().some((url) => URL.canParse(url) && new URL(url).username !== '');
  if (isAuthorized || !isOpenAi(connection)) return undefined;
  const key = environmentVariable(KEY_VARIABLE);
  if (key === undefined) {
    const expected = `a key for ${OPENAI_ORIGIN}: set the environment variable ${KEY_VARIABLE} or give apiKey; for another server give its address, as baseUrls or behind an @ in a short name`;
    throw new InvalidOptionError('apiKey', undefined, expected);
  }
  checkKey(KEY_VARIABLE, key);
  return key;
}

function failingServer(
  name: string,
  { place, address }: Server,
  redact: Redactor,
  parameters: readonly string[],
  hasKey: boolean,
): FailingServer {
  return {
    name,
    place,
    redact: redact.error,
    parameters,
    advice: {
      key: `Is apiKey right? ${hasKey ? 'The one that was given was refused' : NO_KEY}`,
      notFound: () =>
        `Is the model's name right, and is ${redact.error(address)} where the API begins? It often ends in /v1`,
      unreachable: 'Is the server running there?',
      parameter: adviseOnParameter,
    },
  };
}

function adviseOnParameter(name: string): string {
  const rename =
    name === 'max_tokens'
      ? "; some servers call it max_completion_tokens: renameParameters: { max_tokens: 'max_completion_tokens' }, or #rename=max_tokens:max_completion_tokens"
      : '';
  return `Leave the parameter out: omitParameters: ['${name}'], or #omit=${name} at the end of the model's short name${rename}`;
}
