import { z } from '@hono/zod-openapi';

/** Body of every answer from 400 on, outside `/personalizer`. */
export const errorSchema = z
  .object({
    error: z.object({
      field: z.string().optional().openapi({
        description: 'The field at fault, such as `exclude[2]`; absent if the fault is in no single field.',
      }),
      message: z.string().openapi({ description: 'What was found, what was expected, how to fix it.' }),
    }),
  })
  .openapi('Error');

/** Body of every answer from 400 on under `/personalizer`. */
export const personalizerErrorSchema = z
  .object({
    error: z.object({
      code: z.string().openapi({ example: 'BadRequest' }),
      message: z.string(),
      target: z.string().optional().openapi({ description: 'The field at fault.' }),
    }),
  })
  .openapi('PersonalizerError');

const DESCRIPTIONS = {
  400: 'A field is invalid, or the body is not JSON.',
  401: 'No token, or an unknown one.',
  403: 'The token has another role; or, without tokens, the request comes from a web page of another origin.',
  404: 'Not known.',
  409: 'No item may be shown.',
  413: 'The body or a list in it exceeds a limit.',
  415: 'The body is not `application/json`.',
  429: 'Too many requests; `Retry-After` says how many seconds to wait.',
  500: 'A fault of the server. Its log has the cause.',
  503: 'The event log or the model store cannot be used at present, or the server is closing.',
} as const;

type ErrorStatus = keyof typeof DESCRIPTIONS;

/** Statuses that any route which takes tokens may answer. */
export const COMMON_ERRORS = [400, 401, 403, 429, 500, 503] as const;

const RETRY_AFTER = { 'Retry-After': { schema: { type: 'integer' as const }, description: 'Seconds.' } };

/** `responses` of a route for errors, with the given body. */
export function errorResponses<Status extends ErrorStatus, Body extends z.ZodType>(
  statuses: readonly Status[],
  schema: Body,
): Record<Status, { description: string; content: { 'application/json': { schema: Body } } }> {
  const entries = statuses.map((status) => [
    status,
    {
      description: DESCRIPTIONS[status],
      content: { 'application/json': { schema } },
      ...((status === 429 || status === 503) && { headers: RETRY_AFTER }),
    },
  ]);
  return Object.fromEntries(entries);
}
