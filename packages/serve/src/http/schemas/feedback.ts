import { z } from '@hono/zod-openapi';
import { idSchema } from './ids.js';

const item = idSchema
  .optional()
  .openapi({ description: 'Id of the item. Default: the only item, or the slate as a whole.' });

/** Body of `POST /v1/feedback`. */
export const feedbackSchema = z
  .strictObject({
    decision: idSchema,
    item,
    reward: z.number().min(-1_000_000).max(1_000_000),
    id: idSchema.optional().openapi({
      description:
        'Id of this feedback; the header `Idempotency-Key` does the same. Sent again with the same id, it counts once.',
    }),
    at: z.int().min(0).optional().openapi({
      description:
        "When it happened, in milliseconds since 1970, by a clock that agrees with the server's. Default: now.",
    }),
    ageMs: z.number().min(0).optional().openapi({
      description:
        'How long ago it happened, in milliseconds, in place of `at`: for clients whose clocks may be wrong.',
    }),
  })
  .openapi('FeedbackRequest');

/** Headers of `POST /v1/feedback`. */
export const feedbackHeaders = z.object({
  'idempotency-key': idSchema.optional().openapi({ description: 'Id of this feedback.' }),
});

/** The answer to `POST /v1/feedback`. */
export const acceptedFeedbackSchema = z
  .object({ id: z.string().openapi({ description: 'Id of the feedback, to retract it.' }) })
  .openapi('AcceptedFeedback');

/** Body of `POST /v1/feedback/retract`. */
export const retractSchema = z
  .strictObject({
    decision: idSchema,
    feedback: idSchema.optional().openapi({
      description: 'Id of the feedback. Default: all feedback to `item`, or to the decision if that is absent, too.',
    }),
    item: idSchema.optional(),
  })
  .openapi('RetractRequest');
