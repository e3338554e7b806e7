import type { Context, MiddlewareHandler } from 'hono';
import { errorResponse } from '../error-response.js';
import type { HttpEnv } from '../http-env.js';
import type { Role, TokenLookup } from './tokens.js';

const BEARER = /^Bearer +([\x21-\x7e]+) *$/i;

/** Finds out whose token a request has. `Ocp-Apim-Subscription-Key`, which Personalizer clients send, does the same as `Authorization`. */
export function authenticate(lookup: TokenLookup): MiddlewareHandler<HttpEnv> {
  return (c, next) => {
    const token = tokenOf(c);
    if (token !== undefined) c.set('caller', lookup(token));
    return next();
  };
}

/** Middleware by roles: lets requests pass whose token has one of the roles. Without configured tokens the list is empty: all pass. */
export type RequireRole = (...roles: readonly [Role, ...Role[]]) => MiddlewareHandler<HttpEnv>[];

/** Middleware that asks for a role. */
export function requireRoles(lookup: TokenLookup | undefined): RequireRole {
  return (...roles) => (lookup === undefined ? [] : [requireOneOf(roles)]);
}

function requireOneOf(roles: readonly Role[]): MiddlewareHandler<HttpEnv> {
  return async (c, next) => {
    const caller = c.get('caller');
    if (caller === undefined) {
      c.header('WWW-Authenticate', 'Bearer');
      const found = tokenOf(c) === undefined ? 'none' : 'an unknown one';
      return errorResponse(c, 401, `Expected a token in the header Authorization: Bearer <token>; found ${found}.`);
    }
    if (!roles.some((role) => caller.roles.has(role))) {
      return errorResponse(
        c,
        403,
        `Expected a token for ${roles.join(' or ')}; found one for ${[...caller.roles].join(', ')}.`,
      );
    }
    return next();
  };
}

function tokenOf(c: Context): string | undefined {
  const authorization = c.req.header('authorization');
  if (authorization !== undefined) return BEARER.exec(authorization)?.[1] ?? '';
  return c.req.header('ocp-apim-subscription-key');
}
