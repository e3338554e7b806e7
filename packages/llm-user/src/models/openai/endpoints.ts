import { InvalidOptionError } from '@ialp/core';
import { LanguageModelError } from '../../errors.js';
import { readAddress, type Server } from '../http/server.js';

/** A server and how it is doing. */
interface Endpoint {
  readonly server: Server;
  running: number;
  /** On the clock of `now`; until then it is left alone. */
  deadUntil: number;
}

const FORM = { option: 'baseUrls', example: 'http://127.0.0.1:8080/v1' };

/** Several servers of one model: calls go where the fewest are under way; one that is dead is left alone for a while. */
export class Endpoints {
  readonly #endpoints: readonly Endpoint[];
  readonly #retryDeadAfterMs: number;
  readonly #now: () => number;
  #turn = 0;

  /** @param now a clock in milliseconds. */
  constructor(baseUrls: readonly string[], retryDeadAfterMs: number, now: () => number) {
    if (baseUrls.length === 0) throw new InvalidOptionError('baseUrls', baseUrls, 'at least one address');
    this.#endpoints = baseUrls.map((url) => ({ server: readAddress(url, FORM), running: 0, deadUntil: 0 }));
    this.#retryDeadAfterMs = retryDeadAfterMs;
    this.#now = now;
  }

  /**
   * Makes a call on a live server; where that proves dead, on another one.
   * @param isDead tells from an error whether the server is, rather than the request wrong.
   * @throws what the call throws; the last one's where all are dead.
   */
  async run<T>(call: (server: Server) => Promise<T>, isDead: (error: unknown) => boolean): Promise<T> {
    const tried = new Set<Endpoint>();
    let last: unknown;
    for (let endpoint = this.#next(tried); endpoint !== undefined; endpoint = this.#next(tried)) {
      tried.add(endpoint);
      endpoint.running++;
      try {
        const result = await call(endpoint.server);
        endpoint.deadUntil = 0;
        return result;
      } catch (error) {
        if (!isDead(error)) throw error;
        endpoint.deadUntil = this.#now() + this.#retryDeadAfterMs;
        last = error;
      } finally {
        endpoint.running--;
      }
    }
    throw last;
  }

  /** The live one with the fewest calls, in turn; where all are dead, the one that has been so for longest. */
  #next(tried: ReadonlySet<Endpoint>): Endpoint | undefined {
    const left = this.#endpoints.filter((endpoint) => !tried.has(endpoint));
    const now = this.#now();
    const live = left.filter(({ deadUntil }) => deadUntil <= now);
    if (live.length === 0) {
      // The others were tried just now, or a moment ago: one more try, and no more, is worth it.
      return tried.size > 0 ? undefined : left.sort((a, b) => a.deadUntil - b.deadUntil)[0];
    }
    const fewest = Math.min(...live.map(({ running }) => running));
    const candidates = live.filter(({ running }) => running === fewest);
    return candidates[this.#turn++ % candidates.length];
  }
}

/** Whether an error says that a server is down, so that another one may do. */
export function isServerDown(error: unknown): boolean {
  if (!LanguageModelError.isInstance(error)) return false;
  return (
    error.kind === 'unreachable' ||
    (error.status !== undefined && DOWN.has(error.status) && error.retryAfterMs === undefined)
  );
}

const DOWN = new Set([502, 503, 504]);
