import { createRoute, z } from '@hono/zod-openapi';
import { COMMON_ERRORS, errorResponses, errorSchema } from '../schemas/errors.js';
import { statusSchema } from '../schemas/status.js';
import { type HttpApp, jsonAnswer, type RouteContext, SECURED } from './route-context.js';

const healthSchema = z.object({ status: z.enum(['ok', 'not-ready']) }).openapi('Health');

/** Adds the routes that say how the server is. `/healthz` and `/readyz` take no token: orchestrators have none, and learn one word. */
export function addMonitoringRoutes(app: HttpApp, { recommender, registry, isReady, requireRole }: RouteContext): void {
  app.openapi(
    createRoute({
      method: 'get',
      path: '/v1/status',
      summary: 'Counts, policy version, lag of the learner, reward by policy',
      security: SECURED,
      middleware: requireRole('monitoring', 'administration'),
      responses: {
        200: jsonAnswer('The state of the deployment.', statusSchema),
        ...errorResponses(COMMON_ERRORS, errorSchema),
      },
    }),
    (c) => {
      const status = recommender.status();
      return c.json({ ...status, figures: { ...status.figures } }, 200);
    },
  );
  app.openapi(
    createRoute({
      method: 'get',
      path: '/metrics',
      summary: 'Metrics in the text format of Prometheus',
      security: SECURED,
      middleware: requireRole('monitoring', 'administration'),
      responses: {
        200: { description: 'Metrics.', content: { 'text/plain': { schema: z.string() } } },
        ...errorResponses(COMMON_ERRORS, errorSchema),
      },
    }),
    async (c) => c.text(await registry.metrics(), 200, { 'Content-Type': registry.contentType }),
  );
  app.openapi(
    createRoute({
      method: 'get',
      path: '/healthz',
      summary: 'Whether the process is alive',
      responses: { 200: jsonAnswer('It is.', healthSchema), ...errorResponses([403], errorSchema) },
    }),
    (c) => c.json({ status: 'ok' as const }, 200),
  );
  app.openapi(
    createRoute({
      method: 'get',
      path: '/readyz',
      summary: 'Whether decisions can be made and stored',
      responses: {
        200: jsonAnswer('They can.', healthSchema),
        503: jsonAnswer('They cannot at present: send requests elsewhere.', healthSchema),
        ...errorResponses([403], errorSchema),
      },
    }),
    (c) => (isReady() ? c.json({ status: 'ok' as const }, 200) : c.json({ status: 'not-ready' as const }, 503)),
  );
}
