import type { RouteConfig, RouteHandler, z } from '@hono/zod-openapi';
import type { MiddlewareHandler } from 'hono';
import { invalidRequest } from '../error-response.js';
import type { HttpEnv } from '../http-env.js';
import { compiled } from '../schemas/compiled.js';
import type { HttpApp } from './route-context.js';

/** A route that takes headers. */
type HeaderRoute = RouteConfig & { readonly request: { readonly headers: z.ZodObject } };

/**
 * Adds a route whose headers are read by name, and validated by the schema that the document shows. `app.openapi` does the same with a copy of all
 * headers of the request, which takes longer than the rest of the validation.
 */
export function openapiWithHeaders<Route extends HeaderRoute>(
  app: HttpApp,
  route: Route,
  handler: RouteHandler<Route, HttpEnv>,
): void {
  const { middleware: roles = [], ...described }: RouteConfig = route;
  const { headers, ...request } = route.request;
  app.openAPIRegistry.registerPath(described);
  const middleware = [roles, namedHeaders(headers)].flat();
  app.openapi({ ...route, request, middleware, hide: true }, handler as never);
}

function namedHeaders(schema: z.ZodObject): MiddlewareHandler<HttpEnv> {
  const names = Object.keys(schema.shape);
  const { safeParseAsync } = compiled(schema);
  return async (c, next) => {
    const result = await safeParseAsync(Object.fromEntries(names.map((name) => [name, c.req.header(name)])));
    if (!result.success) {
      c.set('errorClass', 'InvalidRequest');
      return invalidRequest(c, result.error);
    }
    c.req.addValidatedData('header', result.data);
    return next();
  };
}
