import { setTimeout as sleep } from 'node:timers/promises';
import { createRandom, type Random } from '@ialp/core';

/** A decision that was answered. */
export interface AnsweredDecision {
  readonly decision: string;
  readonly session: string;
  readonly items: readonly { readonly id: string; readonly propensity: number }[];
  readonly policy: number;
  readonly logged: boolean;
}

/** Feedback that was acknowledged. */
export interface AcknowledgedFeedback {
  readonly id: string;
  readonly decision: string;
  readonly reward: number;
}

/** Options of a load. */
export interface LoadOptions {
  /** Where to send the next request of a session. */
  readonly urlOf: (session: string) => string;
  /** Sessions at the same time. */
  readonly sessions: number;
  readonly seed: number;
  /** Items of a slate. */
  readonly count: number;
  /** Share of the visits that the user ends; the others become idle. Default 0.8. */
  readonly endShare?: number;
}

const RETRY_MS = 30;
/** Pause between the requests of a session, at most. */
const PAUSE_MS = 150;
const FEEDBACK_DELAY_MS = 400;
const MAX_TURNS = 8;
const END_SHARE = 0.8;
const FEEDBACK_SHARE = 0.6;
/** Share of the feedback that is sent twice. */
const REPEAT_SHARE = 0.1;
const REWARDS = [1, 0.5, 0.25, -0.125] as const;
/** A request without an answer for so long is sent again. */
const TIMEOUT_MS = 10_000;

/** Users over HTTP that send each request until it is answered, and remember the answers. */
export class RecordedLoad {
  readonly decisions = new Map<string, AnsweredDecision>();
  readonly feedback = new Map<string, AcknowledgedFeedback>();
  /** Sessions whose end was acknowledged. */
  readonly ends: string[] = [];
  /** Answers other than success, by status. */
  readonly refused = new Map<number, number>();
  readonly #options: LoadOptions;
  readonly #loops: Promise<void>[];
  #isEnding = false;
  #isStopped = false;
  #feedbackCount = 0;

  constructor(options: LoadOptions) {
    this.#options = options;
    const random = createRandom(options.seed);
    this.#loops = Array.from({ length: options.sessions }, (_, k) => this.#loop(k, random.fork(k)));
    // They are awaited in `end`.
    for (const loop of this.#loops) loop.catch(() => {});
  }

  /** Lets the visits end, and waits until all their requests were answered. */
  async end(): Promise<void> {
    this.#isEnding = true;
    await Promise.all(this.#loops);
  }

  /** Ends at once, as after a test that has failed. */
  stop(): void {
    this.#isEnding = true;
    this.#isStopped = true;
  }

  async #loop(number: number, random: Random): Promise<void> {
    for (let visit = 0; !this.#isEnding; visit++) await this.#visit(`s${number}-${visit}`, random);
  }

  async #visit(session: string, random: Random): Promise<void> {
    const turns = 1 + random.integer(MAX_TURNS);
    const given: Promise<void>[] = [];
    for (let turn = 0; turn < turns && !this.#isEnding; turn++) {
      const answer = await this.#send(session, '/v1/recommend', { session, count: this.#options.count });
      const decision = { ...(answer as Omit<AnsweredDecision, 'session'>), session };
      this.decisions.set(decision.decision, decision);
      if (decision.logged && random.uniform() < FEEDBACK_SHARE) {
        const giving = this.#give(decision, random);
        giving.catch(() => {});
        given.push(giving);
      }
      await sleep(random.integer(PAUSE_MS));
    }
    await Promise.all(given);
    if (random.uniform() >= (this.#options.endShare ?? END_SHARE)) return;
    await this.#send(session, `/v1/sessions/${session}/end`);
    this.ends.push(session);
  }

  /** Gives feedback to one item, a while after the decision. */
  async #give({ decision, session, items }: AnsweredDecision, random: Random): Promise<void> {
    const id = `f${this.#feedbackCount++}`;
    const reward = REWARDS[random.integer(REWARDS.length)]!;
    const item = items[random.integer(items.length)]!.id;
    const isRepeated = random.uniform() < REPEAT_SHARE;
    await sleep(random.integer(FEEDBACK_DELAY_MS));
    for (let time = 0; time < (isRepeated ? 2 : 1); time++) {
      await this.#send(session, '/v1/feedback', { decision, item, reward, id });
      this.feedback.set(id, { id, decision, reward });
    }
  }

  /** Sends a request until it is answered with success. */
  async #send(session: string, path: string, body?: object): Promise<unknown> {
    for (;;) {
      if (this.#isStopped) throw new UnexpectedAnswer(`${path}: the load was stopped.`);
      try {
        const response = await fetch(`${this.#options.urlOf(session)}${path}`, {
          method: 'POST',
          signal: AbortSignal.timeout(TIMEOUT_MS),
          ...(body !== undefined && { body: JSON.stringify(body), headers: { 'content-type': 'application/json' } }),
        });
        const text = await response.text();
        if (response.ok) return text === '' ? undefined : JSON.parse(text);
        this.refused.set(response.status, (this.refused.get(response.status) ?? 0) + 1);
        if (response.status !== 503) throw new UnexpectedAnswer(`${path}: ${response.status} ${text}`);
      } catch (error) {
        if (error instanceof UnexpectedAnswer) throw error;
      }
      await sleep(RETRY_MS);
    }
  }
}

class UnexpectedAnswer extends Error {}
