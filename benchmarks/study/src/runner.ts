import type { Catalogue } from '@ialp/env';
import type { ItemEmbeddings } from '@ialp/llm-user';
import { type Cell, keyOf, SETTINGS_KEY } from './cells.js';
import type { PretrainedWeights, RunStore, StoredRun } from './run-store.js';
import type { Threads } from './threads.js';
import type { EnvironmentName, World } from './world.js';

/** Embeds the items of a catalogue. */
export type EmbedItems = (catalogue: Catalogue) => Promise<ItemEmbeddings>;

/** Runs each cell once and stores the results. */
export class Runner {
  readonly #data: string;
  readonly #threads: Threads;
  readonly #store: RunStore;
  readonly #embedItems: EmbedItems;
  #embedded: Promise<unknown> = Promise.resolve();
  readonly #prepared = new Map<EnvironmentName, Promise<{ facts: World['facts']; space: ItemEmbeddings }>>();
  readonly #pretrained = new Map<string, Promise<PretrainedWeights>>();
  readonly #running = new Map<string, Promise<StoredRun>>();

  constructor(data: string, threads: Threads, store: RunStore, embedItems: EmbedItems) {
    this.#data = data;
    this.#threads = threads;
    this.#store = store;
    this.#embedItems = embedItems;
  }

  /** Facts of an environment for the report. */
  async facts(environment: EnvironmentName): Promise<World['facts']> {
    return (await this.#prepare(environment)).facts;
  }

  /** Runs a cell, or returns its stored or running result. */
  run(cell: Cell): Promise<StoredRun> {
    const key = keyOf(cell);
    const running = this.#running.get(key) ?? this.#run(cell);
    this.#running.set(key, running);
    return running;
  }

  async #run(cell: Cell): Promise<StoredRun> {
    const done = this.#store.get(cell);
    if (done !== undefined) return done;
    const { space } = await this.#prepare(cell.environment);
    const pretrained = cell.pretraining && (await this.#pretrain(cell, space));
    const { pretraining, ...deployed } = cell;
    const run = await this.#threads.deploy({
      ...{ ...deployed, data: this.#data, space },
      ...(pretrained && pretraining && { pretrained: { ...pretrained, textWidth: pretraining.textWidth } }),
    });
    const stored = { settings: SETTINGS_KEY, cell, run };
    await this.#store.add(stored);
    return stored;
  }

  #prepare(environment: EnvironmentName): Promise<{ facts: World['facts']; space: ItemEmbeddings }> {
    const prepared =
      this.#prepared.get(environment) ??
      this.#threads
        .prepare({ environment, data: this.#data })
        .then(async ({ catalogue, facts }) => ({ facts, space: await this.#embed(catalogue) }));
    this.#prepared.set(environment, prepared);
    return prepared;
  }

  /** Embeds one catalogue after the other: each call of the encoder uses all threads and appends to the same file. */
  #embed(catalogue: Catalogue): Promise<ItemEmbeddings> {
    const space = this.#embedded.then(() => this.#embedItems(catalogue));
    this.#embedded = space.catch(() => {});
    return space;
  }

  /** Pre-trains once per environment, options and seed, for all methods that use the policy. */
  #pretrain(
    { environment, pretraining: spec, kernels, seed }: Cell,
    space: ItemEmbeddings,
  ): Promise<PretrainedWeights> {
    if (spec === undefined) throw new Error('This cell is not pre-trained.');
    const about = { environment, ...spec, kernels, seed, settings: SETTINGS_KEY };
    const key = keyOf(about);
    const found =
      this.#pretrained.get(key) ??
      this.#store.pretrained(key).then(async (stored) => {
        if (stored !== undefined) return stored;
        const job = { environment, data: this.#data, space, spec, kernels, seed };
        const { weights, start } = await this.#threads.pretrain(job);
        await this.#store.addPretrained(key, { weights, start }, about);
        return { weights, start };
      });
    this.#pretrained.set(key, found);
    return found;
  }
}
