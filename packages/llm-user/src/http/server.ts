import { InvalidOptionError } from '../errors.js';

/** Where an Ollama server is and how it is spoken to. */
export interface Server {
  /** For calls; without credentials, which `fetch` refuses in an address. */
  readonly address: string;
  /** The same for messages, without its path. */
  readonly place: string;
  /** With the credentials, where there are any. */
  readonly headers: Readonly<Record<string, string>>;
  /** A text without the credentials: a server may send back what it was sent. */
  redact(text: string): string;
}

const DEFAULT_HOST = 'http://127.0.0.1:11434';
/** Of hosts named without a protocol, as Ollama's own tools allow: `box`, `10.0.0.7:8080`. */
const DEFAULT_PORT = '11434';

/**
 * Reads an address and takes the credentials off it.
 * @throws {InvalidOptionError} where it is no HTTP address. The message does not repeat it: it may hold a password.
 */
export function readHost(host = DEFAULT_HOST, option = 'host'): Server {
  const hasProtocol = host.includes('://');
  const url = parse(hasProtocol ? host : `http://${host}`, option);
  if (!hasProtocol && url.port === '') url.port = DEFAULT_PORT;
  const [user, password] = [decoded(url.username, option), decoded(url.password, option)];
  url.username = '';
  url.password = '';
  const server = { address: url.href.replace(/\/$/, ''), place: url.origin };
  if (user === '' && password === '') return { ...server, headers: {}, redact: (text) => text };
  const token = base64(`${user}:${password}`);
  const secrets = [token, `${user}:${password}`, password, encodeURIComponent(password)].filter((part) => part !== '');
  return {
    ...server,
    headers: { authorization: `Basic ${token}` },
    redact: (text) => secrets.reduce((redacted, secret) => redacted.replaceAll(secret, '***'), text),
  };
}

function parse(text: string, option: string): URL {
  if (!URL.canParse(text)) throw unreadable(option);
  const url = new URL(text);
  if (url.protocol !== 'http:' && url.protocol !== 'https:') throw unreadable(option);
  return url;
}

function decoded(part: string, option: string): string {
  try {
    return decodeURIComponent(part);
  } catch {
    throw unreadable(option);
  }
}

function unreadable(option: string): InvalidOptionError {
  return new InvalidOptionError(
    option,
    'something else (not shown: it may hold a password)',
    `an address such as ${DEFAULT_HOST}`,
  );
}

function base64(text: string): string {
  return btoa(String.fromCharCode(...new TextEncoder().encode(text)));
}
