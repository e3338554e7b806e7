import type { MiddlewareHandler } from 'hono';
import { routePath } from 'hono/route';
import type { Logger } from 'pino';
import type { HttpEnv } from '../http-env.js';
import type { ServerMetrics } from './metrics.js';
import type { RepeatLimiter } from './repeat-limiter.js';

/** The methods of pino that the server uses. */
export type HttpLogger = Pick<Logger, 'debug' | 'info' | 'error'>;

const METHODS = new Set(['GET', 'HEAD', 'POST', 'PUT', 'DELETE', 'OPTIONS', 'PATCH']);

/**
 * Counts and logs each request with its route pattern, status, duration and class of error. Paths, bodies and addresses are not logged: they
 * contain ids of users. Answers below 400 are logged at the level `debug`, from 400 at `info`, from 500 at `error`, where `limit` bounds how often
 * the same is said.
 */
export function watchRequests(
  metrics: ServerMetrics,
  logger: HttpLogger | undefined,
  limit: RepeatLimiter,
): MiddlewareHandler<HttpEnv> {
  return async (c, next) => {
    const startMs = performance.now();
    await next();
    const durationMs = performance.now() - startMs;
    const pattern = routePath(c, -1);
    // Requests to unknown paths share one label: the number of series stays bounded.
    const route = pattern.includes('*') ? 'other' : pattern;
    const method = METHODS.has(c.req.method) ? c.req.method : 'other';
    const { status } = c.res;
    metrics.request(method, route, status, durationMs / 1_000);
    if (logger === undefined) return;
    const level = status >= 500 ? 'error' : status >= 400 ? 'info' : 'debug';
    const errorClass = c.get('errorClass');
    const fields = {
      ...{ method, route, status, durationMs: Math.round(durationMs * 100) / 100 },
      ...(errorClass && { errorClass }),
    };
    if (level !== 'error') return logger[level](fields, 'request');
    const key = [method, route, status, errorClass].join(' ');
    limit(key, (repeats) => logger.error({ ...fields, ...(repeats > 0 && { repeats }) }, 'request'));
  };
}

/** Logs a fault of the server, as often as `limit` allows. */
export function logFault(logger: HttpLogger, error: unknown, limit: RepeatLimiter): void {
  const fields = faultFields(error);
  limit(JSON.stringify(fields), (repeats) => logger.error({ ...fields, ...(repeats > 0 && { repeats }) }, 'fault'));
}

/**
 * A fault as fields of a log line: classes, system codes and places in the code of an error and its causes. Messages are left out, since they
 * may quote ids.
 */
export function faultFields(error: unknown): Record<string, unknown> {
  if (!(error instanceof Error)) return { errorClass: typeof error };
  const { code } = error as { code?: unknown };
  const { stack = '', message } = error;
  // The stack begins with the message, whose lines may look like frames.
  const begin = stack.indexOf(message);
  const frames =
    begin === -1
      ? []
      : stack
          .slice(begin + message.length)
          .split('\n')
          .slice(1);
  return {
    errorClass: error.name,
    ...(typeof code === 'string' && { code }),
    frames: frames.slice(0, 8).map((frame) => frame.trim()),
    ...(error.cause !== undefined && { cause: faultFields(error.cause) }),
  };
}
