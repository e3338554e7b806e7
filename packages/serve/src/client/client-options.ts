import { ClientOptionError } from './client-option-error.js';
import type { ClientStorage } from './event-storage.js';
import type { ClientFetch } from './fetch.js';
import type { DroppedEvent } from './outbox.js';
import type { Fallback } from './slates.js';

/** Options of `createClient`. */
export interface ClientOptions {
  /** Address of the server, such as `https://recommend.example`. In a page it may be relative to the page's. */
  readonly url: string;
  /** Bearer token. In a page everyone can read it: use one of the role `feedback` alone. Default: none. */
  readonly token?: string;
  /** Ids of the items to show if the server does not choose any in time, best first; or a function that returns them for a request. */
  readonly fallback: Fallback;
  /** Items of a slate if a request names no number. Default: the server's number, and all that the fallback has. */
  readonly count?: number;
  /** How long a slate may take before the fallback is shown, in milliseconds. Default 200. */
  readonly timeoutMs?: number;
  /**
   * Whether to tell the server which slates arrived in time. Slates that came too late, and were not shown, are then not learned from. It costs one
   * more request a slate. Default false.
   */
  readonly confirmShown?: boolean;
  /** Failures in a row after which requests are no longer sent, but for probes that nobody waits for. Default 5. */
  readonly maxFailures?: number;
  /** Time to the first probe, in milliseconds; doubled after each that fails. Default 1,000. */
  readonly pauseMs?: number;
  /** Longest time to the next probe, in milliseconds. Default 60,000. */
  readonly maxPauseMs?: number;
  /** Most events that wait to be sent; beyond that, the oldest are dropped. Default 1,000. */
  readonly maxQueued?: number;
  /** Events that are older are dropped, in milliseconds. The server refuses none for its age, but counts feedback within its window only. Default 86,400,000, a day. */
  readonly maxAgeMs?: number;
  /** How long feedback may take to be accepted before it is sent again, in milliseconds. Default 10,000. */
  readonly sendTimeoutMs?: number;
  /** First time to wait before feedback is sent again, in milliseconds; doubled each time. Default 500. */
  readonly initialRetryMs?: number;
  /** Longest such time, in milliseconds. `Retry-After` of the server can ask for more, up to an hour. Default 60,000. */
  readonly maxRetryMs?: number;
  /** Where events survive a reload, such as `localStorage`. Default: nowhere. */
  readonly storage?: ClientStorage;
  /** What the keys in the storage begin with. Default `ialp.queued.`. */
  readonly storagePrefix?: string;
  /** Called with each event that is not sent any more. */
  readonly onDropped?: (dropped: DroppedEvent) => void;
  /** Called with what failed, for logs: requests, the storage, the function `fallback`. What it throws is ignored. */
  readonly onError?: (error: unknown) => void;
  /** Sends requests. Default: the global `fetch`. */
  readonly fetch?: ClientFetch;
  /** Takes work that goes on after an answer, where a runtime would end it, such as `waitUntil` of edge functions. */
  readonly waitUntil?: (work: Promise<unknown>) => void;
  /** A number from 0 to 1, for jitter. Default `Math.random`. */
  readonly random?: () => number;
}

/** Options of `createClient`, checked, with their defaults. */
export type ClientSettings = ReturnType<typeof checkClientOptions>;

const NUMBERS = {
  timeoutMs: 200,
  maxFailures: 5,
  pauseMs: 1_000,
  maxPauseMs: 60_000,
  maxQueued: 1_000,
  maxAgeMs: 86_400_000,
  sendTimeoutMs: 10_000,
  initialRetryMs: 500,
  maxRetryMs: 60_000,
};
/** The longest time that timers can wait. */
const MAX_NUMBER = 2 ** 31 - 1;

/** Checks the options of `createClient`. @throws {ClientOptionError} */
export function checkClientOptions(options: ClientOptions) {
  check('options', options, options instanceof Object, 'an object, such as { url, fallback }');
  const { token, fallback, count, confirmShown = false, storage, storagePrefix = 'ialp.queued.' } = options;
  const settings = {
    ...{ ...NUMBERS, token, fallback, count, confirmShown, storage, storagePrefix },
    url: checkUrl(options.url),
    // Looked up at each call, so that it can be replaced, as tools that trace requests do.
    fetch: options.fetch ?? ((url, init) => globalThis.fetch(url, init)),
    onDropped: quiet(options.onDropped),
    onError: quiet(options.onError),
    waitUntil: quiet(options.waitUntil),
    random: options.random ?? Math.random,
  } satisfies Record<keyof ClientOptions, unknown> & Required<Omit<ClientOptions, 'token' | 'count' | 'storage'>>;
  const names = Object.keys(settings);
  for (const name of Object.keys(options))
    check(name, options[name as keyof ClientOptions], names.includes(name), `one of ${names}`);
  for (const name of ['fetch', 'onDropped', 'onError', 'waitUntil', 'random'] as const) {
    const value = options[name] ?? quiet;
    check(name, value, typeof value === 'function', 'a function');
  }
  for (const name of Object.keys(NUMBERS) as (keyof typeof NUMBERS)[]) {
    settings[name] = options[name] ?? NUMBERS[name];
    checkInteger(name, settings[name]);
  }
  checkInteger('count', count ?? 1);
  check('token', 'another one', /^[!-~]+$/.test(token ?? '-'), 'ASCII without blanks');
  const isFallback = Array.isArray(fallback) ? fallback.every(isText) : typeof fallback === 'function';
  check('fallback', fallback, isFallback, 'a list of item ids, or a function');
  check('confirmShown', confirmShown, typeof confirmShown === 'boolean', 'true or false');
  const isStorage = storage === undefined || typeof storage?.setItem === 'function';
  check('storage', storage, isStorage, 'a storage like localStorage');
  check('storagePrefix', storagePrefix, isText(storagePrefix), 'a text');
  return settings;
}

/** @throws {ClientOptionError} unless the option is valid. */
function check(option: string, value: unknown, isValid: boolean, expected: string): void {
  if (!isValid) throw new ClientOptionError(option, value, expected);
}

function checkInteger(name: string, value: unknown): void {
  const isValid = Number.isInteger(value) && (value as number) >= 1 && (value as number) <= MAX_NUMBER;
  check(name, value, isValid, `an integer from 1 to ${MAX_NUMBER}`);
}

function isText(value: unknown): boolean {
  return typeof value === 'string' && value !== '';
}

/** The address without a slash at its end. */
function checkUrl(value: unknown): string {
  const base = (globalThis as { readonly location?: { readonly href: string } }).location?.href;
  try {
    const url = new URL(value as string, base);
    if (/^https?:/.test(url.href) && url.href === url.origin + url.pathname) return url.href.replace(/\/+$/, '');
  } catch {
    // Below.
  }
  throw new ClientOptionError('url', value, 'an address with http or https, without a user, a query or a fragment');
}

/** A callback whose faults do not spread. */
function quiet<Value>(callback?: (value: Value) => void): (value: Value) => void {
  return (value) => {
    try {
      callback?.(value);
    } catch {
      // The shop's own code for logs must not break the shop.
    }
  };
}
