import type { MiddlewareHandler } from 'hono';
import { errorResponse } from '../error-response.js';
import type { HttpEnv } from '../http-env.js';
import type { Limits } from './limits.js';
import { TokenBucket } from './token-bucket.js';

/** Refuses requests above the limits with 429: those in flight, and those a second of each caller that `authenticate` knows. */
export function flowControl({ maxInFlight, requestsPerSecond, burst }: Limits): MiddlewareHandler<HttpEnv> {
  let inFlight = 0;
  // One bucket a token, and one for all callers without: their number is bounded.
  const buckets = new Map<number, TokenBucket>();
  const waitMs = (caller: number): number => {
    if (requestsPerSecond === undefined) return 0;
    const nowMs = performance.now();
    let bucket = buckets.get(caller);
    if (bucket === undefined) {
      bucket = new TokenBucket(requestsPerSecond, burst ?? Math.max(1, requestsPerSecond), nowMs);
      buckets.set(caller, bucket);
    }
    return bucket.take(nowMs);
  };
  return async (c, next) => {
    if (inFlight >= maxInFlight) {
      c.header('Retry-After', '1');
      return errorResponse(c, 429, `Expected at most ${maxInFlight} requests in flight. Retry later.`);
    }
    const wait = waitMs(c.get('caller')?.index ?? -1);
    if (wait > 0) {
      c.header('Retry-After', String(Math.ceil(wait / 1_000)));
      return errorResponse(c, 429, `Expected at most ${requestsPerSecond} requests a second. Retry later.`);
    }
    inFlight++;
    try {
      await next();
    } finally {
      inFlight--;
    }
    return undefined;
  };
}
