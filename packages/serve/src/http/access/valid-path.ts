import type { MiddlewareHandler } from 'hono';
import { errorResponse } from '../error-response.js';

/** Refuses paths whose percent-encoding is invalid with 400: the id in such a path would be another one than the caller meant. */
export const validPath: MiddlewareHandler = (c, next) => {
  const { url } = c.req;
  if (!url.includes('%') || isEncoded(new URL(url).pathname)) return next();
  return Promise.resolve(
    errorResponse(c, 400, 'Expected percent-encoded UTF-8 in the path, as encodeURIComponent writes it.', 'path'),
  );
};

function isEncoded(path: string): boolean {
  try {
    decodeURIComponent(path);
    return true;
  } catch {
    return false;
  }
}
