import { parseJson } from './parse-json.js';
import { isQueuedEvent, type QueuedEvent } from './queued-event.js';

/** Where queued events survive a reload of the page: `localStorage`, or anything with the same methods. */
export interface ClientStorage {
  readonly length: number;
  key(index: number): string | null;
  getItem(key: string): string | null;
  setItem(key: string, value: string): void;
  removeItem(key: string): void;
}

/**
 * Events in a storage, one a key, so that the pages of a browser that share it do not overwrite each other's. An event that two pages send counts
 * once: it has an id. A storage that fails, such as a full one, costs no more than the events that it would have saved.
 */
export class EventStorage {
  readonly #storage: ClientStorage | undefined;
  readonly #prefix: string;
  readonly #onError: (error: unknown) => void;

  constructor(storage: ClientStorage | undefined, prefix: string, onError: (error: unknown) => void) {
    this.#storage = storage;
    this.#prefix = prefix;
    this.#onError = onError;
  }

  /** The stored events, oldest first. Others under the prefix are removed. */
  load(): QueuedEvent[] {
    const events: QueuedEvent[] = [];
    this.#attempt((storage) => {
      const keys = Array.from({ length: storage.length }, (_, index) => storage.key(index));
      for (const key of keys) {
        if (key?.startsWith(this.#prefix) !== true) continue;
        const event = parseJson(storage.getItem(key));
        if (isQueuedEvent(event) && key === this.#prefix + event.id && event.queuedAt > 0) events.push(event);
        else storage.removeItem(key);
      }
    });
    return events.sort((a, b) => a.queuedAt - b.queuedAt);
  }

  /** Stores an event. Returns whether it is stored. */
  add(event: QueuedEvent): boolean {
    return this.#attempt((storage) => storage.setItem(this.#prefix + event.id, JSON.stringify(event)));
  }

  remove({ id }: QueuedEvent): void {
    this.#attempt((storage) => storage.removeItem(this.#prefix + id));
  }

  #attempt(action: (storage: ClientStorage) => void): boolean {
    if (this.#storage === undefined) return false;
    try {
      action(this.#storage);
      return true;
    } catch (error) {
      this.#onError(error);
      return false;
    }
  }
}
