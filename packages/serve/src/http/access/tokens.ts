import { createHash, timingSafeEqual } from 'node:crypto';
import { checkOptionNames, described, InvalidOptionError } from '@ialp/core';
import type { Caller } from '../http-env.js';

/**
 * What a token allows: `deciding` recommends and observes, `feedback` reports rewards, `administration` changes the catalogue and erases users,
 * `monitoring` reads status and metrics.
 */
export type Role = 'deciding' | 'feedback' | 'administration' | 'monitoring';

const ROLES: readonly Role[] = ['deciding', 'feedback', 'administration', 'monitoring'];

/**
 * Bearer tokens by role, each of at least 16 visible ASCII characters. A token may be in several lists, and has the roles of all of them.
 * Once any token is configured, the routes of a role that has no token are closed.
 */
export type Tokens = Readonly<Partial<Record<Role, string | readonly string[]>>>;

/** Looks up the owner of a token. */
export type TokenLookup = (token: string) => Caller | undefined;

const TOKEN = /^[\x21-\x7e]{16,}$/;

/**
 * Prepares the lookup of tokens; undefined without the option. Its time does not depend on which token is asked for: all digests are
 * compared, each in constant time.
 * @throws {InvalidOptionError} for a token that is too short, in a message that does not contain it; and for an option without any token, such as
 * of environment variables that are not set: it would open all routes.
 */
export function tokenLookup(tokens: Tokens | undefined): TokenLookup | undefined {
  if (tokens === undefined) return undefined;
  checkOptionNames(tokens, ROLES, { option: 'tokens' });
  const rolesOf = new Map<string, Set<Role>>();
  for (const role of ROLES) {
    for (const token of [tokens[role] ?? []].flat()) {
      if (typeof token !== 'string' || !TOKEN.test(token)) {
        const found = described(typeof token === 'string' ? `${token.length} characters` : `a ${typeof token}`);
        throw new InvalidOptionError(
          `tokens.${role}`,
          found,
          'at least 16 visible ASCII characters, such as the output of `openssl rand -hex 32`',
        );
      }
      rolesOf.set(token, (rolesOf.get(token) ?? new Set()).add(role));
    }
  }
  if (rolesOf.size === 0) {
    const [named] = Object.keys(tokens);
    throw new InvalidOptionError(
      named === undefined ? 'tokens' : `tokens.${named}`,
      described('no token'),
      'at least one token, such as the output of `openssl rand -hex 32` (is its environment variable set?), or no option ' +
        'tokens, with which the server listens on loopback alone and is open to everyone on this machine',
    );
  }
  const owners = [...rolesOf].map(([token, roles], index) => ({ digest: digestOf(token), caller: { index, roles } }));
  return (token) => {
    const digest = digestOf(token);
    let found: Caller | undefined;
    for (const owner of owners) if (timingSafeEqual(owner.digest, digest)) found = owner.caller;
    return found;
  };
}

function digestOf(token: string): Buffer {
  return createHash('sha256').update(token).digest();
}
