import { IalpError, InvalidOptionError } from '@ialp/core';
import type { Context } from 'hono';
import { HTTPException } from 'hono/http-exception';
import type { ContentfulStatusCode } from 'hono/utils/http-status';
import type { z } from 'zod';
import { EventLogError, ModelStoreError, RequestError, type RequestProblem } from '../errors.js';

/** Longest message and field of an answer: both may contain what the caller sent. */
const MAX_MESSAGE = 300;
const MAX_FIELD = 100;

const CODES: Readonly<Record<number, string>> = {
  401: 'Unauthorized',
  403: 'Forbidden',
  404: 'ResourceNotFound',
  429: 'TooManyRequests',
  500: 'InternalServerError',
  503: 'ServiceUnavailable',
};

const STATUS_OF: Readonly<Record<RequestProblem, ContentfulStatusCode>> = {
  'unknown-decision': 404,
  'nothing-to-show': 409,
  limit: 413,
};

/** Answers with an error, in the format of the API that the path belongs to. */
export function errorResponse(c: Context, status: ContentfulStatusCode, message: string, field?: string): Response {
  const text = shortened(message, MAX_MESSAGE);
  const place = field === undefined ? undefined : shortened(field, MAX_FIELD);
  if (c.req.path.startsWith('/personalizer/')) {
    const code = CODES[status] ?? 'BadRequest';
    return c.json({ error: { code, message: text, ...(place !== undefined && { target: place }) } }, status);
  }
  return c.json({ error: { ...(place !== undefined && { field: place }), message: text } }, status);
}

/** Answers to a request that does not match its schema: 413 if a list is too long, otherwise 400. Names the first field at fault. */
export function invalidRequest(c: Context, error: z.ZodError): Response {
  const issue = error.issues[0]!;
  const isLongList = issue.code === 'too_big' && issue.origin === 'array';
  const path = issue.code === 'unrecognized_keys' ? [...issue.path, issue.keys[0]!] : issue.path;
  const message = issue.code === 'unrecognized_keys' ? 'unknown field' : issue.message;
  const field = path.length === 0 ? 'body' : fieldOf(path);
  return errorResponse(c, isLongList ? 413 : 400, `${field}: ${message}`, field);
}

/** Answers to what a handler threw. */
export function thrownResponse(c: Context, error: Error): Response {
  c.set('errorClass', error.name);
  if (error instanceof HTTPException) return malformedRequest(c, error);
  if (InvalidOptionError.isInstance(error)) return errorResponse(c, 400, error.message, error.option);
  if (RequestError.isInstance(error)) return errorResponse(c, STATUS_OF[error.problem], error.message);
  if (EventLogError.isInstance(error) || ModelStoreError.isInstance(error)) {
    c.header('Retry-After', '1');
    return errorResponse(c, 503, 'Events cannot be stored or read at present. Retry later.');
  }
  return errorResponse(c, 500, 'A fault of the server. Its log has the cause.');
}

/** Answers to a request whose body could not be read. */
function malformedRequest(c: Context, { status, message }: HTTPException): Response {
  if (status === 400) return errorResponse(c, 400, 'body: expected JSON', 'body');
  if (status === 415) return errorResponse(c, 415, 'Expected a JSON body, with Content-Type: application/json.');
  return errorResponse(c, status as ContentfulStatusCode, message);
}

/** Whether an error is a fault of the server, which its operator has to see. */
export function isServerFault(error: Error): boolean {
  if (error instanceof HTTPException) return error.status >= 500;
  if (!IalpError.isInstance(error)) return true;
  return !InvalidOptionError.isInstance(error) && !RequestError.isInstance(error);
}

function fieldOf(path: readonly PropertyKey[]): string {
  return path.reduce<string>((text, part) => {
    if (typeof part === 'number') return `${text}[${part}]`;
    return text === '' ? String(part) : `${text}.${String(part)}`;
  }, '');
}

function shortened(text: string, length: number): string {
  return text.length > length ? `${text.slice(0, length - 3)}...` : text;
}
