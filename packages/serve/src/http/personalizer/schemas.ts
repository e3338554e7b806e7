import { z } from '@hono/zod-openapi';
import { boundedList, idSchema } from '../schemas/ids.js';

/** Dictionaries of features in one list. */
const MAX_DICTIONARIES = 1_000;

const features = boundedList(z.unknown(), { maxItems: MAX_DICTIONARIES });

/** Body of `POST rank`. Unknown fields are ignored, as the service does. */
export function rankSchema(maxActions: number) {
  const action = z.object({ id: idSchema, features: features.nullish() }).openapi('RankableAction');
  return z
    .object({
      contextFeatures: features.nullish(),
      actions: boundedList(action, { minItems: 1, maxItems: maxActions }),
      excludedActions: boundedList(idSchema, { maxItems: maxActions }).nullish(),
      eventId: idSchema.nullish(),
      deferActivation: z.boolean().nullish(),
    })
    .openapi('RankRequest');
}

/** A validated rank request. */
export type RankRequest = z.output<ReturnType<typeof rankSchema>>;

/** The answer to `POST rank`. */
export const rankResponseSchema = z
  .object({
    ranking: z.array(z.object({ id: z.string(), probability: z.number() }).openapi('RankedAction')),
    eventId: z.string(),
    rewardActionId: z.string(),
  })
  .openapi('RankResponse');

/** Body of `POST events/{eventId}/reward`. */
export const rewardSchema = z.object({ value: z.number() }).openapi('RewardRequest');
