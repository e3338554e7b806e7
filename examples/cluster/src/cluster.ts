import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { startNatsServer } from '@ialp/nats-server';
import { type ServerProcess, startServerProcess } from './server-process.js';

/** Options of `startCluster`. */
export interface ClusterOptions {
  /** Address of a NATS server with JetStream. Default: one of its own is started. */
  readonly nats: string | undefined;
  /** Processes that decide. */
  readonly deciders: number;
  /** Learners, of which one learns. */
  readonly learners: number;
}

const FILES = ['--catalogue', 'items.csv', '--config', 'config.json'];
const EXAMPLE = fileURLToPath(new URL('..', import.meta.url));

/** A NATS server, processes that decide and learners, on this host. */
export class Cluster {
  readonly deciders: readonly string[];
  readonly learners: readonly string[];
  readonly #running = new Map<string, ServerProcess>();
  readonly #nats: string;
  readonly #folder: string;
  readonly #removeNats: () => Promise<void>;

  private constructor(options: ClusterOptions, nats: string, folder: string, removeNats: () => Promise<void>) {
    this.deciders = Array.from({ length: options.deciders }, (_, k) => `decider-${k + 1}`);
    this.learners = Array.from({ length: options.learners }, (_, k) => `learner-${k + 1}`);
    this.#nats = nats;
    this.#folder = folder;
    this.#removeNats = removeNats;
  }

  /** Starts all processes, and waits until they listen. */
  static async start(options: ClusterOptions): Promise<Cluster> {
    const folder = await mkdtemp(join(tmpdir(), 'ialp-cluster-'));
    const server = options.nats === undefined ? await startNatsServer() : undefined;
    const nats = options.nats ?? server!.url;
    const cluster = new Cluster(options, nats, folder, async () => server?.[Symbol.asyncDispose]());
    try {
      await Promise.all([...cluster.learners, ...cluster.deciders].map((name) => cluster.start(name)));
      return cluster;
    } catch (error) {
      await cluster.close('SIGKILL');
      throw error;
    }
  }

  /** Addresses of the processes that decide now. */
  get urls(): string[] {
    return this.deciders.flatMap((name) => this.#running.get(name)?.url ?? []);
  }

  /** Names of all processes that run. */
  get running(): string[] {
    return [...this.#running.keys()];
  }

  /** Starts a process, on the state that it had. */
  async start(name: string): Promise<void> {
    const learn = this.learners.includes(name) ? 'only' : 'elsewhere';
    const files = FILES.map((part) => (part.startsWith('--') ? part : join(EXAMPLE, part)));
    const place = ['--nats', this.#nats, '--state', join(this.#folder, name), '--port', '0'];
    this.#running.set(name, await startServerProcess([...files, ...place, '--learn', learn]));
  }

  /** Kills a process, as `kill -9` does. */
  async kill(name: string): Promise<void> {
    const process = this.#running.get(name);
    this.#running.delete(name);
    await process?.end('SIGKILL');
  }

  /** Ends all processes, and removes their state. */
  async close(signal: 'SIGTERM' | 'SIGKILL' = 'SIGTERM'): Promise<void> {
    await Promise.all([...this.#running.values()].map((process) => process.end(signal)));
    await this.#removeNats();
    await rm(this.#folder, { recursive: true, force: true });
  }
}
