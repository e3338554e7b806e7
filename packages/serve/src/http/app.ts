import { OpenAPIHono } from '@hono/zod-openapi';
import { cors } from 'hono/cors';
import { methodNotAllowed } from 'hono/method-not-allowed';
import { authenticate, requireRoles } from './access/authenticate.js';
import { localPagesOnly } from './access/local-pages-only.js';
import { protectAnswers } from './access/protect-answers.js';
import { validPath } from './access/valid-path.js';
import { type AppOptions, checkAppOptions } from './app-options.js';
import { addDocument } from './document.js';
import { errorResponse, invalidRequest, isServerFault, thrownResponse } from './error-response.js';
import type { HttpEnv } from './http-env.js';
import { limitBody } from './limits/body-limit.js';
import { flowControl } from './limits/flow-control.js';
import { serverMetrics } from './monitoring/metrics.js';
import { createRepeatLimiter } from './monitoring/repeat-limiter.js';
import { logFault, watchRequests } from './monitoring/watch-requests.js';
import { addPersonalizerRoutes } from './personalizer/routes.js';
import { addDecisionRoutes } from './routes/decisions.js';
import { addFeedbackRoutes } from './routes/feedback.js';
import { addItemRoutes } from './routes/items.js';
import { addMonitoringRoutes } from './routes/monitoring.js';
import type { RouteContext } from './routes/route-context.js';
import { addSessionRoutes } from './routes/sessions.js';

/** Paths that take tokens and are subject to limits. */
const LIMITED = ['/v1/*', '/personalizer/*', '/metrics'];

/**
 * A recommender behind HTTP, as a Hono app: `POST /v1/recommend`, `POST /v1/feedback` and the other routes that `/openapi.json` describes, and the
 * Rank and Reward API of Azure AI Personalizer. Runs wherever Hono runs on Node; `startServer` listens with it.
 * @throws {InvalidOptionError} for an invalid option.
 */
export function createApp(options: AppOptions): OpenAPIHono<HttpEnv> {
  const settings = checkAppOptions(options);
  const { recommender, lookup, limits, origins, logger, registry } = settings;
  const metrics = serverMetrics(recommender, registry);
  const app = new OpenAPIHono<HttpEnv>({
    defaultHook: (result, c) => {
      if (result.success) return undefined;
      c.set('errorClass', 'InvalidRequest');
      return invalidRequest(c, result.error);
    },
  });

  const limit = createRepeatLimiter();
  app.use(watchRequests(metrics, logger, limit));
  app.use(protectAnswers());
  app.use(validPath);
  if (lookup === undefined) app.use(localPagesOnly(origins));
  if (origins.length > 0) app.use(cors({ origin: [...origins], exposeHeaders: ['Retry-After'], maxAge: 600 }));
  app.use(
    methodNotAllowed({
      app,
      onMethodNotAllowed: (c, methods) => {
        c.header('Allow', methods.join(', '));
        return errorResponse(c, 405, `Expected the method ${methods.join(' or ')}; found ${c.req.method}.`);
      },
    }),
  );
  for (const path of LIMITED) {
    if (lookup !== undefined) app.use(path, authenticate(lookup));
    app.use(path, flowControl(limits), limitBody(limits.maxBodyBytes));
  }

  const context: RouteContext = { ...settings, metrics, requireRole: requireRoles(lookup) };
  addDecisionRoutes(app, context);
  addFeedbackRoutes(app, context);
  addSessionRoutes(app, context);
  addItemRoutes(app, context);
  addMonitoringRoutes(app, context);
  addPersonalizerRoutes(app, context);
  addDocument(app);

  app.notFound((c) => errorResponse(c, 404, 'No such route. The document /openapi.json lists all.'));
  app.onError((error, c) => {
    if (logger !== undefined && isServerFault(error)) logFault(logger, error, limit);
    return thrownResponse(c, error);
  });
  return app;
}
