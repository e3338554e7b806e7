import { createRoute } from '@hono/zod-openapi';
import type { ServedItem } from '../../events.js';
import { errorResponse } from '../error-response.js';
import { COMMON_ERRORS, errorResponses, errorSchema } from '../schemas/errors.js';
import { itemListSchema, itemPath, itemsQuery, putItemSchema } from '../schemas/items.js';
import { type HttpApp, jsonAnswer, jsonBody, type RouteContext, SECURED, validated } from './route-context.js';

/** Items of a page of the catalogue, if the request does not say. */
const PAGE_SIZE = 100;

/** Adds the routes of the catalogue. */
export function addItemRoutes(app: HttpApp, { recommender, requireRole }: RouteContext): void {
  app.openapi(
    createRoute({
      method: 'get',
      path: '/v1/items',
      summary: 'List the catalogue',
      security: SECURED,
      middleware: requireRole('deciding', 'administration'),
      request: { query: itemsQuery },
      responses: {
        200: jsonAnswer('A page of the catalogue, without embeddings.', itemListSchema),
        ...errorResponses(COMMON_ERRORS, errorSchema),
      },
    }),
    (c) => {
      const { offset = 0, limit = PAGE_SIZE } = c.req.valid('query');
      const items = recommender.items();
      return c.json({ total: items.length, items: items.slice(offset, offset + limit).map(listed) }, 200);
    },
  );
  app.openapi(
    createRoute({
      method: 'put',
      path: '/v1/items/{id}',
      summary: 'Add an item, or change its description',
      security: SECURED,
      middleware: requireRole('administration'),
      request: { params: itemPath, body: jsonBody(putItemSchema) },
      responses: {
        202: { description: 'Durable. The policy shows a new item once the learner has placed it.' },
        ...errorResponses([...COMMON_ERRORS, 413, 415], errorSchema),
      },
    }),
    async (c) => {
      await recommender.putItem({ ...validated(c.req.valid('json')), id: c.req.valid('param').id });
      return c.body(null, 202);
    },
  );
  app.openapi(
    createRoute({
      method: 'delete',
      path: '/v1/items/{id}',
      summary: 'Remove an item',
      security: SECURED,
      middleware: requireRole('administration'),
      request: { params: itemPath },
      responses: {
        204: { description: 'Durable. The item is not shown any more.' },
        ...errorResponses([...COMMON_ERRORS, 404], errorSchema),
      },
    }),
    async (c) => {
      if (await recommender.removeItem(c.req.valid('param').id)) return c.body(null, 204);
      return errorResponse(c, 404, 'No item of the catalogue has this id.', 'id');
    },
  );
}

function listed({ id, title, text, attributes }: ServedItem) {
  const values = attributes && Object.fromEntries(Object.entries(attributes).map(([name, list]) => [name, [...list]]));
  return {
    id,
    ...(title !== undefined && { title }),
    ...(text !== undefined && { text }),
    ...(values !== undefined && { attributes: values }),
  };
}
