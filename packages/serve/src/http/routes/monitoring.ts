import { createRoute, z } from '@hono/zod-openapi';
import { COMMON_ERRORS, errorResponses, errorSchema } from '../schemas/errors.js';
import { statusSchema } from '../schemas/status.js';
import { type HttpApp, jsonAnswer, type RouteContext, SECURED } from './route-context.js';

const healthSchema = z.object({ status: z.enum(['ok', 'not-ready']) }).openapi('Health');

/** Without the event log decisions go on, so that the server stays ready: all servers that share the log would leave at once. */
const readinessSchema = z
  .object({
    status: z.enum(['ok', 'not-ready']),
    degraded: z
      .array(z.enum(['event-log']))
      .optional()
      .openapi({
        description: 'What is away: `event-log` while events cannot be logged. Absent if all is well.',
      }),
  })
  .openapi('Readiness');

/** Adds the routes that say how the server is. `/healthz` and `/readyz` take no token: orchestrators have none, and learn a word or two. */
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
      summary: 'Whether decisions can be made',
      responses: {
        200: jsonAnswer('They can, also where `degraded` says that they cannot be logged at present.', readinessSchema),
        503: jsonAnswer('They cannot at present: send requests elsewhere.', readinessSchema),
        ...errorResponses([403], errorSchema),
      },
    }),
    (c) => {
      if (!isReady()) return c.json({ status: 'not-ready' as const }, 503);
      const { logFailing } = recommender.status();
      return c.json({ status: 'ok' as const, ...(logFailing && { degraded: ['event-log' as const] }) }, 200);
    },
  );
}
