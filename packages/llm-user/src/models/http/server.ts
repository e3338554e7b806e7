import { described, InvalidOptionError } from '@ialp/core';
import { querySecrets } from './secrets.js';

/** Where a server is and how it is spoken to. */
export interface Server {
  /** For calls; without credentials, which `fetch` refuses in an address, and without query. */
  readonly address: string;
  /** The query of the address with its question mark, to stand behind each path (`?api-version=...`); may be empty. */
  readonly query: string;
  /** The same for messages, without its path. */
  readonly place: string;
  /** With the credentials, where there are any. */
  readonly headers: Readonly<Record<string, string>>;
  /** The credentials in the forms in which a server may send them back, for `createRedactor`. */
  readonly secrets: readonly string[];
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
  if (typeof address !== 'string') throw unreadable(form);
  const hasProtocol = address.includes('://');
  const url = parse(hasProtocol ? address : `http://${address}`, form);
  if (!hasProtocol && url.port === '' && form.port !== undefined) url.port = form.port;
  const [user, password] = [decoded(url.username, form), decoded(url.password, form)];
  url.username = '';
  url.password = '';
  const query = url.search;
  url.search = '';
  url.hash = '';
  const server = { address: url.href.replace(/\/+$/, ''), query, place: url.origin };
  if (user === '' && password === '') return { ...server, headers: {}, secrets: querySecrets(query) };
  const token = base64(`${user}:${password}`);
  return {
    ...server,
    headers: { authorization: `Basic ${token}` },
    secrets: [token, `${user}:${password}`, password, ...querySecrets(query)],
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
    described('something else (not shown: it may hold a password)'),
    `an address such as ${example}`,
  );
}

function base64(text: string): string {
  return btoa(String.fromCharCode(...new TextEncoder().encode(text)));
}
