import { z } from '@hono/zod-openapi';
import type { Limits } from '../limits/limits.js';
import { boundedList, idSchema } from './ids.js';

const recommendedItem = z
  .object({
    id: z.string(),
    propensity: z.number().openapi({
      description: 'Probability with which the policy chose the item at its position, given the items above it.',
    }),
  })
  .openapi('RecommendedItem');

/** The answer to `POST /v1/recommend`. */
export const recommendationSchema = z
  .object({
    decision: z.string().openapi({ description: 'Id of the decision, for feedback.' }),
    items: z.array(recommendedItem),
    policy: z.number().openapi({ description: 'Version of the policy that chose.' }),
    logged: z.boolean().openapi({
      description:
        'Whether the decision is in the event log. False if it cannot be written to: nothing is then learned from it.',
    }),
  })
  .openapi('Recommendation');

/** The answer to `POST /v1/observe`. */
export const observedSchema = z
  .object({ decision: z.string(), items: z.array(recommendedItem), policy: z.number() })
  .openapi('Observed');

/** Bodies of the routes that decide. */
export function decisionSchemas({ maxIds, maxCount, maxUserFeatures }: Limits) {
  const state = {
    session: idSchema.openapi({ description: 'Id of the session, the same for all requests of one visit.' }),
    exclude: boundedList(idSchema, { maxItems: maxIds })
      .optional()
      .openapi({ description: 'Ids of items not to show.' }),
    candidates: boundedList(idSchema, { maxItems: maxIds }).optional().openapi({
      description: 'Ids of the only items to choose from. Default: the whole catalogue. Unknown ids are ignored.',
    }),
    user: idSchema
      .optional()
      .openapi({ description: 'Id of the user, so that `DELETE /v1/users/{id}` finds it. Policies do not see it.' }),
    userFeatures: boundedList(z.number(), { maxItems: maxUserFeatures })
      .optional()
      .openapi({ description: 'Features of the user, if the policy was made for them.' }),
    decision: idSchema.optional().openapi({
      description:
        'Id of the decision. Default: a new one. A request that is sent again with the same id gets the same answer.',
    }),
    isLast: z.boolean().optional().openapi({
      description: "Whether this is the session's last decision. Feedback to it still counts.",
    }),
  };
  const recommend = z
    .strictObject({
      ...state,
      count: z.int().min(1).max(maxCount).optional().openapi({ description: 'Items to show.' }),
      deferActivation: z.boolean().optional().openapi({
        description: 'Whether the slate may not be shown after all: it is learned from only if an activation follows.',
      }),
    })
    .openapi('RecommendRequest');
  const observe = z
    .strictObject({
      ...state,
      items: boundedList(idSchema, { minItems: 1, maxItems: maxCount }).openapi({
        description: 'Ids of the items that were shown, in order.',
      }),
      propensity: boundedList(z.number().min(0).max(1), { maxItems: maxCount }).optional().openapi({
        description: 'Propensity of each item, if it is known.',
      }),
    })
    .openapi('ObserveRequest');
  return { recommend, observe };
}
