import type { ActivationEvent, FeedbackEvent, RetractionEvent } from '../events.js';

/** An event about a decision. */
export type AboutDecision = FeedbackEvent | RetractionEvent | ActivationEvent;

/** Most events that are held. */
const MAX_EVENTS = 100_000;

/**
 * Events about decisions that are not known yet: another process has logged the decision, and its event is read later than this one. They are
 * held for a feedback window.
 */
export class EarlyEvents {
  readonly #windowMs: number;
  /** In order of arrival. */
  readonly #held = new Set<AboutDecision>();
  readonly #decisions = new Map<string, AboutDecision[]>();

  constructor(windowMs: number) {
    this.#windowMs = windowMs;
  }

  /** All that are held, in order of arrival. */
  get all(): readonly AboutDecision[] {
    return [...this.#held];
  }

  /** Holds an event. Returns whether it was held: not if it is held already, or if there are too many. */
  hold(event: AboutDecision): boolean {
    const others = this.#decisions.get(event.decision) ?? [];
    if (this.#held.size >= MAX_EVENTS || others.some((other) => isSame(other, event))) return false;
    this.#held.add(event);
    this.#decisions.set(event.decision, [...others, event]);
    return true;
  }

  /** The events of a decision that is known now; they are not held any longer. */
  take(decision: string): readonly AboutDecision[] {
    const events = this.#decisions.get(decision) ?? [];
    this.#decisions.delete(decision);
    for (const event of events) this.#held.delete(event);
    return events;
  }

  /** Forgets events whose time has run out. Returns how many of them were feedback that no decision was found for. */
  expire(now: number): number {
    let unmatched = 0;
    for (const event of this.#held) {
      if (event.at + this.#windowMs > now) break;
      this.#held.delete(event);
      if (event.type === 'feedback') unmatched++;
      const others = this.#decisions.get(event.decision)!.filter((other) => other !== event);
      if (others.length === 0) this.#decisions.delete(event.decision);
      else this.#decisions.set(event.decision, others);
    }
    return unmatched;
  }
}

function isSame(a: AboutDecision, b: AboutDecision): boolean {
  return a.type === b.type && ('id' in a && 'id' in b ? a.id === b.id : true);
}
