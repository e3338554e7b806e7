import { type NatsServer, startNatsServer } from '@ialp/nats-server';
import type { CommandProgram } from './command-program.js';
import type { ServerProcess } from './server-process.js';
import { TestDeployment, type TestDeploymentOptions } from './test-deployment.js';

/** Options of `startCluster`. */
export interface ClusterOptions extends Pick<TestDeploymentOptions, 'rules' | 'learning'> {
  readonly program: CommandProgram;
  readonly deciders: number;
  readonly learners: number;
}

/** A deployment on one NATS server: processes that decide, and learners, of which one learns. */
export class Cluster {
  readonly deployment: TestDeployment;
  readonly nats: NatsServer;
  readonly deciders: readonly string[];
  readonly learners: readonly string[];
  readonly #running = new Map<string, ServerProcess>();

  private constructor(nats: NatsServer, { program, deciders, learners, ...settings }: ClusterOptions) {
    this.nats = nats;
    this.deployment = new TestDeployment({ program, nats: nats.url, ...settings });
    this.deciders = Array.from({ length: deciders }, (_, k) => `decider-${k}`);
    this.learners = Array.from({ length: learners }, (_, k) => `learner-${k}`);
  }

  /** Starts everything. The first learner has the lease. */
  static async start(options: ClusterOptions): Promise<Cluster> {
    const cluster = new Cluster(await startNatsServer(), options);
    try {
      await cluster.start(cluster.learners[0]!);
      await Promise.all([...cluster.deciders, ...cluster.learners.slice(1)].map((name) => cluster.start(name)));
      return cluster;
    } catch (error) {
      await cluster.remove();
      throw error;
    }
  }

  /** Starts a process that was killed. */
  async start(name: string): Promise<void> {
    const learn = this.learners.includes(name) ? 'only' : 'elsewhere';
    this.#running.set(name, await this.deployment.start(learn, name));
  }

  /** Kills a process. */
  async kill(name: string): Promise<void> {
    const process = this.#running.get(name);
    this.#running.delete(name);
    await process?.end('SIGKILL');
  }

  /** Where a session sends its requests: always to the same process, unless that is down. */
  urlOf(session: string): string {
    const number = [...session].reduce((sum, letter) => sum + letter.charCodeAt(0), 0) % this.deciders.length;
    const order = [...this.deciders.slice(number), ...this.deciders.slice(0, number)];
    return this.deployment.urlOf(order.find((name) => this.#running.has(name)) ?? order[0]);
  }

  /** Ends everything, and removes all state. */
  async remove(): Promise<void> {
    await Promise.all([...this.#running.keys()].map((name) => this.kill(name)));
    await this.nats[Symbol.asyncDispose]();
    this.deployment.remove();
  }
}
