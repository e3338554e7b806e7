import { z } from 'zod';
import { METHOD_NAMES } from './methods.js';

const reward = z.number().nullable();

const interval = z
  .object({
    mean: z.number(),
    lower: reward.describe('Lower end of the 95 % interval; null with one seed'),
    upper: reward.describe('Upper end of the 95 % interval; null with one seed'),
  })
  .nullable()
  .describe('Mean over seeds with its 95 % t interval; null if no seed has a value');

const seedResult = z.object({
  seed: z.number().int().describe('Seed of the sessions, the initial weights and the actions'),
  earlyReward: reward.describe('Mean reward of the sessions that started in the first 5 % of the interactions'),
  finalReward: reward.describe('Mean reward of the sessions that started in the last 10 % of the interactions'),
  cumulativeReward: z.number().describe('Sum of all rewards within the interaction budget'),
  meanLength: reward.describe('Mean number of items shown per session'),
  curve: z
    .object({
      interactions: z.array(z.number()).describe('Interactions at the end of each window'),
      reward: z.array(reward).describe('Mean reward of the sessions that started in the window'),
    })
    .describe('Learning curve in windows of equal size'),
});

const method = z.object({
  description: z.string(),
  seeds: z.array(seedResult),
  earlyReward: interval,
  finalReward: interval,
  cumulativeReward: interval,
  meanLength: interval,
  curve: z.object({
    interactions: z.array(z.number()),
    mean: z.array(reward),
    lower: z.array(reward),
    upper: z.array(reward),
  }),
});

const scalar = z.union([z.string(), z.number(), z.boolean(), z.null()]);

/** Schema of `results.json` and of the output of `--json`. */
export const resultsSchema = z
  .object({
    schemaVersion: z.literal(1),
    env: z.object({ name: z.string() }).catchall(scalar).describe('The environment: its name, sizes and origin'),
    config: z
      .object({
        seed: z.number().int(),
        seeds: z.number().int(),
        interactions: z.number().int().describe('Interaction budget of every deployment'),
        pretraining: z.number().int().describe('Pre-training interactions with language-model users, per seed'),
        kernels: z.string().describe("Build of the networks' kernels, on which the last bits depend"),
        methods: z.array(z.enum(METHOD_NAMES)),
      })
      .catchall(z.unknown())
      .describe('Flags and settings of the run; the same ones give the same results'),
    distillation: z
      .object({
        model: z.string(),
        promptVersion: z.string(),
        questions: z.number().int().describe('Questions asked, each about several items'),
        failures: z.number().int().describe('Questions without a usable answer'),
        preferences: z.number().int().describe('Preferences in the answers, one per candidate'),
        rewardModel: z
          .object({
            heldOutQuestions: z.number().int().describe('Held-out questions with an answer'),
            auc: z.number().nullable(),
            calibrationError: z.number(),
          })
          .nullable()
          .describe('Quality of the reward model on held-out answers'),
      })
      .nullable()
      .describe('Questions to the language model and their answers; null if no method needs it'),
    versions: z.record(z.string(), z.string()),
    methods: z.partialRecord(z.enum(METHOD_NAMES), method),
    findings: z.array(z.string()).describe('Findings from the table, as sentences'),
    times: z.object({ totalSeconds: z.number() }).describe('The only part that differs between two runs with one seed'),
  })
  .describe('Results of one run of the quickstart');

/** Results of a run. */
export type Results = z.infer<typeof resultsSchema>;
/** Results of a method. */
export type MethodResults = z.infer<typeof method>;
/** A mean over seeds with its interval. */
export type Interval = z.infer<typeof interval>;
