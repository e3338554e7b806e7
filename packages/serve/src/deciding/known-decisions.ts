import { InvalidOptionError } from '@ialp/core';
import type { DecisionIds } from '../deployment/decision-ids.js';
import type { DeploymentState } from '../deployment/deployment-state.js';
import { RequestError } from '../errors.js';
import type { DecisionEvent } from '../events.js';
import type { RecommendRequest } from '../recommender.js';
import type { EventWriter } from './event-writer.js';
import type { Follower } from './follower.js';
import { LIMITS } from './requests.js';

/** The decisions of a deployment that requests may name. */
export class KnownDecisions {
  readonly #state: DeploymentState;
  readonly #writer: EventWriter;
  readonly #ids: DecisionIds;

  constructor({ state, writer }: Pick<Follower, 'state' | 'writer'>, ids: DecisionIds) {
    this.#state = state;
    this.#writer = writer;
    this.#ids = ids;
  }

  /** The decision that a request asks for again. @throws {InvalidOptionError} if it is another session's, or its window has closed. */
  earlier(
    { decision, session }: Pick<RecommendRequest, 'decision' | 'session'>,
    isObserved: boolean,
  ): DecisionEvent | undefined {
    if (decision === undefined) return undefined;
    const { decisions, closed } = this.#state;
    const event = decisions.get(decision)?.event;
    if (event?.session === session && (event.observed !== undefined) === isObserved) return event;
    if (event === undefined && !closed.has(decision)) return undefined;
    throw new InvalidOptionError('decision', decision, 'an id that no other decision has');
  }

  /** @throws {RequestError} for one more reward of a decision that has as many as it may have: all are added up whenever one comes. */
  checkRewards(decision: string, feedback: string): void {
    const rewards = this.#state.decisions.get(decision)?.rewards;
    if (rewards === undefined || rewards.size < LIMITS.rewards || rewards.has(feedback)) return;
    throw new RequestError(
      'limit',
      `decision: expected at most ${LIMITS.rewards.toLocaleString('en')} rewards of one decision; it has ${rewards.size.toLocaleString('en')}. Add up what you report.`,
    );
  }

  /** @throws {RequestError} for an unknown decision; {InvalidOptionError} for an item that it did not show. */
  check(decision: string, item: string | undefined): void {
    const open = this.#state.decisions.get(decision);
    if (open !== undefined && item !== undefined && !open.event.items.includes(item)) {
      throw new InvalidOptionError(
        'item',
        item,
        `an item that the decision showed: ${open.event.items.slice(0, 10).join(', ')}`,
      );
    }
    const isKnown = open !== undefined || this.#state.closed.has(decision) || this.#ids.timeOf(decision) !== undefined;
    if (isKnown && !this.#writer.isUnlogged(decision)) return;
    const reason = isKnown
      ? 'it could not be logged, so that nothing can be learned from it'
      : 'no decision has this id';
    throw new RequestError('unknown-decision', `decision: expected the id of a decision that was made; ${reason}.`);
  }
}
