import { InvalidOptionError } from '../errors.js';

/** Where a server is and how it is spoken to. */
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

/** Of what is read: the option's name for errors, an example, and the port of hosts named without a protocol. */
export interface AddressForm {
  readonly option: string;
  readonly example: string;
  readonly port?: string;
}

/**
 * Reads an address and takes the credentials off it.
 * @throws {InvalidOptionError} where it is no HTTP address. The message does not repeat it: it may hold a password.
 */
export function readAddress(address: string, form: AddressForm): Server {
  const hasProtocol = address.includes('://');
  const url = parse(hasProtocol ? address : `http://${address}`, form);
  if (!hasProtocol && url.port === '' && form.port !== undefined) url.port = form.port;
  const [user, password] = [decoded(url.username, form), decoded(url.password, form)];
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

function parse(text: string, form: AddressForm): URL {
  if (!URL.canParse(text)) throw unreadable(form);
  const url = new URL(text);
  if (url.protocol !== 'http:' && url.protocol !== 'https:') throw unreadable(form);
  return url;
}

function decoded(part: string, form: AddressForm): string {
  try {
    return decodeURIComponent(part);
  } catch {
    throw unreadable(form);
  }
}

function unreadable({ option, example }: AddressForm): InvalidOptionError {
  return new InvalidOptionError(
    option,
    'something else (not shown: it may hold a password)',
    `an address such as ${example}`,
  );
}

function base64(text: string): string {
  return btoa(String.fromCharCode(...new TextEncoder().encode(text)));
}
