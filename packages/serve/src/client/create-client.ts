import { CircuitBreaker } from './circuit-breaker.js';
import { type ClientOptions, checkClientOptions } from './client-options.js';
import { EventStorage } from './event-storage.js';
import { type Answer, exchange, isTransient } from './fetch.js';
import { Outbox } from './outbox.js';
import { isPage, onPageHidden } from './page.js';
import { isQueuedEvent, type QueuedEvent, requestOf } from './queued-event.js';
import {
  type ClientRecommendRequest,
  type FallbackReason,
  type FallbackSlate,
  fallbackIds,
  readSlate,
  type Slate,
} from './slates.js';

/** A reward for a decision. */
export interface ClientFeedback {
  /** Id of the decision. Undefined, as it is of a fallback: the feedback is not sent. */
  readonly decision: string | undefined;
  /** Id of the item that the reward is for. Absent: the only item, or the slate as a whole. */
  readonly item?: string;
  readonly reward: number;
  /** When it happened, in milliseconds since 1970, by the clock of this page or app, which may be wrong: its age is sent. Default: now. */
  readonly at?: number;
}

/** A client of a server of `@ialp/serve`. No method throws or rejects because of the server. */
export interface RecommendClient {
  /** A slate of the server, or within the time limit the fallback. */
  recommend(request: ClientRecommendRequest): Promise<Slate>;
  /** Queues a reward, and sends it in the background until the server has it. Returns the id of the feedback. */
  feedback(feedback: ClientFeedback): string;
  /** Queues the message that the slate of a deferred decision was shown. Undefined, as the decision of a fallback is: does nothing. */
  activate(decision: string | undefined): void;
  /** Queues the message that the user has left. */
  endSession(session: string): void;
  /** Number of queued events that the server does not have yet. */
  readonly queued: number;
  /** Sends what is queued now. Resolves to whether all was sent: false as soon as an attempt has failed. */
  flush(): Promise<boolean>;
  /**
   * Sends what is queued once more, for `sendTimeoutMs` at most, and stops. What remains stays in the storage, or is dropped without one. Slates
   * are fallbacks from then on.
   */
  close(): Promise<void>;
}

/**
 * Creates a client that cannot hurt the shop: slates come in time, from the server or from the fallback; feedback is queued, sent later, and
 * counted once. Runs in browsers, Node and edge functions, and imports nothing.
 *
 * ```ts
 * const client = createClient({ url: 'http://localhost:8080', fallback: ['bestseller', 'runner-up'] });
 * const { decision, items } = await client.recommend({ session: 'a81b', count: 2 });
 * client.feedback({ decision, item: items[0].id, reward: 1 });
 * ```
 * @throws {ClientOptionError} for an invalid option.
 */
export function createClient(options: ClientOptions): RecommendClient {
  const settings = checkClientOptions(options);
  const { url, token, timeoutMs, sendTimeoutMs, fallback, confirmShown, onError, waitUntil } = settings;
  const breaker = new CircuitBreaker(settings);
  const hasPage = isPage();
  let isClosed = false;

  const post = (path: string, json: string, limitMs: number, isKept: boolean) => {
    const headers = { 'Content-Type': 'application/json', ...(token && { Authorization: `Bearer ${token}` }) };
    const init = { method: 'POST', headers, body: json, keepalive: isKept };
    return exchange(settings.fetch, url + path, init, limitMs);
  };
  const send = (event: QueuedEvent): Promise<Answer | undefined> => {
    const { path, json = '' } = requestOf(event);
    return post(path, json, sendTimeoutMs, hasPage);
  };

  const storage = new EventStorage(settings.storage, settings.storagePrefix, onError);
  const outbox = new Outbox({ ...settings, storage, send });
  let lastQueuedAt = 0;
  const enqueue = (event: DistributiveOmit<QueuedEvent, 'id' | 'queuedAt'>): string => {
    const id = newId();
    lastQueuedAt = Math.max(Date.now(), lastQueuedAt + 0.001);
    const queued = { ...event, id, queuedAt: lastQueuedAt } as QueuedEvent;
    if (isQueuedEvent(queued)) outbox.add(queued);
    else settings.onDropped({ event: queued, reason: 'refused', status: undefined });
    return id;
  };

  const stopListening = onPageHidden(() => outbox.sendLast());

  const withFallback = (request: ClientRecommendRequest, reason: FallbackReason, status?: number): FallbackSlate => {
    let items: FallbackSlate['items'] = [];
    try {
      items = fallbackIds(fallback, request, request.count ?? settings.count);
    } catch (error) {
      onError(error);
    }
    return { isFallback: true, decision: undefined, items, reason, status };
  };

  /** Asks the server, and tells the breaker how it went. */
  const ask = async (request: ClientRecommendRequest, passage: 'send' | 'probe'): Promise<Slate> => {
    const isDeferred = passage === 'probe' || confirmShown;
    let json: string;
    try {
      json = JSON.stringify({ count: settings.count, ...request, ...(isDeferred && { deferActivation: true }) });
    } catch (error) {
      onError(error);
      return withFallback(request, 'refused');
    }
    try {
      const answer = await post('/v1/recommend', json, timeoutMs, false);
      const { status, retryAfterMs } = answer ?? {};
      const slate = status === 200 ? readSlate(answer!.text) : undefined;
      if (slate === undefined && (status === undefined || status < 400 || isTransient(status))) {
        breaker.fail(passage, retryAfterMs);
        return withFallback(request, status === undefined ? 'timeout' : status < 400 ? 'invalid' : 'failed', status);
      }
      breaker.succeed();
      return slate ?? withFallback(request, 'refused', status);
    } catch (error) {
      onError(error);
      breaker.fail(passage);
      return withFallback(request, 'unreachable');
    }
  };

  return {
    async recommend(request) {
      if (isClosed) return withFallback(request, 'closed');
      const passage = breaker.enter();
      if (passage === 'send') {
        const slate = await ask(request, passage);
        const isToConfirm = confirmShown && request?.deferActivation !== true;
        if (isToConfirm && !slate.isFallback) enqueue({ kind: 'activation', decision: slate.decision });
        return slate;
      }
      // The slate of a probe is not shown; deferred, it is not learned from either.
      if (passage === 'probe') waitUntil(ask(request, passage));
      return withFallback(request, 'paused');
    },
    feedback({ decision, item, reward, at }) {
      if (decision === undefined) return newId();
      return enqueue({ kind: 'feedback', decision, item, reward, at });
    },
    activate(decision) {
      if (decision !== undefined) enqueue({ kind: 'activation', decision });
    },
    endSession: (session) => void enqueue({ kind: 'end', session }),
    get queued() {
      return outbox.size;
    },
    flush: () => outbox.flush(),
    async close() {
      isClosed = true;
      stopListening();
      await outbox.close(sendTimeoutMs);
    },
  };
}

/** `Omit` for each member of a union. */
type DistributiveOmit<Union, Key extends PropertyKey> = Union extends unknown ? Omit<Union, Key> : never;

/** A unique id. `crypto.randomUUID` is not there in pages without HTTPS. */
function newId(): string {
  const bytes = crypto.getRandomValues(new Uint8Array(16));
  return Array.from(bytes, (byte) => byte.toString(16).padStart(2, '0')).join('');
}
