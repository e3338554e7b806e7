import { createRoute, z } from '@hono/zod-openapi';
import { compiled } from '../schemas/compiled.js';
import { COMMON_ERRORS, errorResponses, errorSchema } from '../schemas/errors.js';
import { idSchema } from '../schemas/ids.js';
import { type HttpApp, jsonAnswer, type RouteContext, SECURED } from './route-context.js';

/** Adds the routes that end sessions and erase users. */
export function addSessionRoutes(app: HttpApp, { recommender, requireRole }: RouteContext): void {
  app.openapi(
    createRoute({
      method: 'post',
      path: '/v1/sessions/{session}/end',
      summary: 'Say that the user has left',
      security: SECURED,
      middleware: requireRole('deciding', 'feedback'),
      request: { params: compiled(z.object({ session: idSchema })) },
      responses: {
        202: {
          description:
            'Durable. An unknown session is no error. Feedback counts for the rule `endGraceMs` more, 2 seconds by default.',
        },
        ...errorResponses(COMMON_ERRORS, errorSchema),
      },
    }),
    async (c) => {
      await recommender.endSession(c.req.valid('param').session);
      return c.body(null, 202);
    },
  );
  app.openapi(
    createRoute({
      method: 'delete',
      path: '/v1/users/{id}',
      summary: 'Erase what is stored of a user or a session',
      security: SECURED,
      middleware: requireRole('administration'),
      request: { params: z.object({ id: idSchema }) },
      responses: {
        200: jsonAnswer(
          'Erased from the event log.',
          z.object({ erased: z.number().openapi({ description: 'Events erased.' }) }).openapi('Erasure'),
        ),
        ...errorResponses(COMMON_ERRORS, errorSchema),
      },
    }),
    async (c) => c.json({ erased: await recommender.erase(c.req.valid('param').id) }, 200),
  );
}
