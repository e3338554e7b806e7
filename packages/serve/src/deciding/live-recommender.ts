import { randomUUID } from 'node:crypto';
import { countAllowed, type Observation } from '@ialp/core';
import type { ActionDistribution, Policy } from '@ialp/policy';
import { createDecisionIds, type DecisionIds } from '../deployment/decision-ids.js';
import type { Visit } from '../deployment/visit.js';
import { RequestError } from '../errors.js';
import type { DecisionEvent, ServedItem, ServeEvent } from '../events.js';
import type {
  FeedbackRequest,
  Mode,
  Observed,
  ObserveRequest,
  Recommendation,
  RecommendedItem,
  Recommender,
  RecommenderStatus,
  RecommendRequest,
  RetractRequest,
} from '../recommender.js';
import { Agreement } from './agreement.js';
import { attributionOf, headOf, memoryOf, observedIn, shownIn, slateOf } from './decision-event.js';
import type { Follower } from './follower.js';
import { KnownDecisions } from './known-decisions.js';
import { type OfferedState, offeredState } from './offered-state.js';
import type { checkRecommenderOptions } from './recommender-options.js';
import {
  checkFeedbackRequest,
  checkId,
  checkItem,
  checkObserveRequest,
  checkRecommendRequest,
  checkRetractRequest,
  timeOfFeedback,
} from './requests.js';
import { statusOf } from './status.js';
import { VisitKeys } from './visit-keys.js';

type Settings = ReturnType<typeof checkRecommenderOptions>;

/** When a request came, and the visit that it belongs to: undefined if it begins one, whose key is then `key`. */
interface Moment {
  readonly at: number;
  readonly visit: Visit | undefined;
  readonly key: number;
}

/** A recommender that decides in this process. */
export class LiveRecommender implements Recommender {
  #mode: Mode;
  readonly #settings: Settings;
  readonly #follower: Follower;
  readonly #ids: DecisionIds;
  readonly #known: KnownDecisions;
  readonly #close: () => Promise<void>;
  readonly #keys = new VisitKeys();
  readonly #agreement = new Agreement();
  #isClosed = false;

  constructor(settings: Settings, follower: Follower, secret: Uint8Array, close: () => Promise<void>) {
    this.#mode = settings.mode;
    this.#settings = settings;
    this.#follower = follower;
    this.#ids = createDecisionIds(secret);
    this.#known = new KnownDecisions(follower, this.#ids);
    follower.state.timeOf = (id) => this.#ids.timeOf(id);
    this.#close = close;
  }

  get mode(): Mode {
    return this.#mode;
  }

  async recommend(request: RecommendRequest): Promise<Recommendation> {
    checkRecommendRequest(request, this.#settings.deployment.userFeatures);
    const earlier = this.#known.earlier(request, false);
    if (earlier !== undefined) return { ...shownIn(earlier), logged: !this.#follower.writer.isUnlogged(earlier.id) };
    const moment = this.#momentOf(request.session);
    const { visit, key } = moment;
    const arm = visit === undefined ? this.#drawArm() : visit.arm;
    const { observation, excluded, count } = this.#stateOf(request, moment);
    const policy = arm === 'baseline' ? this.#settings.baseline!.policy : this.#settings.deployment.learner.policy;
    this.#remember(policy, visit);
    const distribution = policy.distribution(observation);
    const action = distribution.sample(this.#settings.random, { count });
    const event: DecisionEvent = {
      ...this.#headOf(request, moment, excluded),
      ...slateOf(action, this.#follower.offer.index),
      ...(arm === 'baseline' ? { arm } : { ...attributionOf(action), ...memoryOf(policy, key) }),
      ...(request.deferActivation === true && { deferred: true }),
    };
    const probabilities =
      request.reportProbabilities === true ? this.#probabilitiesOf(distribution, observation) : undefined;
    const logged = await this.#log(event);
    return {
      ...shownIn(event),
      logged,
      ...(probabilities !== undefined && { probabilities }),
    };
  }

  async observe(request: ObserveRequest): Promise<Observed> {
    checkObserveRequest(request, this.#settings.deployment.userFeatures);
    const earlier = this.#known.earlier(request, true);
    if (earlier !== undefined) return observedIn(earlier);
    const moment = this.#momentOf(request.session);
    const state = this.#offered(request, moment, request.items.length);
    const shadow = state && this.#shadowOf(state.observation, state.count);
    const excluded = state?.excluded ?? request.exclude ?? [];
    const event: DecisionEvent = {
      ...this.#headOf(request, moment, excluded),
      items: request.items,
      propensity: request.propensity ?? request.items.map(() => null),
      observed: this.mode === 'apprentice' ? 'apprentice' : 'shadow',
      ...(shadow !== undefined && { shadow }),
    };
    if (shadow !== undefined) this.#agreement.add(shadow.items[0] === request.items[0]);
    if (this.#mode === 'apprentice' && this.#agreement.hasReached(this.#settings.agreement)) this.#mode = 'live';
    await this.#append(event);
    return observedIn(event);
  }

  async feedback(request: FeedbackRequest): Promise<void> {
    checkFeedbackRequest(request);
    const { decision, item, reward, id = randomUUID() } = request;
    const at = timeOfFeedback(request);
    this.#known.check(decision, item);
    this.#known.checkRewards(decision, id);
    await this.#follower.giveFeedback({
      ...{ type: 'feedback', id, at, decision },
      ...(item !== undefined && { item }),
      reward,
    });
  }

  async retract(request: RetractRequest): Promise<void> {
    checkRetractRequest(request);
    this.#known.check(request.decision, request.item);
    await this.#append({ type: 'retraction', id: randomUUID(), at: Date.now(), ...request });
  }

  async activate(decision: string): Promise<void> {
    checkId('decision', decision);
    this.#known.check(decision, undefined);
    await this.#append({ type: 'activation', at: Date.now(), decision });
  }

  async endSession(session: string): Promise<void> {
    checkId('session', session);
    const key = this.#follower.state.visits.get(session)?.key;
    await this.#append({ type: 'end', at: Date.now(), session, ...(key !== undefined && { key }) });
  }

  async putItem(item: ServedItem): Promise<void> {
    checkItem(item);
    this.#follower.offer.checkEmbedding(item);
    await this.#append({ type: 'item', at: Date.now(), item });
  }

  async removeItem(id: string): Promise<boolean> {
    checkId('id', id);
    if (!this.#follower.offer.items.has(id)) return false;
    await this.#append({ type: 'item-removed', at: Date.now(), id });
    return true;
  }

  items(): readonly ServedItem[] {
    return this.#follower.offer.list;
  }

  async erase(id: string): Promise<number> {
    checkId('id', id);
    const erased = await this.#settings.deployment.eventLog.erase(id);
    await this.#append({ type: 'erasure', at: Date.now(), id });
    return erased;
  }

  status(): RecommenderStatus {
    return statusOf(this.#follower, {
      mode: this.mode,
      agreement: this.#agreement.share,
    });
  }

  isReady(): boolean {
    return !this.#isClosed;
  }

  async close(): Promise<void> {
    if (this.#isClosed) return;
    this.#isClosed = true;
    await this.#close();
  }

  /** The visit that a request of a session belongs to. */
  #visitOf(session: string, at: number): Visit | undefined {
    const visit = this.#follower.state.visits.get(session);
    if (visit === undefined || visit.at + this.#settings.deployment.rules.idleTimeoutMs > at) return visit;
    this.#follower.state.advance(at);
    return this.#follower.state.visits.get(session);
  }

  /**
   * Reminds the policy of a session that it has forgotten while the session goes on, such as when a learner in this process has learned from a part of
   * it that ended where the size of its slates changed.
   */
  #remember({ sessions }: Policy, visit: Visit | undefined): void {
    if (visit?.memory === undefined || visit.arm === 'baseline' || sessions === undefined) return;
    if (sessions.memoryOf(visit.key) === undefined) sessions.remember(visit.key, visit.memory);
  }

  /** The moment at which a request of a session came. */
  #momentOf(session: string): Moment {
    const at = Date.now();
    const visit = this.#visitOf(session, at);
    return { at, visit, key: visit?.key ?? this.#keys.next() };
  }

  /** What an event says of its request and of the visit so far. */
  #headOf(
    request: RecommendRequest | ObserveRequest,
    { at, visit, key }: Moment,
    excluded: readonly string[],
  ): ReturnType<typeof headOf> {
    const id = request.decision ?? this.#ids.create(at);
    return headOf(request, visit, { id, key, at, excluded, policy: this.#follower.policyVersion });
  }

  #drawArm(): DecisionEvent['arm'] {
    const { baseline, random } = this.#settings;
    return baseline !== undefined && random.uniform() < baseline.share ? 'baseline' : undefined;
  }

  /** What the policy decides in, and how many items may be shown. @throws {RequestError} if none may. */
  #stateOf(request: RecommendRequest, moment: Moment): OfferedState {
    const state = this.#offered(request, moment, request.count ?? this.#settings.slateSize);
    if (state !== undefined) return state;
    throw new RequestError(
      'nothing-to-show',
      `No item may be shown: expected at least one of the ${this.#follower.offer.index.size} items of the catalogue to be a candidate and ` +
        'not excluded. Exclude fewer items, or name other candidates.',
    );
  }

  /** As `#stateOf`; undefined if no item may be shown. */
  #offered(
    request: RecommendRequest | ObserveRequest,
    { visit, key }: Moment,
    wanted: number,
  ): OfferedState | undefined {
    const { rules } = this.#settings.deployment;
    return offeredState(request, visit, { key, wanted, index: this.#follower.offer.index, rules });
  }

  /** Probability of each item that may be shown to be shown alone. */
  #probabilitiesOf(distribution: ActionDistribution, observation: Observation): RecommendedItem[] {
    const { index } = this.#follower.offer;
    const { items, scores } = distribution.top(countAllowed(observation, 0));
    return Array.from(items, (item, k) => ({ id: index.idOf(item), propensity: scores[k]! }));
  }

  /** What the policy would have shown. */
  #shadowOf(observation: Observation, count: number): NonNullable<DecisionEvent['shadow']> {
    const { policy } = this.#settings.deployment.learner;
    const action = policy.distribution(observation).sample(this.#settings.random, { count });
    return slateOf(action, this.#follower.offer.index);
  }

  /** Applies a decision, so that the next request of the session sees it, and logs it. Returns whether it could be logged. */
  async #log(event: DecisionEvent): Promise<boolean> {
    this.#follower.ownDecisions.add(event.id);
    this.#follower.apply(event);
    let isLogged = false;
    try {
      isLogged = await this.#follower.writer.appendDecision(event);
    } finally {
      if (!isLogged) this.#follower.ownDecisions.delete(event.id);
    }
    return isLogged;
  }

  /** Stores an event, then applies it. */
  async #append(event: ServeEvent): Promise<void> {
    await this.#follower.writer.append(event);
    this.#follower.apply(event);
  }
}
