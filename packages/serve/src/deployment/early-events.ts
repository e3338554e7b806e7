import type { ActivationEvent, FeedbackEvent, RetractionEvent } from '../events.js';
import { Deadlines } from './deadlines.js';

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
  /** When each is forgotten, also of those that are not held any longer. */
  readonly #ends = new Deadlines<AboutDecision>((event) => this.#held.has(event));

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
    others.push(event);
    this.#decisions.set(event.decision, others);
    this.#ends.add(event, event.at + this.#windowMs);
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
    for (let event = this.#ends.due(now); event !== undefined; event = this.#ends.due(now)) {
      this.#ends.shift();
      if (!this.#held.delete(event)) continue;
      if (event.type === 'feedback') unmatched++;
      const { decision } = event;
      const others = this.#decisions.get(decision)!.filter((other) => other !== event);
      if (others.length === 0) this.#decisions.delete(decision);
      else this.#decisions.set(decision, others);
    }
    return unmatched;
  }
}

function isSame(a: AboutDecision, b: AboutDecision): boolean {
  return a.type === b.type && ('id' in a && 'id' in b ? a.id === b.id : true);
}
