import { join } from 'node:path';
import { type Progress, versions } from '@ialp/command';
import { deployAll, wholeSteps } from './deployments.js';
import { type Distilled, distillPreferences } from './distillation.js';
import { findingsOf } from './findings.js';
import { openLanguageModel } from './language-model.js';
import { isPretrained } from './methods.js';
import type { Options } from './options.js';
import type { Results } from './results.js';
import { SETTINGS } from './settings.js';
import { startThreads } from './threads.js';
import { buildWorld, recognize, type World } from './world.js';

/** The whole way: catalogue, language model, pre-training, deployment, comparison. */
export async function quickstart(options: Options, progress: Progress, signal: AbortSignal): Promise<Results> {
  const started = performance.now();
  const languageModel = options.methods.some(isPretrained)
    ? await openLanguageModel(options, join(options.out, 'replies.db'), progress, signal)
    : undefined;
  const spec = await recognize(options.data, options.seed);
  const world = await buildWorld(spec);
  progress.say(`Environment ${world.name}: ${describe(world)}`);
  const threads = startThreads(signal);
  try {
    const distilled =
      languageModel && (await distillPreferences({ world, spec, languageModel, options, threads, progress, signal }));
    if (distilled !== undefined) progress.say(describeDistillation(distilled));
    const methods = await deployAll({ spec, options, distilled, threads, progress });
    return {
      schemaVersion: 1,
      env: { name: world.name, ...world.facts },
      config: {
        seed: options.seed,
        seeds: options.seeds,
        interactions: wholeSteps(options.interactions),
        pretraining: wholeSteps(options.pretraining),
        llm: options.llm,
        methods: [...options.methods],
        settings: SETTINGS,
      },
      distillation: distilled === undefined ? null : summarize(distilled),
      versions: await versions(import.meta.url),
      methods,
      findings: findingsOf(methods),
      times: { totalSeconds: (performance.now() - started) / 1000 },
    };
  } finally {
    await threads.close();
    await languageModel?.close();
  }
}

function summarize(distilled: Distilled): Results['distillation'] {
  return {
    model: distilled.model,
    promptVersion: distilled.promptVersion,
    questions: distilled.preferences.length + distilled.failures,
    failures: distilled.failures,
    preferences: countPreferences(distilled),
    rewardModel: distilled.rewardModel,
  };
}

function describe({ facts }: World): string {
  return Object.entries(facts)
    .map(([name, value]) => `${name} ${typeof value === 'number' ? Number(value.toFixed(3)) : value}`)
    .join(', ');
}

/** One for each item of each answered question. */
function countPreferences({ preferences }: Distilled): number {
  return preferences.reduce((sum, { candidates }) => sum + candidates.length, 0);
}

function describeDistillation(distilled: Distilled): string {
  const { failures, rewardModel } = distilled;
  const quality =
    rewardModel === null
      ? ''
      : `; the reward model ranks the answers to ${rewardModel.heldOutQuestions} held-out questions with AUC ${rewardModel.auc.toFixed(3)}, calibration error ` +
        rewardModel.calibrationError.toFixed(3);
  return `The language model gave ${countPreferences(distilled)} preferences (${failures} questions failed)${quality}`;
}
