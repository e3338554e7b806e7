import type { Learner, LearningReport } from '@ialp/policy';
import { earliestTime, latestTime } from '../deployment/event-times.js';
import { PacedReads } from '../deployment/paced-reads.js';
import type { ServeEvent } from '../events.js';
import type { StoredModel } from '../model-store.js';
import { Arms } from './arms.js';
import { DeployedCatalogue } from './catalogue.js';
import { Joiner } from './joiner.js';
import type { checkDeployment, checkLearning } from './learner-options.js';
import { Lease } from './lease.js';
import { OwnModels } from './own-models.js';
import { Publisher } from './publisher.js';
import { Retention } from './retention.js';
import {
  decodeJson,
  decodeLearner,
  encodeJson,
  encodeLearner,
  type LearnerProgress,
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

/** Events in one read. */
const BATCH = 500;
/** How long to wait for events. */
const WAIT_MS = 50;
/** A checkpoint with many open decisions takes a while: the time to the next one is at least so many times as long. */
const STORE_SHARE = 10;
/** The largest update, as a multiple of the usual one. */
const LARGE_UPDATE = 4;
/** Least time between two publications, as a multiple of how long the last one took. */
const PUBLISHING_PAUSE = 4;
/** Wait after new items could not be placed. */
const PLACING_RETRY_MS = 1_000;
/** Time between two reports of figures. */
const PROGRESS_INTERVAL_MS = 1_000;

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
  readonly #reads: PacedReads;
  readonly #lease: Lease;
  readonly #models: OwnModels;
  readonly #publisher: Publisher;
  readonly #retention: Retention;
  #position: string | undefined;
  #learned = 0;
  #updates = 0;
  #damaged = 0;
  #failedUpdates = 0;
  #report: LearningReport = {};
  /** Time of the newest event that was read. */
  #readUntil = 0;
  /** The time that counts while events are waiting: that of the last ones that were read. */
  #time = 0;
  #isCaughtUp = false;
  #isPublished = false;
  /** How long the last checkpoint took. */
  #storeMs = 0;
  #times = { published: 0, stored: 0, reported: 0, firstRow: 0, nextPlacing: 0 };

  constructor(settings: LearnerSettings) {
    this.#settings = settings;
    const { learner, rules, userFeatures, eventLog, modelStore } = settings.deployment;
    this.#learner = learner;
    this.#reads = new PacedReads({ eventLog, maxEvents: BATCH, waitMs: WAIT_MS });
    this.#lease = new Lease(modelStore, settings.holder, settings.learning.leaseMs);
    this.#models = new OwnModels(modelStore);
    this.#retention = new Retention(eventLog, settings.learning.retentionMs);
    this.#catalogue = new DeployedCatalogue(learner.policy.items, (error) => settings.hooks.onError?.(error));
    this.#publisher = new Publisher(learner, this.#catalogue, this.#models);
    this.#joiner = new Joiner({
      ...{ rules, userFeatures, index: this.#catalogue.index },
      remember: (key, memory) => learner.policy.sessions?.remember(key, memory),
      onJoined: (event, { reward }, end, isStray) => this.#arms.add(event, reward, end, isStray),
    });
  }

  /** Continues from the store, or begins. @throws {CheckpointError} {WeightsError} for a checkpoint of another learner. */
  async begin(): Promise<void> {
    const { learner: stored, catalogue: described } = await this.#models.find();
    if (stored === undefined) {
      this.#catalogue.begin(this.#settings.deployment.items);
      await this.#store();
    } else this.#restore(stored, described);
    await this.#publish();
    await this.#reportProgress();
  }

  /** Reads and learns for one batch of events. @throws {LeaseLostError} */
  async step(signal: AbortSignal): Promise<void> {
    await this.#lease.renew(this.#storeMs);
    // What was given before this moment and has been stored is in the batch.
    const begun = Date.now();
    const batch = await this.#reads.read(this.#position, signal);
    this.#damaged += batch.damaged;
    for (const event of batch.events) await this.#apply(event);
    this.#position = batch.position;
    // A log may return fewer events than are waiting, such as where some were erased.
    this.#isCaughtUp = batch.events.length === 0 && batch.damaged === 0;
    this.#time = earliestTime(batch.events) ?? this.#time;
    const now = this.#isCaughtUp ? begun : Math.min(begun, this.#time);
    while (!this.#joiner.advance(now, this.#settings.learning.updateRows)) {
      await this.#work();
      await this.#lease.renew(this.#storeMs);
    }
    await this.#work();
  }

  /** Stores what was learned, if that can be done without an update of too few decisions. */
  async end(): Promise<void> {
    if (this.#joiner.rows === 0) await this.#store();
  }

  async #apply(event: ServeEvent): Promise<void> {
    this.#readUntil = latestTime(this.#readUntil, event);
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
    // A checkpoint holds no joined decisions: if one is due, more of the batch goes into the update before it.
    const most = (this.#isStoreDue() ? LARGE_UPDATE : 1) * this.#settings.learning.updateRows;
    if (this.#joiner.rows >= most) this.#update();
  }

  /** Places new items. If that fails, such as with the service that embeds their texts, it is tried again after a while. */
  async #place(): Promise<void> {
    if (performance.now() < this.#times.nextPlacing) return;
    try {
      await this.#catalogue.place(this.#learner, this.#settings.learning.embed);
      this.#isPublished = false;
    } catch (error) {
      this.#times.nextPlacing = performance.now() + PLACING_RETRY_MS;
      this.#settings.hooks.onError?.(error);
    }
  }

  /** Learns, publishes and stores what is due. */
  async #work(): Promise<void> {
    const { updateRows, maxUpdateDelayMs, publishIntervalMs } = this.#settings.learning;
    const now = performance.now();
    if (this.#catalogue.hasUnplaced) await this.#place();
    const { rows } = this.#joiner;
    if (rows === 0) this.#times.firstRow = now;
    else if (rows >= updateRows || now - this.#times.firstRow >= maxUpdateDelayMs) this.#update();
    if (!this.#isPublished && now - this.#times.published >= publishIntervalMs) await this.#publish();
    if (this.#isStoreDue() && this.#joiner.rows === 0) await this.#store();
    if (now - this.#times.reported >= PROGRESS_INTERVAL_MS) await this.#reportProgress();
  }

  #isStoreDue(): boolean {
    const intervalMs = Math.max(this.#settings.learning.checkpointIntervalMs, STORE_SHARE * this.#storeMs);
    return performance.now() - this.#times.stored >= intervalMs;
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

  async #publish(): Promise<void> {
    const begun = performance.now();
    await this.#publisher.publish();
    // Large policies are published less often: most of the time is for learning.
    const now = performance.now();
    this.#times.published = now + PUBLISHING_PAUSE * (now - begun);
    this.#isPublished = true;
    this.#settings.hooks.onPublished?.(this.#models.versionOf('policy'), this.#catalogue);
  }

  /** @throws {LeaseLostError} if another learner has stored its state. */
  async #store(): Promise<void> {
    const begun = performance.now();
    await this.#publisher.describeCatalogue();
    this.#retention.mark(this.#readUntil, this.#position);
    const bytes = encodeLearner({
      position: this.#position,
      index: this.#catalogue.index.checkpoint(),
      embeddings: this.#catalogue.embeddings(),
      joiner: this.#joiner.snapshot(),
      learner: this.#learner.checkpoint?.() ?? {},
      arms: this.#arms.snapshot(),
      ...{ learned: this.#learned, updates: this.#updates, damaged: this.#damaged, marks: this.#retention.marks },
      readUntil: this.#readUntil,
    });
    await this.#models.put('learner', bytes);
    this.#times.stored = performance.now();
    this.#storeMs = this.#times.stored - begun;
    await this.#retention.drop(this.#readUntil);
  }

  #restore(stored: StoredModel, described: StoredModel | undefined): void {
    const checkpoint = decodeLearner(stored.bytes);
    this.#catalogue.index.restore(checkpoint.index);
    if (described === undefined) {
      // It was deleted: the catalogue of this start describes what it can.
      this.#catalogue.describeAll(this.#settings.deployment.items);
    } else {
      this.#catalogue.describeAll(decodeJson<StoredCatalogue>(described.bytes).items);
      this.#publisher.describedVersion = this.#catalogue.version;
    }
    this.#catalogue.setEmbeddings(checkpoint.embeddings.ids, checkpoint.embeddings.data);
    this.#joiner.restore(checkpoint.joiner);
    this.#learner.restore?.(checkpoint.learner);
    this.#arms.restore(checkpoint.arms);
    this.#position = checkpoint.position;
    this.#learned = checkpoint.learned;
    this.#updates = checkpoint.updates;
    this.#damaged = checkpoint.damaged;
    this.#readUntil = checkpoint.readUntil ?? 0;
    this.#retention.restore(checkpoint.marks);
    this.#times.stored = performance.now();
  }

  async #reportProgress(): Promise<void> {
    const progress = this.#progress();
    this.#times.reported = performance.now();
    this.#settings.hooks.onProgress?.(progress);
    await this.#models.put('progress', encodeJson(progress));
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
