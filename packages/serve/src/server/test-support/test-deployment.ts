import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { decodeLearner, MODELS } from '../../learning/stored.js';
import type { RecommenderStatus } from '../../recommender.js';
import { closeStores, openStores, type Stores } from '../stores.js';
import type { CommandProgram } from './command-program.js';
import { compare, type Figures, type Findings, readAll, readLearned } from './nothing-lost.js';
import type { RecordedLoad } from './recorded-load.js';
import { type ServerProcess, startProcess } from './server-process.js';

const ITEMS = 60;
export const SLATE_SIZE = 3;

/**
 * Feedback counts for far longer than a restart takes; idle sessions end soon enough to wait for. Whether feedback counts that stands behind the end of its
 * session follows from the log alone, so that it can be told what has to be learned.
 */
const RULES = { feedbackWindowMs: 60_000, endGraceMs: 0, idleTimeoutMs: 8_000 };
const LEARNING = { updateRows: 32, maxUpdateDelayMs: 300, publishIntervalMs: 200, checkpointIntervalMs: 300 };

/** What `idleTimeoutMs` and windows of the default rules make a test wait for at least. */
const SETTLE_POLL_MS = 200;

/** What differs from the defaults. */
export interface TestDeploymentOptions {
  readonly program: CommandProgram;
  readonly rules?: object;
  readonly learning?: object;
  /** Whether the learner stores what it learns. Default true. */
  readonly records?: boolean;
  /** Where the state is. Default: a folder of its own, which `remove` removes. */
  readonly state?: string;
  /** Address of a NATS server, for a deployment on several machines: each process then has a state folder of its own. */
  readonly nats?: string;
}

/** A deployment of the command, in a folder or on NATS. */
export class TestDeployment {
  readonly folder = mkdtempSync(join(tmpdir(), 'ialp-deployment-'));
  readonly state: string;
  readonly itemIds = Array.from({ length: ITEMS }, (_, k) => `item-${k}`);
  readonly #options: TestDeploymentOptions;
  readonly #rules: typeof RULES;
  readonly #settings: object;
  readonly #ports = new Map<string, number>();

  constructor(options: TestDeploymentOptions) {
    this.#options = options;
    this.#rules = { ...RULES, ...options.rules };
    this.#settings = {
      rules: this.#rules,
      learning: { ...LEARNING, ...options.learning },
      records: options.records ?? true,
    };
    this.state = options.state ?? join(this.folder, 'state');
    writeFileSync(join(this.folder, 'items.csv'), ['id', ...this.itemIds].join('\n'));
  }

  /** Where a server listens, also while it is down. */
  urlOf(name = 'server'): string {
    return `http://127.0.0.1:${this.#ports.get(name)}`;
  }

  /** Starts a process; one of the same name listens on the same port each time. */
  async start(learn: 'here' | 'elsewhere' | 'only', name = 'server'): Promise<ServerProcess> {
    const port = this.#ports.get(name) ?? (await freePort());
    this.#ports.set(name, port);
    const { nats, program } = this.#options;
    const state = nats === undefined ? this.state : join(this.state, name);
    const args = ['--catalogue', join(this.folder, 'items.csv'), '--state', state, '--config', program.config];
    args.push('--learn', learn, '--port', String(port), ...(nats === undefined ? [] : ['--nats', nats]));
    return startProcess({ command: program.command, args, settings: this.#settings });
  }

  async status(name?: string): Promise<RecommenderStatus> {
    const response = await fetch(`${this.urlOf(name)}/v1/status`);
    if (!response.ok) throw new Error(`status: ${response.status}`);
    return (await response.json()) as RecommenderStatus;
  }

  /** Waits until the last checkpoint of the learner has learned from so many decisions, and holds no open one. */
  async settle(decisions: () => Promise<number>, limitMs = 600_000): Promise<void> {
    const stores = await this.openStores();
    const { modelStore: store } = stores;
    try {
      for (const end = Date.now() + limitMs; Date.now() < end; await sleep(SETTLE_POLL_MS)) {
        const stored = await store.latest(MODELS.learner);
        if (stored === undefined) continue;
        const { joiner, learned } = decodeLearner(stored.bytes);
        if (joiner.json.pending.length === 0 && learned >= (await decisions())) return;
      }
      const { joiner, learned } = decodeLearner((await store.latest(MODELS.learner))!.bytes);
      throw new Error(
        `After ${limitMs} ms, ${learned} decisions were learned from; ${joiner.json.pending.length} wait.`,
      );
    } finally {
      await closeStores(stores);
    }
  }

  /** Decisions in the event log. */
  async loggedDecisions(): Promise<number> {
    const stores = await this.openStores();
    try {
      const { events } = await readAll(stores.eventLog);
      return new Set(events.flatMap((event) => (event.type === 'decision' ? [event.id] : []))).size;
    } finally {
      await closeStores(stores);
    }
  }

  /** Compares what users were told, what is logged and what was learned. */
  async compare(load: RecordedLoad): Promise<{ readonly findings: Findings; readonly figures: Figures }> {
    const stores = await this.openStores();
    try {
      const { events, damaged } = await readAll(stores.eventLog);
      const { feedbackWindowMs } = this.#rules;
      const learned = await readLearned(stores.modelStore);
      const { findings, figures } = compare(load, events, learned, { itemIds: this.itemIds, feedbackWindowMs });
      return { findings, figures: { ...figures, damaged } };
    } finally {
      await closeStores(stores);
    }
  }

  /** Opens the stores of the deployment, as another process. */
  openStores(): Promise<Stores> {
    const { nats } = this.#options;
    return openStores({ folder: this.state, ...(nats !== undefined && { nats }) }, { appends: false });
  }

  remove(): void {
    rmSync(this.folder, { recursive: true, force: true });
  }
}

/** What `compare` finds if nothing is lost and nothing was learned twice. */
export const NOTHING_LOST: Findings = {
  lostDecisions: [],
  lostFeedback: [],
  lostEnds: [],
  repeatedDecisions: [],
  wrongPropensities: [],
  notLearned: [],
  learnedTooMuch: [],
};

async function freePort(): Promise<number> {
  const server = createServer();
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as { readonly port: number };
  await new Promise((resolve) => server.close(resolve));
  return port;
}
