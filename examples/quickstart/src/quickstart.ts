import { join } from 'node:path';
import { type Progress, versions } from '@ialp/command';
import { resolveKernels } from '@ialp/command/kernels';
import type { RewardModelQuality } from '@ialp/llm-user/reward-model';
import { startDeployments, wholeSteps } from './deployments.js';
import { findingsOf } from './findings.js';
import { openLanguageModel } from './language-model.js';
import { isPretrained } from './methods.js';
import type { Options } from './options.js';
import { type CollectedPreferences, collectFromLanguageModel } from './preferences.js';
import type { Results } from './results.js';
import { SETTINGS } from './settings.js';
import { startThreads } from './threads.js';
import { buildWorld, recognize, type World } from './world.js';

/** The whole experiment: catalogue, language model, pre-training, deployment, comparison. */
export async function quickstart(options: Options, progress: Progress, signal: AbortSignal): Promise<Results> {
  const started = performance.now();
  const kernels = resolveKernels(options.kernels);
  const languageModel = options.methods.some(isPretrained)
    ? await openLanguageModel(options, join(options.out, 'replies.db'), progress, signal)
    : undefined;
  const spec = await recognize(options.data, options.seed);
  const world = await buildWorld(spec);
  progress.say(`Environment ${world.name}: ${describe(world)}`);
  const threads = startThreads(signal);
  try {
    const deployments = startDeployments({ spec, options, kernels, threads, progress });
    const collected =
      languageModel &&
      (await collectFromLanguageModel({ world, spec, languageModel, options, threads, progress, signal }));
    if (collected !== undefined) progress.say(describePreferences(collected));
    const methods = await deployments.finish(collected);
    return {
      schemaVersion: 1,
      env: { name: world.name, ...world.facts },
      config: {
        seed: options.seed,
        seeds: options.seeds,
        interactions: wholeSteps(options.interactions),
        pretraining: wholeSteps(options.pretraining),
        llm: options.llm,
        kernels,
        methods: [...options.methods],
        settings: SETTINGS,
      },
      distillation: collected === undefined ? null : summarize(collected),
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

function summarize(collected: CollectedPreferences): Results['distillation'] {
  return {
    model: collected.model,
    promptVersion: collected.promptVersion,
    questions: collected.preferences.length + collected.failures,
    failures: collected.failures,
    preferences: countPreferences(collected),
    rewardModel: qualityFacts(collected.rewardModel),
  };
}

function describe({ facts }: World): string {
  return Object.entries(facts)
    .map(([name, value]) => `${name} ${typeof value === 'number' ? Number(value.toFixed(3)) : value}`)
    .join(', ');
}

/** One preference per candidate of each answered question. */
function countPreferences({ preferences }: CollectedPreferences): number {
  return preferences.reduce((sum, { candidates }) => sum + candidates.length, 0);
}

/** Quality of the reward model as `results.json` has it. */
function qualityFacts(quality: RewardModelQuality | null) {
  if (quality === null) return null;
  const { questions, auc, calibrationError } = quality;
  return { heldOutQuestions: questions, auc, calibrationError };
}

function describePreferences(collected: CollectedPreferences): string {
  const { failures, rewardModel } = collected;
  const quality =
    rewardModel === null
      ? ''
      : `; the reward model ranks the answers to ${rewardModel.questions} held-out questions with AUC ${rewardModel.auc?.toFixed(3) ?? 'unknown'}, calibration error ` +
        rewardModel.calibrationError.toFixed(3);
  return `Collected ${countPreferences(collected)} preferences (${failures} questions failed)${quality}`;
}
