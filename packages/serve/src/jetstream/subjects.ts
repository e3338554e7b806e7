import { createHash } from 'node:crypto';
import type { ServeEvent } from '../events.js';

/**
 * Subjects of a stream's messages. The ids in an event, which may be any text, are hashed into a limited number of buckets, so that `erase` finds
 * what belongs to a user or session without reading the whole stream, and the server's index of subjects stays small. The user's and the session's
 * bucket stand in one subject: their product is the number of subjects.
 */
const OWNER_BUCKETS = 64;
const DECISION_BUCKETS = 1_024;

/** The subject that records what was erased. */
export const ERASED = 'erased';

/** All subjects of a stream, as its configuration names them. */
export function allSubjects(stream: string): string[] {
  return [`${stream}.>`];
}

/** The subject of an event. */
export function subjectOf(stream: string, event: ServeEvent): string {
  switch (event.type) {
    case 'decision': {
      const user = event.user === undefined ? '-' : bucketOf(event.user, OWNER_BUCKETS);
      return `${stream}.decision.${bucketOf(event.session, OWNER_BUCKETS)}.${user}`;
    }
    case 'end':
      return `${stream}.end.${bucketOf(event.session, OWNER_BUCKETS)}`;
    case 'feedback':
    case 'retraction':
    case 'activation':
      return `${stream}.outcome.${bucketOf(event.decision, DECISION_BUCKETS)}`;
    default:
      return `${stream}.${event.type}`;
  }
}

/** Subjects that hold all decisions that name a user or session. */
export function subjectsOfOwner(stream: string, id: string): string[] {
  const bucket = bucketOf(id, OWNER_BUCKETS);
  return [`${stream}.decision.${bucket}.*`, `${stream}.decision.*.${bucket}`];
}

/** Subjects that hold all decisions and ends of a session. */
export function subjectsOfSession(stream: string, session: string): string[] {
  const bucket = bucketOf(session, OWNER_BUCKETS);
  return [`${stream}.decision.${bucket}.*`, `${stream}.end.${bucket}`];
}

/** Subjects that hold all feedback, retractions and activations of decisions. */
export function subjectsOfOutcomes(stream: string, decisions: Iterable<string>): string[] {
  return [
    ...new Set([...decisions].map((decision) => `${stream}.outcome.${bucketOf(decision, DECISION_BUCKETS)}`)),
  ].sort();
}

function bucketOf(id: string, buckets: number): string {
  return (createHash('sha256').update(id).digest().readUInt32BE(0) % buckets).toString(36);
}
