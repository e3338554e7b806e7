import type { OpenAPIHono } from '@hono/zod-openapi';
import type { HttpEnv } from './http-env.js';

/** OpenAPI document of an app's routes, generated from the schemas that validate its requests. */
export type ApiDocument = ReturnType<OpenAPIHono['getOpenAPI31Document']>;

const DESCRIPTION = `Recommendations by a policy that learns from their users.

- Bodies are JSON. A field that is not described here is refused: a misspelt option would otherwise be ignored silently.
- Ids are any text of 1 to 1,024 bytes; encode them in paths as encodeURIComponent does. The ids \`.\` and \`..\` cannot be written in a path.
- Paths without a route are answered 404, other methods of a route 405 with the header \`Allow\`, both with the body \`Error\`.`;

/** Adds `/openapi.json`. Call it after all routes. */
export function addDocument(app: OpenAPIHono<HttpEnv>): void {
  app.openAPIRegistry.registerComponent('securitySchemes', 'bearer', { type: 'http', scheme: 'bearer' });
  let document: ApiDocument | undefined;
  app.get('/openapi.json', (c) => {
    document ??= app.getOpenAPI31Document({
      openapi: '3.1.0',
      info: { title: 'ialp serve', version: '1', description: DESCRIPTION },
    });
    return c.json(document);
  });
}
