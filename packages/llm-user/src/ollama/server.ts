import { InvalidOptionError } from '../errors.js';

/** Where an Ollama server is and how it is spoken to. */
export interface Server {
  /** For calls; without credentials, which `fetch` refuses in a URL. */
  readonly url: string;
  /** The same for messages. */
  readonly place: string;
  /** With the credentials, where there are any. */
  readonly headers: Readonly<Record<string, string>>;
  /** A text without any of the credentials: a server may send back what it was sent. */
  redact(text: string): string;
}

const DEFAULT_HOST = 'http://127.0.0.1:11434';
/** Of hosts that are named without a protocol, as Ollama's own tools allow: `box`, `10.0.0.7:11434`. */
const DEFAULT_PORT = '11434';

/** Header names that carry no secret and may appear in messages. */
const PUBLIC_HEADERS = new Set(['accept', 'accept-language', 'content-type', 'user-agent']);

/**
 * Reads a host and takes its credentials apart from it.
 * @throws {InvalidOptionError} where it is no HTTP address; the message does not repeat it.
 */
export function serverOf(host = DEFAULT_HOST, headers: Readonly<Record<string, string>> = {}): Server {
  const hasProtocol = host.includes('://');
  const url = parse(hasProtocol ? host : `http://${host}`);
  if (!hasProtocol && url.port === '') url.port = DEFAULT_PORT;
  const secrets = Object.entries(headers).flatMap(([name, value]) =>
    PUBLIC_HEADERS.has(name.toLowerCase()) ? [] : [value, value.slice(value.lastIndexOf(' ') + 1)],
  );
  const all: Record<string, string> = { ...headers };
  if (url.username !== '' || url.password !== '') {
    const [user, password] = [decodeURIComponent(url.username), decodeURIComponent(url.password)];
    const token = base64(`${user}:${password}`);
    all['authorization'] = `Basic ${token}`;
    secrets.push(token, password, url.password, `${user}:${password}`);
    url.username = '';
    url.password = '';
  }
  // Longest first, so that no part of a secret is left standing.
  const hidden = [...new Set(secrets)].filter((secret) => secret !== '').sort((a, b) => b.length - a.length);
  return {
    url: url.href.replace(/\/$/, ''),
    place: url.origin,
    headers: all,
    redact: (text) => hidden.reduce((redacted, secret) => redacted.replaceAll(secret, '***'), text),
  };
}

function parse(text: string): URL {
  const url = URL.canParse(text) ? new URL(text) : undefined;
  if (url !== undefined && (url.protocol === 'http:' || url.protocol === 'https:')) return url;
  throw new InvalidOptionError('host', 'one that cannot be read', 'an address like http://127.0.0.1:11434');
}

function base64(text: string): string {
  return btoa(String.fromCharCode(...new TextEncoder().encode(text)));
}
