/** A client of a server: the exports of `@ialp/serve/client`. Imports nothing; runs in browsers, Node and edge functions. */
export { ClientOptionError } from './client-option-error.js';
export type { ClientOptions } from './client-options.js';
export { type ClientFeedback, createClient, type RecommendClient } from './create-client.js';
export type { ClientStorage } from './event-storage.js';
export type { ClientFetch, ClientRequestInit, ClientResponse } from './fetch.js';
export type { DroppedEvent, DropReason } from './outbox.js';
export type { QueuedActivation, QueuedEnd, QueuedEvent, QueuedFeedback } from './queued-event.js';
export type {
  ClientRecommendRequest,
  Fallback,
  FallbackReason,
  FallbackSlate,
  ServedSlate,
  Slate,
} from './slates.js';
