import { randomBytes } from 'node:crypto';
import { wait } from '@ialp/core/retry';
import { DeploymentState } from '../deployment/deployment-state.js';
import { earliestTime, latestTime } from '../deployment/event-times.js';
import { PacedReads } from '../deployment/paced-reads.js';
import { restoreSnapshot } from '../deployment/snapshot.js';
import { ModelStoreError } from '../errors.js';
import type { LogPosition } from '../event-log.js';
import type { DecisionEvent, FeedbackEvent, ServedItem, ServeEvent, SessionEndEvent } from '../events.js';
import {
  decodeDeployment,
  decodeJson,
  decodePolicy,
  encodeJson,
  type LearnerProgress,
  MODELS,
  type StoredCatalogue,
} from '../learning/stored.js';
import { EventWriter } from './event-writer.js';
import { ItemsOnOffer } from './items-on-offer.js';
import { PolicyTaker } from './policy-taker.js';
import type { checkRecommenderOptions } from './recommender-options.js';

type Settings = ReturnType<typeof checkRecommenderOptions>;

/** What all processes of a deployment share from its beginning. */
interface StoredDeployment {
  /** The key of decision ids, in base64. */
  readonly secret: string;
  /** The catalogue with which a process was started last: each item as JSON, by its id. */
  readonly catalogue: readonly (readonly [id: string, item: string])[];
}

/** How the catalogue of this start differs from that of the last one. */
interface ChangedItems {
  readonly put: readonly ServedItem[];
  readonly removed: readonly string[];
  /** Stores the catalogue of this start as the last one. */
  store(): Promise<void>;
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
  readonly writer: EventWriter;
  policyVersion = 0;
  progress: LearnerProgress | undefined;
  /** Time of the newest event that is no feedback. */
  newest = 0;
  damagedEvents = 0;
  /** Feedback of this process that it has not read yet, by its id. */
  readonly #ownFeedback = new Map<string, 'storing' | 'applied'>();
  /** Ids of decisions that this process has applied and not read yet: what is read before them came earlier. */
  readonly ownDecisions = new Set<string>();
  readonly #settings: Settings;
  readonly #isLearningHere: () => boolean;
  readonly #weights: PolicyTaker;
  #position: LogPosition | undefined;
  #describedBy = 0;
  #signal: AbortSignal | undefined;
  #taking: Promise<void> = Promise.resolve();

  constructor(settings: Settings, isLearningHere: () => boolean) {
    this.#settings = settings;
    this.#isLearningHere = isLearningHere;
    const { learner, rules, eventLog, modelStore } = settings.deployment;
    this.#weights = new PolicyTaker(learner, modelStore);
    this.writer = new EventWriter(eventLog, settings.onError);
    this.offer = new ItemsOnOffer(learner.policy.items);
    this.state = new DeploymentState(rules, {
      ended: ({ session, key }) => {
        // The session goes on where another process has decided in the same turn, or decisions are missing.
        if (this.state.visits.get(session)?.key === key) return;
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
      const { deployment, position, index, embeddingWidth } = decodeDeployment(stored.bytes);
      for (const { key, memory } of restoreSnapshot(this.state, deployment)) {
        if (memory !== undefined) learner.policy.sessions?.remember(key, memory);
      }
      this.#position = position;
      this.offer.take(index);
      this.offer.embeddingWidth = embeddingWidth;
      await this.#describe((await modelStore.version(MODELS.catalogue)) || 1);
    }
    await this.takePolicy().catch((error: unknown) => {
      // A process that learns publishes a policy before it decides, also where the stored one lacks parts.
      const goesOn = this.#settings.learning !== undefined && error instanceof ModelStoreError;
      if (!goesOn) throw error;
      this.#settings.onError(error);
    });
    await this.#readToEnd();
    return this.#secret();
  }

  /** Follows the log and the store until the signal aborts. */
  async follow(signal: AbortSignal): Promise<void> {
    this.#signal = signal;
    const { modelStore, eventLog } = this.#settings.deployment;
    const reads = new PacedReads({ eventLog, maxEvents: BATCH, waitMs: WAIT_MS });
    modelStore.watch(MODELS.policy, () => void this.takePolicy().catch(this.#settings.onError), signal);
    modelStore.watch(MODELS.progress, () => void this.#takeProgress().catch(this.#settings.onError), signal);
    while (!signal.aborted) {
      try {
        this.#applyAll(await reads.read(this.#position, signal));
      } catch (error) {
        if (signal.aborted) return;
        this.#settings.onError(error);
        await wait(RETRY_MS, signal).catch(() => {});
      }
    }
  }

  /** Applies an event of this process. */
  apply(event: ServeEvent): void {
    this.newest = latestTime(this.newest, event);
    if (event.type === 'item' || event.type === 'item-removed') this.offer.apply(event);
    else this.state.apply(event);
  }

  /** Stores feedback, and applies it, once: it may be read before `append` has resolved. */
  async giveFeedback(event: FeedbackEvent): Promise<void> {
    this.#ownFeedback.set(event.id, 'storing');
    try {
      await this.writer.append(event);
    } catch (error) {
      this.#ownFeedback.delete(event.id);
      throw error;
    }
    if (this.#ownFeedback.get(event.id) !== 'storing') return;
    this.#ownFeedback.set(event.id, 'applied');
    this.apply(event);
  }

  /** Takes the newest policy, if it is not that of a learner in this process. */
  takePolicy(): Promise<void> {
    // One at a time: a watcher may call while an older version is being read.
    this.#taking = this.#taking.catch(() => {}).then(() => this.#takeNewest());
    return this.#taking;
  }

  /**
   * Compares the catalogue with the one of the last start. Returns what has changed, after a later start with another catalogue. Call `store` once
   * the changes are in the log: a start that fails before finds them again.
   */
  async changedItems(): Promise<ChangedItems> {
    const { modelStore, items } = this.#settings.deployment;
    const stored = await modelStore.latest(MODELS.deployment);
    if (stored === undefined || items.length === 0) return { put: [], removed: [], store: async () => {} };
    const before = new Map(decodeJson<StoredDeployment>(stored.bytes).catalogue);
    const now = new Map(items.map((item) => [item.id, JSON.stringify(item)]));
    const put = items.filter(({ id }) => before.get(id) !== now.get(id));
    const removed = [...before.keys()].filter((id) => !now.has(id));
    const store = async (): Promise<void> => {
      if (put.length === 0 && removed.length === 0) return;
      const content = { ...decodeJson<StoredDeployment>(stored.bytes), catalogue: [...now] };
      await modelStore.put(MODELS.deployment, encodeJson(content), stored.version);
    };
    return { put, removed: removed.filter((id) => this.offer.items.has(id)), store };
  }

  async #takeNewest(): Promise<void> {
    if (this.#isLearningHere()) return;
    const { modelStore } = this.#settings.deployment;
    const stored = await modelStore.latest(MODELS.policy);
    if (stored === undefined || stored.version === this.policyVersion) return;
    const { index, catalogue, parts, policy } = decodePolicy(stored.bytes);
    if (catalogue > this.#describedBy) await this.#describe(catalogue);
    if (this.#isLearningHere()) return;
    const isCancelled = (): boolean => this.#isLearningHere() || this.#signal?.aborted === true;
    if (!(await this.#weights.take(policy, parts, isCancelled))) return;
    this.offer.takePublished(index);
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
    const begun = Date.now();
    // A log may return fewer events than there are. Others may add to it without a pause.
    for (let isRead = false; !isRead; ) {
      const batch = await eventLog.read({ after: this.#position, maxEvents: BATCH });
      this.#applyAll(batch);
      const time = earliestTime(batch.events);
      if (time !== undefined) this.state.advance(Math.min(begun, time));
      isRead = batch.events.length === 0 ? batch.damaged === 0 : time !== undefined && time > begun;
    }
    await this.#takeProgress();
  }

  #applyAll({ events, position, damaged }: Awaited<ReturnType<Settings['deployment']['eventLog']['read']>>): void {
    for (const event of events) {
      if (event.type === 'decision') {
        this.ownDecisions.delete(event.id);
        this.#remember(event);
      }
      if (event.type === 'feedback') this.#applyFeedback(event);
      else if (event.type !== 'end' || !this.#hasGoneOn(event)) this.apply(event);
    }
    this.#position = position;
    this.damagedEvents += damaged;
  }

  /** Applies feedback that was read. */
  #applyFeedback(event: FeedbackEvent): void {
    const own = this.#ownFeedback.get(event.id);
    this.#ownFeedback.delete(event.id);
    if (own === 'applied') this.state.applyAgain(event);
    else this.apply(event);
  }

  /** Whether a session that ends, whoever wrote so did not know which of its visits, has begun another visit after that. */
  #hasGoneOn({ session, key }: SessionEndEvent): boolean {
    const last = this.state.visits.get(session)?.decisions.at(-1);
    return key === undefined && last !== undefined && this.ownDecisions.has(last);
  }

  /** Remembers what the policy of another process remembers of a session, before the session's end makes it be forgotten. */
  #remember({ id, key, memory }: DecisionEvent): void {
    // A learner in this process remembers what it reads itself, and forgets what it has learned from.
    if (memory === undefined || this.#isLearningHere() || this.state.knows(id)) return;
    this.#settings.deployment.learner.policy.sessions?.remember(key, memory);
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
