import { InvalidOptionError } from '@ialp/core';
import { isLoopback } from './loopback.js';

/**
 * The address to listen on, without the brackets of IPv6.
 * @throws {InvalidOptionError} for an address that is not loopback if there are no tokens.
 */
export function checkHost(host: unknown, hasTokens: boolean): string {
  if (typeof host === 'string' && (isLoopback(host) || hasTokens)) return host.replace(/^\[(.*)\]$/, '$1');
  throw new InvalidOptionError(
    'host',
    host,
    'a loopback address such as 127.0.0.1, or tokens as well: without tokens, everyone who reaches the server could change ' +
      'the catalogue and erase users',
  );
}
