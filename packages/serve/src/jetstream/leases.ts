import type { KV } from '@nats-io/kv';
import type { Connection } from './connection.js';
import { isConflict } from './model-entries.js';

interface Lease {
  readonly holder: string;
  readonly ttlMs: number;
}

/**
 * Leases as keys of a KV bucket. Who writes the revision after the one it has read has the lease. Whether its time has run out is judged by the server's clock
 * alone, which also dated the claim: the clocks of the machines do not matter.
 */
export class Leases {
  readonly #connection: Connection;
  readonly #kv: KV;
  readonly #bucket: string;

  constructor(connection: Connection, kv: KV, bucket: string) {
    this.#connection = connection;
    this.#kv = kv;
    this.#bucket = bucket;
  }

  async claim(name: string, holder: string, ttlMs: number): Promise<boolean> {
    const key = keyOf(name);
    const value = JSON.stringify({ holder, ttlMs } satisfies Lease);
    try {
      const entry = await this.#kv.get(key);
      if (entry === null || entry.operation !== 'PUT') {
        await this.#kv.create(key, value);
        return true;
      }
      const found = entry.json<Lease>();
      if (found.holder !== holder && (await this.#ageOf(entry.created)) < found.ttlMs) return false;
      await this.#kv.update(key, value, entry.revision, this.#connection.requestTimeoutMs);
      return true;
    } catch (error) {
      if (isConflict(error)) return false;
      throw error;
    }
  }

  async release(name: string, holder: string): Promise<void> {
    const key = keyOf(name);
    const entry = await this.#kv.get(key);
    if (entry === null || entry.operation !== 'PUT' || entry.json<Lease>().holder !== holder) return;
    try {
      await this.#kv.delete(key, { previousSeq: entry.revision });
    } catch (error) {
      // Its time had run out, and another has it now.
      if (!isConflict(error)) throw error;
    }
  }

  /** Milliseconds since the server stored a claim, by its clock. */
  async #ageOf(created: Date): Promise<number> {
    const info = await this.#connection.jsm.streams.info(`KV_${this.#bucket}`);
    // Servers before 2.10 do not tell their time.
    const now = info.ts === undefined ? Date.now() : Date.parse(info.ts);
    return now - created.getTime();
  }
}

function keyOf(lease: string): string {
  return `lease.${lease}`;
}
