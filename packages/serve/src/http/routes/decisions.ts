import { createRoute, z } from '@hono/zod-openapi';
import { decisionSchemas, observedSchema, recommendationSchema } from '../schemas/decisions.js';
import { COMMON_ERRORS, errorResponses, errorSchema } from '../schemas/errors.js';
import { idSchema } from '../schemas/ids.js';
import { type HttpApp, jsonAnswer, jsonBody, type RouteContext, SECURED, validated } from './route-context.js';

/** Adds the routes that decide, observe other recommenders' decisions, and activate deferred ones. */
export function addDecisionRoutes(app: HttpApp, { recommender, limits, metrics, requireRole }: RouteContext): void {
  const { recommend, observe } = decisionSchemas(limits);
  app.openapi(
    createRoute({
      method: 'post',
      path: '/v1/recommend',
      summary: 'Choose a slate for a session',
      security: SECURED,
      middleware: requireRole('deciding'),
      request: { body: jsonBody(recommend) },
      responses: {
        200: jsonAnswer('The slate.', recommendationSchema),
        ...errorResponses([...COMMON_ERRORS, 409, 413, 415], errorSchema),
      },
    }),
    async (c) => {
      const request = validated(c.req.valid('json'));
      const { decision, items, policy, logged } = await metrics.timed('decision', () => recommender.recommend(request));
      return c.json({ decision, items: items.map(({ id, propensity }) => ({ id, propensity })), policy, logged }, 200);
    },
  );
  app.openapi(
    createRoute({
      method: 'post',
      path: '/v1/observe',
      summary: 'Report what another recommender showed',
      security: SECURED,
      middleware: requireRole('deciding'),
      request: { body: jsonBody(observe) },
      responses: {
        200: jsonAnswer('What the policy would have shown.', observedSchema),
        ...errorResponses([...COMMON_ERRORS, 409, 413, 415], errorSchema),
      },
    }),
    async (c) => {
      const request = validated(c.req.valid('json'));
      const { decision, items, policy } = await metrics.timed('decision', () => recommender.observe(request));
      return c.json({ decision, items: items.map(({ id, propensity }) => ({ id, propensity })), policy }, 200);
    },
  );
  app.openapi(
    createRoute({
      method: 'post',
      path: '/v1/decisions/{decision}/activate',
      summary: 'Say that the slate of a deferred decision was shown',
      security: SECURED,
      middleware: requireRole('deciding', 'feedback'),
      request: { params: z.object({ decision: idSchema }) },
      responses: {
        202: { description: 'Durable.' },
        ...errorResponses([...COMMON_ERRORS, 404], errorSchema),
      },
    }),
    async (c) => {
      await recommender.activate(c.req.valid('param').decision);
      return c.body(null, 202);
    },
  );
}
