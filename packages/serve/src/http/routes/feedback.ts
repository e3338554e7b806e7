import { randomUUID } from 'node:crypto';
import { createRoute } from '@hono/zod-openapi';
import { InvalidOptionError } from '@ialp/core';
import { COMMON_ERRORS, errorResponses, errorSchema } from '../schemas/errors.js';
import { acceptedFeedbackSchema, feedbackHeaders, feedbackSchema, retractSchema } from '../schemas/feedback.js';
import { openapiWithHeaders } from './named-headers.js';
import { type HttpApp, jsonAnswer, jsonBody, type RouteContext, SECURED, validated } from './route-context.js';

/** Adds the routes that take and retract feedback. */
export function addFeedbackRoutes(app: HttpApp, { recommender, metrics, requireRole }: RouteContext): void {
  openapiWithHeaders(
    app,
    createRoute({
      method: 'post',
      path: '/v1/feedback',
      summary: 'Report a reward',
      security: SECURED,
      middleware: requireRole('feedback'),
      request: { headers: feedbackHeaders, body: jsonBody(feedbackSchema) },
      responses: {
        202: jsonAnswer('Durable: it survives a crash of the server.', acceptedFeedbackSchema),
        ...errorResponses([...COMMON_ERRORS, 404, 413, 415], errorSchema),
      },
    }),
    async (c) => {
      const body = validated(c.req.valid('json'));
      const key = c.req.valid('header')['idempotency-key'];
      if (key !== undefined && body.id !== undefined && key !== body.id) {
        throw new InvalidOptionError('id', body.id, 'the same id as in the header Idempotency-Key');
      }
      const id = body.id ?? key ?? randomUUID();
      await metrics.timed('feedback', () => recommender.feedback({ ...body, id }));
      return c.json({ id }, 202);
    },
  );
  app.openapi(
    createRoute({
      method: 'post',
      path: '/v1/feedback/retract',
      summary: 'Take feedback back',
      security: SECURED,
      middleware: requireRole('feedback'),
      request: { body: jsonBody(retractSchema) },
      responses: {
        202: { description: 'Durable.' },
        ...errorResponses([...COMMON_ERRORS, 404, 413, 415], errorSchema),
      },
    }),
    async (c) => {
      await metrics.timed('feedback', () => recommender.retract(validated(c.req.valid('json'))));
      return c.body(null, 202);
    },
  );
}
