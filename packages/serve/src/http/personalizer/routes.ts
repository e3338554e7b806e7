import { createRoute, z } from '@hono/zod-openapi';
import { errorResponse } from '../error-response.js';
import { type HttpApp, jsonAnswer, jsonBody, type RouteContext, SECURED } from '../routes/route-context.js';
import { COMMON_ERRORS, errorResponses, personalizerErrorSchema } from '../schemas/errors.js';
import { idSchema } from '../schemas/ids.js';
import { createRanker } from './rank.js';
import { rankResponseSchema, rankSchema, rewardSchema } from './schemas.js';

/**
 * Versions of the API that Personalizer had. A parameter in their place would do the same, but Hono would then search all routes with its slow
 * router: the fast one knows no parameter beside the text of other routes.
 */
const VERSIONS = ['v1.0', 'v1.1-preview.1', 'v1.1-preview.2', 'v1.1-preview.3'];

const eventPath = z.object({ eventId: idSchema });

/** Adds the Rank and Reward API of Azure AI Personalizer, version 1.0, unless it is left out. */
export function addPersonalizerRoutes(app: HttpApp, context: RouteContext): void {
  const { recommender, personalizer: settings, metrics, requireRole } = context;
  if (settings === undefined) return;
  const rank = createRanker(recommender, settings);
  app.openapi(
    createRoute({
      method: 'post',
      path: '/personalizer/v1.0/rank',
      summary: 'Personalizer: choose one of the actions',
      security: SECURED,
      middleware: requireRole('deciding'),
      request: { body: jsonBody(rankSchema(settings.maxActions)) },
      responses: {
        201: jsonAnswer('The ranking, and the action to show.', rankResponseSchema),
        ...errorResponses([...COMMON_ERRORS, 413, 415], personalizerErrorSchema),
      },
    }),
    async (c) => c.json(await metrics.timed('decision', () => rank(c.req.valid('json'))), 201),
  );
  app.openapi(
    createRoute({
      method: 'post',
      path: '/personalizer/v1.0/events/{eventId}/reward',
      summary: 'Personalizer: report a reward of the action that was shown',
      security: SECURED,
      middleware: requireRole('feedback'),
      request: { params: eventPath, body: jsonBody(rewardSchema) },
      responses: {
        204: { description: 'Durable.' },
        ...errorResponses([...COMMON_ERRORS, 404, 413, 415], personalizerErrorSchema),
      },
    }),
    async (c) => {
      const feedback = { decision: c.req.valid('param').eventId, reward: c.req.valid('json').value };
      await metrics.timed('feedback', () => recommender.feedback(feedback));
      return c.body(null, 204);
    },
  );
  app.openapi(
    createRoute({
      method: 'post',
      path: '/personalizer/v1.0/events/{eventId}/activate',
      summary: 'Personalizer: say that the action of a deferred event was shown',
      security: SECURED,
      middleware: requireRole('deciding', 'feedback'),
      request: { params: eventPath },
      responses: {
        204: { description: 'Durable.' },
        ...errorResponses([...COMMON_ERRORS, 404], personalizerErrorSchema),
      },
    }),
    async (c) => {
      await recommender.activate(c.req.valid('param').eventId);
      return c.body(null, 204);
    },
  );
  for (const version of VERSIONS) {
    app.post(`/personalizer/${version}/multislot/*`, (c) =>
      errorResponse(c, 404, 'The multi-slot API is not offered. Use POST /v1/recommend with count for slates.'),
    );
  }
}
