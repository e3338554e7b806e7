import { randomBytes } from 'node:crypto';
import { wait } from '@ialp/core/retry';
import { takePublishedState } from '@ialp/policy';
import { DeploymentState } from '../deployment/deployment-state.js';
import { restoreSnapshot } from '../deployment/snapshot.js';
import { ModelStoreError } from '../errors.js';
import type { LogPosition } from '../event-log.js';
import type { ServedItem, ServeEvent } from '../events.js';
import {
  decodeJson,
  decodeLearner,
  decodePolicy,
  encodeJson,
  type LearnerProgress,
  MODELS,
  type StoredCatalogue,
} from '../learning/stored.js';
import { ItemsOnOffer } from './items-on-offer.js';
import type { checkRecommenderOptions } from './recommender-options.js';

type Settings = ReturnType<typeof checkRecommenderOptions>;

/** What all processes of a deployment share from its beginning. */
interface StoredDeployment {
  /** The key of decision ids, in base64. */
  readonly secret: string;
  /** The catalogue with which a process was started last: each item as JSON, by its id. */
  readonly catalogue: readonly (readonly [id: string, item: string])[];
}

const SECRET_BYTES = 32;
/** Events in one read. */
const BATCH = 1_000;
/** How long to wait for events in one read. */
const WAIT_MS = 1_000;
/** Wait after an error of a store. */
const RETRY_MS = 1_000;

/**
 * What a process that decides knows of the others: the open sessions and decisions, the items on offer, the policy and the learner's figures. It
 * follows the event log and the model store.
 */
export class Follower {
  readonly state: DeploymentState;
  readonly offer: ItemsOnOffer;
  policyVersion = 0;
  progress: LearnerProgress | undefined;
  /** Time of the newest event. */
  newest = 0;
  damagedEvents = 0;
  /** Ids of feedback that this process is storing: it applies it itself. */
  readonly ownFeedback = new Set<string>();
  readonly #settings: Settings;
  readonly #isLearningHere: () => boolean;
  #position: LogPosition | undefined;
  #describedBy = 0;
  #taking: Promise<void> = Promise.resolve();

  constructor(settings: Settings, isLearningHere: () => boolean) {
    this.#settings = settings;
    this.#isLearningHere = isLearningHere;
    const { learner, rules } = settings.deployment;
    this.offer = new ItemsOnOffer(learner.policy.items);
    this.state = new DeploymentState(rules, {
      ended: ({ key }) => {
        // A learner in this process forgets a session when it has learned from its last decision.
        if (settings.learning === undefined) learner.policy.sessions?.forget(key);
      },
    });
  }

  /** Loads what is stored and reads the log to its end. Returns the key of decision ids. @throws {ModelStoreError} {EventLogError} */
  async begin(): Promise<Uint8Array> {
    const { modelStore, items, learner } = this.#settings.deployment;
    const stored = await modelStore.latest(MODELS.learner);
    if (stored === undefined) this.offer.begin(items);
    else {
      const { joiner, position, index } = decodeLearner(stored.bytes);
      for (const { key, memory } of restoreSnapshot(this.state, joiner.json.deployment)) {
        if (memory !== undefined) learner.policy.sessions?.remember(key, memory);
      }
      this.#position = position;
      this.offer.take(index);
      await this.#describe((await modelStore.version(MODELS.catalogue)) || 1);
    }
    await this.takePolicy();
    await this.#readToEnd();
    return this.#secret();
  }

  /** Follows the log and the store until the signal aborts. */
  async follow(signal: AbortSignal): Promise<void> {
    const { modelStore, eventLog } = this.#settings.deployment;
    modelStore.watch(MODELS.policy, () => void this.takePolicy().catch(this.#settings.onError), signal);
    modelStore.watch(MODELS.progress, () => void this.#takeProgress().catch(this.#settings.onError), signal);
    while (!signal.aborted) {
      try {
        this.#applyAll(await eventLog.read({ after: this.#position, maxEvents: BATCH, waitMs: WAIT_MS, signal }));
      } catch (error) {
        if (signal.aborted) return;
        this.#settings.onError(error);
        await wait(RETRY_MS, signal).catch(() => {});
      }
    }
  }

  /** Applies an event of this process. */
  apply(event: ServeEvent): void {
    this.newest = Math.max(this.newest, event.at);
    if (event.type === 'item' || event.type === 'item-removed') this.offer.apply(event);
    else this.state.apply(event);
  }

  /** Takes the newest policy, if it is not that of a learner in this process. */
  takePolicy(): Promise<void> {
    // One at a time: a watcher may call while an older version is being read.
    this.#taking = this.#taking.catch(() => {}).then(() => this.#takeNewest());
    return this.#taking;
  }

  /** Compares the catalogue with the one of the last start. Returns what has changed, after a later start with another catalogue. */
  async changedItems(): Promise<{ readonly put: readonly ServedItem[]; readonly removed: readonly string[] }> {
    const { modelStore, items } = this.#settings.deployment;
    const stored = await modelStore.latest(MODELS.deployment);
    if (stored === undefined || items.length === 0) return { put: [], removed: [] };
    const before = new Map(decodeJson<StoredDeployment>(stored.bytes).catalogue);
    const now = new Map(items.map((item) => [item.id, JSON.stringify(item)]));
    const put = items.filter(({ id }) => before.get(id) !== now.get(id));
    const removed = [...before.keys()].filter((id) => !now.has(id));
    if (put.length > 0 || removed.length > 0) {
      const content = { ...decodeJson<StoredDeployment>(stored.bytes), catalogue: [...now] };
      await modelStore.put(MODELS.deployment, encodeJson(content), stored.version);
    }
    return { put, removed: removed.filter((id) => this.offer.items.has(id)) };
  }

  async #takeNewest(): Promise<void> {
    if (this.#isLearningHere()) return;
    const { modelStore, learner } = this.#settings.deployment;
    const stored = await modelStore.latest(MODELS.policy);
    if (stored === undefined || stored.version === this.policyVersion) return;
    const { index, catalogue, policy } = decodePolicy(stored.bytes);
    if (catalogue > this.#describedBy) await this.#describe(catalogue);
    if (this.#isLearningHere()) return;
    takePublishedState(learner, policy);
    this.offer.take(index);
    this.policyVersion = stored.version;
  }

  async #describe(version: number): Promise<void> {
    const stored = await this.#settings.deployment.modelStore.latest(MODELS.catalogue);
    if (stored === undefined) return;
    this.offer.describe(decodeJson<StoredCatalogue>(stored.bytes).items);
    this.#describedBy = Math.max(version, stored.version);
  }

  async #takeProgress(): Promise<void> {
    if (this.#isLearningHere()) return;
    const stored = await this.#settings.deployment.modelStore.latest(MODELS.progress);
    if (stored !== undefined) this.progress = decodeJson<LearnerProgress>(stored.bytes);
  }

  async #readToEnd(): Promise<void> {
    const { eventLog } = this.#settings.deployment;
    for (;;) {
      const batch = await eventLog.read({ after: this.#position, maxEvents: BATCH });
      this.#applyAll(batch);
      if (batch.events.length > 0) this.state.advance(this.newest);
      if (batch.events.length < BATCH) break;
    }
    await this.#takeProgress();
  }

  #applyAll({ events, position, damaged }: Awaited<ReturnType<Settings['deployment']['eventLog']['read']>>): void {
    const { sessions } = this.#settings.deployment.learner.policy;
    for (const event of events) {
      if (event.type === 'feedback' && this.ownFeedback.delete(event.id)) continue;
      this.apply(event);
      // A learner in this process remembers what it reads itself, and forgets what it has learned from.
      if (event.type !== 'decision' || event.memory === undefined || this.#isLearningHere()) continue;
      sessions?.remember(event.key, event.memory);
    }
    this.#position = position;
    this.damagedEvents += damaged;
  }

  /** The key of decision ids, which the first process of a deployment makes. */
  async #secret(): Promise<Uint8Array> {
    const { modelStore, items } = this.#settings.deployment;
    const mine: StoredDeployment = {
      secret: randomBytes(SECRET_BYTES).toString('base64'),
      catalogue: items.map((item) => [item.id, JSON.stringify(item)]),
    };
    if ((await modelStore.version(MODELS.deployment)) === 0)
      await modelStore.put(MODELS.deployment, encodeJson(mine), 0);
    const stored = await modelStore.latest(MODELS.deployment);
    if (stored === undefined)
      throw new ModelStoreError('The key of the deployment was stored and cannot be read. Check the model store.');
    return Buffer.from(decodeJson<StoredDeployment>(stored.bytes).secret, 'base64');
  }
}
