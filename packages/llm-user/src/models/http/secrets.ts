import { described, InvalidOptionError } from '@ialp/core';

/** Shorter ones are no secrets, and occur in any text. */
const MIN_SECRET_LENGTH = 4;
/** From this length on a secret does not occur in a model's reply by chance. */
const MIN_UNIQUE_LENGTH = 16;
/** Names of query parameters that hold credentials. */
const SECRET_PARAMETER = /key|token|secret|sig|pass|auth|code/i;

/** Takes credentials out of texts. */
export interface Redactor {
  /** For errors: without any of the credentials. */
  readonly error: (text: string) => string;
  /** For replies that are used: short credentials stay, since `EMPTY` or `ollama` may be a word of the reply. */
  readonly reply: (text: string) => string;
}

/** @param secrets as they were sent. They are found as they are, in JSON and in an address as well. */
export function createRedactor(secrets: readonly string[]): Redactor {
  const forms = [...new Set(secrets.flatMap((secret) => [secret, JSON.stringify(secret).slice(1, -1), encode(secret)]))]
    .filter((form) => form.length >= MIN_SECRET_LENGTH)
    // Longest first: one may be a part of another.
    .sort((a, b) => b.length - a.length);
  const without = (found: readonly string[]) => (text: string) =>
    found.reduce((redacted, form) => redacted.replaceAll(form, '***'), text);
  return { error: without(forms), reply: without(forms.filter(({ length }) => length >= MIN_UNIQUE_LENGTH)) };
}

/** The credentials in the query of an address. */
export function querySecrets(query: string): string[] {
  return [...new URLSearchParams(query)].filter(([name]) => SECRET_PARAMETER.test(name)).map(([, value]) => value);
}

/**
 * An error with all that it says redacted, causes included: a cause may repeat what was sent.
 */
export function redactError(error: unknown, redact: (text: string) => string, depth = 4): Error | undefined {
  if (!(error instanceof Error) || depth === 0) return undefined;
  const cause = redactError(error.cause, redact, depth - 1);
  const redacted = new Error(redact(error.message), cause && { cause });
  redacted.name = redact(error.name);
  redacted.stack = redact(error.stack ?? redacted.message);
  if ('code' in error && typeof error.code === 'string') Object.assign(redacted, { code: error.code });
  return redacted;
}

/**
 * A key that can be sent as a header.
 * @throws {InvalidOptionError} which names the place of the fault and not the key.
 */
export function checkKey(option: string, key: string): void {
  const fault = typeof key === 'string' ? firstFault(key, /[^\x21-\x7e]/) : 'no text';
  if (key === '' || fault !== undefined) {
    const found = key === '' ? '' : described(`${fault} (not shown)`);
    throw new InvalidOptionError(option, found, 'a key of printable ASCII characters without spaces or line ends');
  }
}

/** @throws {InvalidOptionError} for names or values that no HTTP header can have; values are not shown. */
export function checkHeaders(headers: Readonly<Record<string, string>>): void {
  if (typeof headers !== 'object' || headers === null)
    throw new InvalidOptionError(
      'headers',
      described('no object (not shown)'),
      "an object such as { 'x-team': 'search' }",
    );
  for (const [name, value] of Object.entries(headers)) {
    if (!/^[!#$%&'*+.^_`|~0-9A-Za-z-]+$/.test(name)) {
      throw new InvalidOptionError('headers', name, 'names of HTTP headers, such as x-team');
    }
    const fault = typeof value === 'string' ? firstFault(value, /[^\t\x20-\x7e\x80-\xff]/) : 'no text';
    if (fault !== undefined) {
      throw new InvalidOptionError(`headers.${name}`, described(`${fault} (not shown)`), 'a text on one line');
    }
  }
}

function firstFault(text: string, forbidden: RegExp): string | undefined {
  const place = text.search(forbidden);
  if (place === -1) return undefined;
  const code = text.charCodeAt(place).toString(16).toUpperCase().padStart(4, '0');
  return `U+${code} at position ${place + 1}`;
}

function encode(text: string): string {
  try {
    return encodeURIComponent(text);
  } catch {
    return text;
  }
}
