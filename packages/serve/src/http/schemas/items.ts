import { z } from '@hono/zod-openapi';
import { boundedList, idSchema } from './ids.js';

/** Longest text of an item, in characters. */
const MAX_TEXT = 20_000;
const MAX_ATTRIBUTES = 100;
const MAX_VALUES = 1_000;
const MAX_WIDTH = 4_096;

const description = {
  title: z.string().max(MAX_TEXT).optional(),
  text: z.string().max(MAX_TEXT).optional().openapi({ description: 'Describes the item; text encoders read it.' }),
  attributes: z
    .record(z.string().max(200), boundedList(z.string().max(1_000), { maxItems: MAX_VALUES }))
    .refine((attributes) => Object.keys(attributes).length <= MAX_ATTRIBUTES, {
      error: `expected at most ${MAX_ATTRIBUTES} attributes`,
    })
    .optional()
    .openapi({
      description: 'Attributes by name, each with its values. A name `__proto__` is ignored.',
      example: { genre: ['Drama'] },
    }),
  embedding: boundedList(z.number(), { minItems: 1, maxItems: MAX_WIDTH })
    .optional()
    .openapi({ description: 'Embedding of the item, if you compute it. Default: the text is embedded.' }),
};

/** Body of `PUT /v1/items/{id}`. */
export const putItemSchema = z.strictObject(description).openapi('ItemDescription');

/** Path of one item. */
export const itemPath = z.object({ id: idSchema });

/** Query of `GET /v1/items`. */
export const itemsQuery = z.strictObject({
  offset: z.coerce.number().int().min(0).optional().openapi({ description: 'Items to skip. Default 0.' }),
  limit: z.coerce
    .number()
    .int()
    .min(1)
    .max(1_000)
    .optional()
    .openapi({ description: 'Most items to return. Default 100.' }),
});

/** The answer to `GET /v1/items`. */
export const itemListSchema = z
  .object({
    total: z.number().openapi({ description: 'Items in the catalogue.' }),
    items: z.array(
      z
        .object({
          id: z.string(),
          title: z.string().optional(),
          text: z.string().optional(),
          attributes: z.record(z.string(), z.array(z.string())).optional(),
        })
        .openapi('Item'),
    ),
  })
  .openapi('ItemList');
