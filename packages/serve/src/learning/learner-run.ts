import { type Checkpoint, type ErrorRecognizer, IalpError, recognizerOf } from '@ialp/core';
import { type Learner, type LearningReport, publishedState } from '@ialp/policy';
import type { ServeEvent } from '../events.js';
import type { StoredModel } from '../model-store.js';
import { Arms } from './arms.js';
import { DeployedCatalogue } from './catalogue.js';
import { Joiner } from './joiner.js';
import type { checkDeployment, checkLearning } from './learner-options.js';
import {
  decodeJson,
  decodeLearner,
  encodeJson,
  encodeLearner,
  encodePolicy,
  type LearnerProgress,
  MODELS,
  type StoredCatalogue,
} from './stored.js';

/** What a learner tells the process that it runs in. */
export interface LearnerHooks {
  /** A policy was published, with this version. */
  readonly onPublished?: (version: number, catalogue: DeployedCatalogue) => void;
  readonly onProgress?: (progress: LearnerProgress) => void;
  /** Another learner has the lease, or has taken it. */
  readonly onWaiting?: () => void;
  /** Something went wrong; learning goes on. */
  readonly onError?: (error: unknown) => void;
}

/** Another learner has stored its state: this one has to begin from there. */
export class LeaseLostError extends IalpError {
  static override readonly isInstance: ErrorRecognizer<LeaseLostError> =
    /* @__PURE__ */ recognizerOf('ialp.serve.error.lease-lost');
  override name = 'LeaseLostError';
}

/** Settings of a run: checked options. */
export interface LearnerSettings {
  readonly deployment: ReturnType<typeof checkDeployment>;
  readonly learning: ReturnType<typeof checkLearning>;
  /** Further figures for the status, by name. */
  readonly figures: (() => Readonly<Record<string, number | null>>) | undefined;
  readonly hooks: LearnerHooks;
  /** Name of this learner in the lease. */
  readonly holder: string;
}

/** Name of the lease. */
export const LEASE = 'learner';
/** Events in one read. */
const BATCH = 500;
/** How long to wait for events. */
const WAIT_MS = 50;
/** Time between two reports of figures. */
const PROGRESS_INTERVAL_MS = 1_000;
/** Time between two marks from which old events are dropped. */
const MARK_INTERVAL_MS = 3_600_000;

/**
 * A learner from the moment it has the lease until it loses it: reads the event log, joins, learns, publishes policies, and stores checkpoints
 * with the position up to which they contain the events, so that every event is learned from exactly once.
 */
export class LearnerRun {
  readonly #settings: LearnerSettings;
  readonly #learner: Learner;
  readonly #catalogue: DeployedCatalogue;
  readonly #joiner: Joiner;
  readonly #arms = new Arms();
  #position: string | undefined;
  #learned = 0;
  #updates = 0;
  #damaged = 0;
  #failedUpdates = 0;
  #report: LearningReport = {};
  #marks: (readonly [at: number, position: string])[] = [];
  #readUntil = 0;
  #isCaughtUp = false;
  /** Version of the last checkpoint in the store, and of the catalogue. */
  #stored = 0;
  #storedCatalogue = 0;
  #describedVersion = -1;
  #isPublished = false;
  #times = { claimed: 0, published: 0, stored: 0, reported: 0, firstRow: 0 };

  constructor(settings: LearnerSettings) {
    this.#settings = settings;
    const { learner, rules, userFeatures } = settings.deployment;
    this.#learner = learner;
    this.#catalogue = new DeployedCatalogue(learner.policy.items);
    this.#joiner = new Joiner({
      ...{ rules, userFeatures, index: this.#catalogue.index },
      remember: (key, memory) => learner.policy.sessions?.remember(key, memory),
      onJoined: (event, { reward }, end) => this.#arms.add(event, reward, end),
    });
  }

  /** Continues from the store, or begins. @throws {CheckpointError} {WeightsError} for a checkpoint of another learner. */
  async begin(): Promise<void> {
    const { modelStore, items } = this.#settings.deployment;
    const [stored, described] = await Promise.all([
      modelStore.latest(MODELS.learner),
      modelStore.latest(MODELS.catalogue),
    ]);
    this.#storedCatalogue = described?.version ?? 0;
    if (stored === undefined) {
      this.#catalogue.begin(items);
      await this.#store();
    } else this.#restore(stored, described);
    await this.#publish();
    await this.#reportProgress();
  }

  /** Reads and learns for one batch of events. @throws {LeaseLostError} */
  async step(signal: AbortSignal): Promise<void> {
    const { eventLog } = this.#settings.deployment;
    await this.#renewLease();
    const batch = await eventLog.read({ after: this.#position, maxEvents: BATCH, waitMs: WAIT_MS, signal });
    this.#damaged += batch.damaged;
    for (const event of batch.events) await this.#apply(event);
    this.#position = batch.position;
    this.#isCaughtUp = batch.events.length < BATCH;
    // While events are waiting, their time is the time that counts.
    this.#joiner.advance(this.#isCaughtUp ? Date.now() : this.#readUntil);
    await this.#work();
  }

  /** Stores what was learned, if that can be done without an update of too few decisions. */
  async end(): Promise<void> {
    if (this.#joiner.rows === 0) await this.#store();
  }

  async #apply(event: ServeEvent): Promise<void> {
    this.#readUntil = Math.max(this.#readUntil, event.at);
    if (event.type === 'item' || event.type === 'item-removed') {
      this.#catalogue.apply(event);
      this.#isPublished = false;
      return;
    }
    if (this.#catalogue.hasUnplaced) await this.#place();
    try {
      this.#joiner.apply(event);
    } catch (error) {
      // An event that was not written by a recommender, such as one with a propensity of 0: the others are learned from.
      this.#damaged++;
      this.#settings.hooks.onError?.(error);
    }
    if (this.#joiner.rows >= this.#settings.learning.updateRows) this.#update();
  }

  async #place(): Promise<void> {
    try {
      await this.#catalogue.place(this.#learner, this.#settings.learning.embed);
    } catch (error) {
      this.#settings.hooks.onError?.(error);
    }
  }

  /** Learns, publishes and stores what is due. */
  async #work(): Promise<void> {
    const { maxUpdateDelayMs, publishIntervalMs, checkpointIntervalMs } = this.#settings.learning;
    const now = performance.now();
    if (this.#catalogue.hasUnplaced) await this.#place();
    if (this.#joiner.rows === 0) this.#times.firstRow = now;
    else if (now - this.#times.firstRow >= maxUpdateDelayMs) this.#update();
    if (!this.#isPublished && now - this.#times.published >= publishIntervalMs) await this.#publish();
    if (now - this.#times.stored >= checkpointIntervalMs && this.#joiner.rows === 0) await this.#store();
    if (now - this.#times.reported >= PROGRESS_INTERVAL_MS) await this.#reportProgress();
  }

  #update(): void {
    for (const trajectories of this.#joiner.take()) {
      try {
        this.#report = this.#learner.learn(trajectories);
        this.#learned += trajectories.rows;
        this.#updates++;
      } catch (error) {
        this.#failedUpdates++;
        this.#settings.hooks.onError?.(error);
      }
    }
    this.#isPublished = false;
    this.#times.firstRow = performance.now();
  }

  async #renewLease(): Promise<void> {
    const { deployment, learning, holder } = this.#settings;
    const now = performance.now();
    if (now - this.#times.claimed < learning.leaseMs / 3) return;
    this.#times.claimed = now;
    if (!(await deployment.modelStore.claim(LEASE, holder, learning.leaseMs))) {
      throw new LeaseLostError('Another learner has the lease.');
    }
  }

  /** Publishes the policy, and the catalogue if it has changed. */
  async #publish(): Promise<void> {
    const { modelStore } = this.#settings.deployment;
    await this.#describeCatalogue();
    const bytes = encodePolicy({
      index: this.#catalogue.index.checkpoint(),
      catalogue: this.#storedCatalogue,
      policy: publishedState(this.#learner),
    });
    const previous = await modelStore.version(MODELS.policy);
    this.#times.published = performance.now();
    // Another learner has published in between: this one will find that it has lost the lease.
    if (!(await modelStore.put(MODELS.policy, bytes, previous))) return;
    this.#isPublished = true;
    this.#settings.hooks.onPublished?.(previous + 1, this.#catalogue);
  }

  async #describeCatalogue(): Promise<void> {
    const { version, items } = this.#catalogue;
    if (version === this.#describedVersion) return;
    const { modelStore } = this.#settings.deployment;
    const previous = await modelStore.version(MODELS.catalogue);
    const content: StoredCatalogue = { items: [...items.values()].map(({ embedding: _, ...item }) => item) };
    if (!(await modelStore.put(MODELS.catalogue, encodeJson(content), previous))) return;
    this.#storedCatalogue = previous + 1;
    this.#describedVersion = version;
  }

  /** @throws {LeaseLostError} if another learner has stored its state. */
  async #store(): Promise<void> {
    const { modelStore } = this.#settings.deployment;
    await this.#describeCatalogue();
    this.#mark();
    const bytes = encodeLearner({
      position: this.#position,
      index: this.#catalogue.index.checkpoint(),
      embeddings: this.#catalogue.embeddings(),
      joiner: this.#joiner.snapshot(),
      learner: checkpointOf(this.#learner),
      arms: this.#arms.snapshot(),
      ...{ learned: this.#learned, updates: this.#updates, damaged: this.#damaged, marks: this.#marks },
    });
    if (!(await modelStore.put(MODELS.learner, bytes, this.#stored))) {
      throw new LeaseLostError('Another learner has stored its state.');
    }
    this.#stored++;
    this.#times.stored = performance.now();
    await this.#dropOldEvents();
  }

  #restore(stored: StoredModel, described: StoredModel | undefined): void {
    const checkpoint = decodeLearner(stored.bytes);
    this.#catalogue.index.restore(checkpoint.index);
    const { items } = described === undefined ? { items: [] } : decodeJson<StoredCatalogue>(described.bytes);
    this.#catalogue.describeAll(items);
    this.#describedVersion = this.#catalogue.version;
    this.#catalogue.setEmbeddings(checkpoint.embeddings.ids, checkpoint.embeddings.data);
    this.#joiner.restore(checkpoint.joiner);
    this.#learner.restore?.(checkpoint.learner);
    this.#arms.restore(checkpoint.arms);
    this.#position = checkpoint.position;
    this.#learned = checkpoint.learned;
    this.#updates = checkpoint.updates;
    this.#damaged = checkpoint.damaged;
    this.#marks = [...checkpoint.marks];
    this.#stored = stored.version;
    this.#times.stored = performance.now();
  }

  #mark(): void {
    const last = this.#marks.at(-1);
    if (this.#position === undefined || this.#readUntil < (last?.[0] ?? 0) + MARK_INTERVAL_MS) return;
    this.#marks.push([this.#readUntil, this.#position]);
  }

  async #dropOldEvents(): Promise<void> {
    const { retentionMs } = this.#settings.learning;
    const isOld = ([at]: readonly [number, string]): boolean => at + retentionMs < this.#readUntil;
    const last = this.#marks.findLast(isOld);
    if (last === undefined) return;
    await this.#settings.deployment.eventLog.drop(last[1]);
    this.#marks = this.#marks.filter((mark) => !isOld(mark));
  }

  async #reportProgress(): Promise<void> {
    const { modelStore } = this.#settings.deployment;
    const progress = this.#progress();
    this.#times.reported = performance.now();
    this.#settings.hooks.onProgress?.(progress);
    await modelStore.put(MODELS.progress, encodeJson(progress), await modelStore.version(MODELS.progress));
  }

  #progress(): LearnerProgress {
    const { gate } = this.#learner as {
      readonly gate?: { readonly estimates?: Readonly<Record<string, number | null>> };
    };
    const figures = { ...gate?.estimates, ...this.#settings.figures?.() };
    return {
      ...{ readUntil: this.#readUntil, isCaughtUp: this.#isCaughtUp, at: Date.now() },
      ...{ learned: this.#learned, updates: this.#updates, damagedEvents: this.#damaged },
      weight: figures['weight'] ?? null,
      arms: this.#arms.status(),
      figures: {
        ...this.#report,
        ...figures,
        failedUpdates: this.#failedUpdates,
        droppedDecisions: this.#joiner.dropped,
        rejectedItems: this.#catalogue.rejected.size,
      },
    };
  }
}

function checkpointOf(learner: Learner): Checkpoint {
  return learner.checkpoint?.() ?? {};
}
