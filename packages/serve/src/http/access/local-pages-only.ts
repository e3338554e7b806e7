import type { MiddlewareHandler } from 'hono';
import { errorResponse } from '../error-response.js';
import { isLoopback } from './loopback.js';

const HOST_AND_PORT = /^(\[[^\]]*\]|[^:[\]]*)(?::\d*)?$/;

const READING = new Set(['GET', 'HEAD', 'OPTIONS']);

/**
 * Protects a server without tokens from web pages that its user visits. A page can make the browser send requests to the loopback address, and
 * can point its own name there (DNS rebinding): so the request must name a loopback host, and a changing request must not come from a page
 * of another origin. Not needed with tokens, which no browser adds on its own.
 * @param origins other origins that may send requests.
 */
export function localPagesOnly(origins: readonly string[]): MiddlewareHandler {
  // Nearly all requests name the same host, and looking into addresses is slow.
  let knownHost: string | undefined;
  return async (c, next) => {
    const host = c.req.header('host') ?? new URL(c.req.url).host;
    if (host !== knownHost && !isLoopback(HOST_AND_PORT.exec(host)?.[1] ?? '')) {
      return errorResponse(
        c,
        403,
        'A server without tokens answers requests to localhost alone. Configure tokens to serve other host names.',
      );
    }
    knownHost = host;
    if (READING.has(c.req.method)) return next();
    const origin = c.req.header('origin');
    const isForeign =
      origin === undefined
        ? c.req.header('sec-fetch-site') === 'cross-site'
        : origin !== new URL(c.req.url).origin && !origins.includes(origin);
    if (isForeign) {
      return errorResponse(c, 403, 'Requests from web pages of other origins need the option `origins`, or a token.');
    }
    return next();
  };
}
