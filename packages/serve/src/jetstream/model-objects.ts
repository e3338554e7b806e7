import type { ObjectStore } from '@nats-io/obj';
import { type Connection, withLimit } from './connection.js';
import { infoOf } from './stream.js';

/** Models as objects of a bucket of NATS's object store. */
export class ModelObjects {
  readonly #connection: Connection;
  readonly #objects: ObjectStore;
  readonly #bucket: string;

  constructor(connection: Connection, objects: ObjectStore, bucket: string) {
    this.#connection = connection;
    this.#objects = objects;
    this.#bucket = bucket;
  }

  async write(object: string, bytes: Uint8Array): Promise<void> {
    // The client keeps the bytes until it has sent them; the caller may change them.
    await this.#objects.putBlob({ name: object }, Uint8Array.from(bytes), {
      timeout: this.#connection.requestTimeoutMs,
    });
  }

  /** The bytes of an object; undefined if it is missing or damaged. Rejects if NATS does not answer. */
  async read(object: string): Promise<Uint8Array | undefined> {
    const info = await this.#objects.info(object);
    if (info === null || info.deleted) return undefined;
    // The client would wait without end for a part that is missing.
    if ((await this.#countChunks(info.nuid)) !== info.chunks) return undefined;
    const result = await this.#objects.get(object);
    if (result === null) return undefined;
    result.error.catch(() => undefined);
    const bytes = new Uint8Array(info.size);
    const reader = result.data.getReader();
    try {
      for (let filled = 0; ; ) {
        const { done, value } = await withLimit(reader.read(), this.#connection.requestTimeoutMs);
        if (done) return filled === info.size ? bytes : undefined;
        if (filled + value.length > bytes.length) return undefined;
        bytes.set(value, filled);
        filled += value.length;
      }
    } catch (error) {
      if (error instanceof Error && error.message.includes('corrupt')) return undefined;
      throw error;
    } finally {
      await reader.cancel().catch(() => undefined);
    }
  }

  /** Deletes an object, and its name: the client's own deletion would leave a marker for each version. */
  async delete(object: string): Promise<void> {
    const info = await this.#objects.info(object);
    if (info !== null) await this.#purge(`C.${info.nuid}`);
    await this.#purge(`M.${encoded(object)}`);
  }

  /** Deletes objects and parts of objects that no model refers to, and that are older: processes that were killed left them behind. */
  async deleteOrphans(referenced: ReadonlySet<string>, olderThanMs: number): Promise<void> {
    const parts = new Set(Object.keys((await this.#state(`${this.#subject}.C.>`)) ?? {}));
    for (const { name, nuid, mtime } of await this.#objects.list()) {
      parts.delete(`${this.#subject}.C.${nuid}`);
      if (!referenced.has(name) && Date.now() - Date.parse(mtime) >= olderThanMs) await this.delete(name);
    }
    const { streams } = this.#connection.jsm;
    for (const subject of parts) {
      const last = await streams.getMessage(this.#stream, { last_by_subj: subject });
      if (last !== null && Date.now() - last.time.getTime() >= olderThanMs) {
        await streams.purge(this.#stream, { filter: subject });
      }
    }
  }

  get #stream(): string {
    return `OBJ_${this.#bucket}`;
  }

  get #subject(): string {
    return `$O.${this.#bucket}`;
  }

  async #purge(subject: string): Promise<void> {
    await this.#connection.jsm.streams.purge(this.#stream, { filter: `${this.#subject}.${subject}` });
  }

  async #countChunks(nuid: string): Promise<number> {
    const subject = `${this.#subject}.C.${nuid}`;
    return (await this.#state(subject))?.[subject] ?? 0;
  }

  /** The number of messages of each subject that a filter selects. */
  async #state(filter: string): Promise<Readonly<Record<string, number>> | undefined> {
    return (await infoOf(this.#connection, this.#stream, filter))?.state.subjects;
  }
}

/** A name as the object store writes it into a subject: base64 for URLs, with padding. */
function encoded(name: string): string {
  return Buffer.from(name).toString('base64').replaceAll('+', '-').replaceAll('/', '_');
}
