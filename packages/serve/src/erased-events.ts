import type { ServeEvent } from './events.js';

/**
 * Finds the events that `EventLog.erase` overwrites, for drivers. An event belongs to a user or session if it names the id, if it is a
 * decision of a visit in which any decision names the id, or if it is feedback, a retraction or an activation of such a decision. As
 * these events refer to each other, a driver passes over the log three times: `findVisits` for all events, then `findDecisions`, then
 * `includes`. Erasure events stay: other processes have to see them.
 */
export interface ErasedEvents {
  /** Passes an event in the first pass. Only decisions that hold the id's text can matter. */
  findVisits(event: ServeEvent): void;
  /** Passes an event in the second pass. Only decisions can matter. */
  findDecisions(event: ServeEvent): void;
  /** Whether an event has to be erased, in the third pass. */
  includes(event: ServeEvent): boolean;
}

/** @param id id of the user or session. */
export function erasedEvents(id: string): ErasedEvents {
  const visits = new Set<number>();
  const sessions = new Set<string>([id]);
  const decisions = new Set<string>();
  return {
    findVisits(event) {
      if (event.type === 'decision' && (event.session === id || event.user === id)) visits.add(event.key);
    },
    findDecisions(event) {
      if (event.type !== 'decision' || !visits.has(event.key)) return;
      decisions.add(event.id);
      sessions.add(event.session);
    },
    includes(event) {
      switch (event.type) {
        case 'decision':
          return decisions.has(event.id);
        case 'feedback':
        case 'retraction':
        case 'activation':
          return decisions.has(event.decision);
        case 'end':
          return (
            event.session === id || (event.key === undefined ? sessions.has(event.session) : visits.has(event.key))
          );
        default:
          return false;
      }
    },
  };
}
