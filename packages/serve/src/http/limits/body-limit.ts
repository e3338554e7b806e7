import type { Context, MiddlewareHandler } from 'hono';
import { bodyLimit } from 'hono/body-limit';
import { errorResponse } from '../error-response.js';

/** Refuses bodies above a number of bytes with 413. */
export function limitBody(maxBytes: number): MiddlewareHandler {
  const onError = (c: Context) => errorResponse(c, 413, `Expected a body of at most ${maxBytes} bytes.`);
  const counted = bodyLimit({ maxSize: maxBytes, onError });
  return (c, next) => {
    // Looking at the body itself is slow, and needed only if the length is not announced.
    const length = c.req.header('content-length');
    if (length === undefined || c.req.header('transfer-encoding') !== undefined) return counted(c, next);
    return Number(length) <= maxBytes ? next() : Promise.resolve(onError(c));
  };
}
