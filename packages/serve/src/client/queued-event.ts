/** Something to tell the server later. */
export type QueuedEvent = QueuedFeedback | QueuedActivation | QueuedEnd;

interface Queued {
  /** Unique id, by which the server recognises feedback that it has already. */
  readonly id: string;
  /** When it was queued, in milliseconds since 1970. Later events have greater numbers. */
  readonly queuedAt: number;
}

/** A reward. */
export interface QueuedFeedback extends Queued {
  readonly kind: 'feedback';
  readonly decision: string;
  readonly item?: string | undefined;
  readonly reward: number;
  /** When it happened by the clock of the page, if the caller said so. */
  readonly at?: number | undefined;
}

/** The slate of a deferred decision was shown. */
export interface QueuedActivation extends Queued {
  readonly kind: 'activation';
  readonly decision: string;
}

/** The user has left. */
export interface QueuedEnd extends Queued {
  readonly kind: 'end';
  readonly session: string;
}

/** Feedback older than this is sent with its age. A time would be by the clock of the page, which may be wrong by days. */
const FRESH_MS = 1_000;

/** Path and body of the request that tells an event. */
export function requestOf(event: QueuedEvent): { readonly path: string; readonly json?: string } {
  if (event.kind === 'end') return { path: `/v1/sessions/${encodeURIComponent(event.session)}/end` };
  if (event.kind === 'activation') return { path: `/v1/decisions/${encodeURIComponent(event.decision)}/activate` };
  const { id, decision, item, reward, queuedAt } = event;
  const age = Date.now() - (event.at ?? queuedAt);
  const ageMs = age > FRESH_MS ? Math.floor(age) : undefined;
  return { path: '/v1/feedback', json: JSON.stringify({ id, decision, item, reward, ageMs }) };
}

/**
 * Whether a value is an event that can be sent: not if an id is no text that a URL can hold, or a number no JSON. What else may be wrong with it,
 * the server says.
 */
export function isQueuedEvent(value: unknown): value is QueuedEvent {
  try {
    requestOf(value as QueuedEvent);
    return true;
  } catch {
    return false;
  }
}
