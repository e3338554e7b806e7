import { z } from '@hono/zod-openapi';

const arm = z
  .object({
    sessions: z.number(),
    reward: z.number().nullable(),
    lower: z.number().nullable(),
    upper: z.number().nullable(),
  })
  .openapi('ArmStatus');

const count = (description: string) => z.number().openapi({ description });

/** The answer to `GET /v1/status`. */
export const statusSchema = z
  .object({
    mode: z.enum(['live', 'shadow', 'apprentice']),
    decisions: count('Decisions logged.'),
    feedback: count('Feedback accepted.'),
    lateFeedback: count('Feedback that came after its window had closed.'),
    unmatchedFeedback: count('Feedback to no known decision.'),
    repeatedFeedback: count('Feedback that was known already.'),
    learned: count('Decisions that were learned from.'),
    updates: count('Updates of the policy.'),
    policy: count('Version of the policy that decides now.'),
    weight: z.number().nullable().openapi({ description: "The gate's weight of the pre-trained policy." }),
    lagSeconds: z.number().nullable().openapi({
      description: 'Age of the oldest event that the learner has not read; null while no learner has read any.',
    }),
    openSessions: count('Sessions that have not ended.'),
    openDecisions: count('Decisions whose feedback window is open.'),
    items: count('Items that can be shown.'),
    damagedEvents: count('Events that could not be read.'),
    unloggedDecisions: count('Decisions that could not be logged by this process.'),
    logFailing: z.boolean().openapi({
      description:
        'Whether this process cannot write to the event log at present: decisions go on, and nothing is learned from them.',
    }),
    agreement: z.number().nullable().openapi({
      description:
        "In the modes `shadow` and `apprentice`, the share of observed slates whose first item is also the policy's.",
    }),
    arms: z.object({ pretrained: arm, online: arm, mixed: arm, baseline: arm }),
    figures: z.record(z.string(), z.number().nullable()),
  })
  .openapi('Status');
