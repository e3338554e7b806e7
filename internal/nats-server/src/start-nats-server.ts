import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, readdir, readFile, rm } from 'node:fs/promises';
import { createConnection } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { findNatsServer, NO_NATS_SERVER } from './find-nats-server.js';

/** Options of `startNatsServer`. */
export interface NatsServerOptions {
  /** Folder of JetStream's files; survives. Default: a folder of its own, which is removed when the server is disposed of. */
  readonly storeDir?: string;
  /** Port on 127.0.0.1. Default: a free one. */
  readonly port?: number;
}

/** A running nats-server with JetStream and file storage. */
export interface NatsServer extends AsyncDisposable {
  /** For example `nats://127.0.0.1:41222`; the same after `restart`. */
  readonly url: string;
  /** Of the running process, or the last one. */
  readonly pid: number;
  readonly storeDir: string;
  /** Sends the signal and waits for the process to end. The files stay. Default SIGTERM. */
  stop(signal?: NodeJS.Signals): Promise<void>;
  /** Starts it again on the same port and files, after stopping it if it runs. */
  restart(): Promise<void>;
  /** Kills it and removes the folder of its own. */
  [Symbol.asyncDispose](): Promise<void>;
}

/** A start that takes longer failed. Far above what it takes: a busy machine must not fail a test. */
const START_LIMIT_MS = 60_000;
const POLL_MS = 20;

/**
 * Starts a real nats-server on 127.0.0.1 and resolves once it accepts connections. It is killed when this process exits.
 * @throws if there is no nats-server, or it does not start; the message has what it printed.
 */
export async function startNatsServer(options: NatsServerOptions = {}): Promise<NatsServer> {
  const binary = await findNatsServer();
  if (binary === undefined) throw new Error(`startNatsServer: ${NO_NATS_SERVER}.`);
  const ownFolder = options.storeDir === undefined ? await mkdtemp(join(tmpdir(), 'ialp-nats-')) : undefined;
  const storeDir = options.storeDir ?? (ownFolder as string);
  const child = new Child(binary, storeDir);
  try {
    let port = await child.start(options.port);
    return {
      url: `nats://127.0.0.1:${port}`,
      get pid() {
        return child.pid;
      },
      storeDir,
      stop: (signal = 'SIGTERM') => child.stop(signal),
      async restart() {
        await child.stop('SIGTERM');
        port = await child.start(port);
      },
      async [Symbol.asyncDispose]() {
        await child.stop('SIGKILL');
        if (ownFolder !== undefined) await rm(ownFolder, { recursive: true, force: true });
      },
    };
  } catch (error) {
    if (ownFolder !== undefined) await rm(ownFolder, { recursive: true, force: true });
    throw error;
  }
}

/** The process, one after another. */
class Child {
  pid = 0;
  readonly #binary: string;
  readonly #storeDir: string;
  #process: ChildProcess | undefined;
  readonly #onExit = (): void => void this.#process?.kill('SIGKILL');

  constructor(binary: string, storeDir: string) {
    this.#binary = binary;
    this.#storeDir = storeDir;
  }

  /** @returns the port; a named one that is taken for the moment is tried again. */
  async start(port?: number): Promise<number> {
    const end = Date.now() + START_LIMIT_MS;
    for (;;) {
      try {
        return await this.#startOnce(port, end);
      } catch (error) {
        const isTaken = /address already in use/.test(String(error));
        if (port === undefined || !isTaken || Date.now() > end) throw error;
        await sleep(POLL_MS);
      }
    }
  }

  async stop(signal: NodeJS.Signals): Promise<void> {
    const running = this.#process;
    if (running === undefined) return;
    this.#process = undefined;
    process.off('exit', this.#onExit);
    if (running.exitCode !== null || running.signalCode !== null) return;
    const ended = once(running, 'exit');
    running.kill(signal);
    await ended;
  }

  async #startOnce(port: number | undefined, end: number): Promise<number> {
    const portsFolder = await mkdtemp(join(tmpdir(), 'ialp-nats-ports-'));
    // Port -1: the server takes a free one and writes it into a file, so that nobody else can take it in between.
    const args = ['-a', '127.0.0.1', '-p', String(port ?? -1), '-js', '-sd', this.#storeDir];
    const running = spawn(this.#binary, [...args, '--ports_file_dir', portsFolder], {
      stdio: ['ignore', 'ignore', 'pipe'],
    });
    this.#process = running;
    process.on('exit', this.#onExit);
    let printed = '';
    running.stderr?.on('data', (bytes: Buffer) => {
      printed = (printed + bytes.toString()).slice(-4000);
    });
    let fault: Error | undefined;
    running.on('error', (error) => {
      fault = error;
    });
    try {
      while (Date.now() < end) {
        if (fault !== undefined) throw fault;
        if (running.exitCode !== null || running.signalCode !== null)
          throw new Error(`${this.#binary} ended before it accepted connections. It printed:\n${printed}`);
        const found = await writtenPort(portsFolder);
        if (found !== undefined && (await accepts(found))) {
          this.pid = running.pid as number;
          return found;
        }
        await sleep(POLL_MS);
      }
      throw new Error(`${this.#binary} accepted no connections for ${START_LIMIT_MS} ms. It printed:\n${printed}`);
    } catch (error) {
      await this.stop('SIGKILL');
      throw error;
    } finally {
      await rm(portsFolder, { recursive: true, force: true });
    }
  }
}

/** The port in the file that the server writes, once it is complete. */
async function writtenPort(folder: string): Promise<number | undefined> {
  for (const name of await readdir(folder)) {
    try {
      const { nats } = JSON.parse(await readFile(join(folder, name), 'utf8')) as { readonly nats: readonly string[] };
      return Number(new URL(nats[0]).port);
    } catch {
      return undefined;
    }
  }
  return undefined;
}

function accepts(port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = createConnection({ host: '127.0.0.1', port });
    socket.once('data', () => {
      socket.destroy();
      resolve(true);
    });
    socket.once('error', () => resolve(false));
    socket.once('close', () => resolve(false));
  });
}
