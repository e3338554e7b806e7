import { checkOutput } from '@ialp/command';
import { describeEmbeddings } from '@ialp/command/embeddings';
import { resolveKernels } from '@ialp/command/kernels';
import { seedsOf, wholeSteps } from './deployments.js';
import { checkLanguageModel, ENCODER, questionsOf } from './language-model.js';
import { isPretrained, type MethodName } from './methods.js';
import type { Options } from './options.js';
import { SETTINGS } from './settings.js';
import { buildWorld, recognize } from './world.js';

/** Tokens of a question and its reply, as measured: 560 in and 60 out. */
const TOKENS = 620;

/**
 * Seconds of one core per 100,000 interactions of a deployment: measured one method at a time, on the films, rounded
 * up.
 */
const DEPLOYMENT_SECONDS: Readonly<Record<MethodName, number>> = {
  ...{ random: 1, popularity: 1, 'a2c-scratch': 4, 'ialp-frozen': 2, 'a-ialp-ft': 5, 'a-ialp-ap': 5 },
};
/** Seconds of one core per 100,000 interactions of pre-training. */
const PRETRAINING_SECONDS = 6;
/** Seconds of one core for embedding the text of an item. */
const EMBEDDING_SECONDS = 0.01;

/** Describes what a run would do and cost. Reads the data set, so that a damaged one is reported. */
export async function planOf(options: Options): Promise<string> {
  await checkOutput(options.out);
  const world = await buildWorld(await recognize(options.data, options.seed));
  const seeds = seedsOf(options);
  const interactions = wholeSteps(options.interactions);
  const pretrained = options.methods.some(isPretrained);
  if (pretrained) await checkLanguageModel(options.llm);
  const texts = world.catalogue.items.map(({ text }) => text);
  const items = texts.length;
  return [
    `Environment: ${world.name}, ${items} items`,
    pretrained ? await describeEmbeddings(options.embeddings, texts) : 'Embeddings: not needed by these methods',
    pretrained ? `Language model: ${describeQuestions(options, items)}` : 'Language model: not needed by these methods',
    pretrained
      ? `Pre-training: ${seeds.length} x ${wholeSteps(options.pretraining).toLocaleString('en')} interactions with language-model users`
      : 'Pre-training: none',
    `Deployment: ${options.methods.join(', ')}; seeds ${seeds.join(', ')}; ${interactions.toLocaleString('en')} interactions each, ` +
      `${(interactions * seeds.length * options.methods.length).toLocaleString('en')} in total`,
    `Kernels: ${resolveKernels(options.kernels)}`,
    `Time: about ${Math.ceil(secondsOf(options, items) / 60)} minutes of one core, divided among all cores` +
      (pretrained && options.llm !== ENCODER ? `, plus the time of ${options.llm} to answer` : ''),
    `Would write: ${options.out}/results.json, ${options.out}/report.html`,
  ].join('\n');
}

/** Estimated seconds of one core, from measured runs. */
function secondsOf(options: Options, items: number): number {
  const seeds = seedsOf(options).length;
  const each = options.methods.reduce((sum, method) => sum + DEPLOYMENT_SECONDS[method], 0);
  const deployments = (seeds * each * wholeSteps(options.interactions)) / 100_000;
  if (!options.methods.some(isPretrained)) return deployments;
  const first = Math.min(SETTINGS.firstTraining, options.pretraining);
  const pretrained = first + seeds * wholeSteps(options.pretraining);
  return deployments + (PRETRAINING_SECONDS * pretrained) / 100_000 + EMBEDDING_SECONDS * items;
}

function describeQuestions(options: Options, items: number): string {
  const { llm } = options;
  if (llm === ENCODER) {
    return `the embedded encoder embeds ${items} texts and answers ${SETTINGS.encoder.states} questions; no server, no cost`;
  }
  const { candidates } = SETTINGS.generative;
  const states = questionsOf(options);
  const first = Math.floor(states / 2);
  return (
    `${llm} answers ${states} questions of ${2 * candidates} and ${3 * candidates} candidates, ` +
    `${first * 2 * candidates + (states - first) * 3 * candidates} preferences in total; about ${Math.round(states * TOKENS).toLocaleString('en')} tokens`
  );
}
