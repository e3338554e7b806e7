/**
 * Open-loop load: decisions fall due at a constant rate, whether or not earlier ones were answered, so that a pause of the server delays all
 * requests that fall due in it. Latency counts from the time at which a request was due. A request that is due while no session is waiting
 * for its next slate begins a session.
 */
import { setImmediate as yieldToOthers } from 'node:timers/promises';
import { createRandom } from '@ialp/core';
import { Latencies, pause } from './latencies.mjs';

/** Share of items that users like, and how often they choose an item that they like, and another. */
const LIKED_SHARE = 0.1;
const CHOICE = { liked: 0.6, other: 0.02 };
/** Share of the rate with which the warm-up begins. */
const LEAST_RATE = 0.1;
/** How long to wait for answers after the last request was due. */
const LAST_ANSWERS_MS = 15_000;
/** Different failures that are reported by their messages. */
const MOST_MESSAGES = 5;

/** Sessions that wait for their next slate, first in, first out. */
class Queue {
  #places = [];
  #first = 0;

  push(session) {
    this.#places.push(session);
  }

  take() {
    if (this.#first === this.#places.length) return undefined;
    const session = this.#places[this.#first++];
    if (this.#first > 10_000) {
      this.#places = this.#places.slice(this.#first);
      this.#first = 0;
    }
    return session;
  }
}

/** Counts and times one kind of request. */
class Requests {
  #messages = new Map();
  sent = 0;
  failed = 0;
  inFlight = 0;
  latencies = new Latencies();

  /** @param due when the request should have been sent. @returns its answer; undefined if it failed. */
  async send(due, request) {
    this.sent++;
    this.inFlight++;
    try {
      return await request();
    } catch (error) {
      this.failed++;
      if (this.#messages.size < MOST_MESSAGES || this.#messages.has(error.message)) {
        this.#messages.set(error.message, (this.#messages.get(error.message) ?? 0) + 1);
      }
      return undefined;
    } finally {
      this.inFlight--;
      this.latencies.record(performance.now() - due);
    }
  }

  reset() {
    this.sent = this.failed = 0;
    this.#messages.clear();
    this.latencies.reset();
  }

  report() {
    return {
      sent: this.sent,
      failed: this.failed,
      messages: Object.fromEntries(this.#messages),
      latency: this.latencies.summary(),
    };
  }
}

/**
 * @param target `recommend(session, count)`, `feedback(decision, item, reward)` and `end(session)`; they reject if they fail
 * @param options `decisions` and `feedback` a second, `seconds`, `warmUpSeconds` before they count, `slate`, `sessions` that are open, `turns` of
 * a session, mean `delayMs` of feedback, `seed`; `onMeasured()` is called when the warm-up is over
 */
export async function runTraffic(target, options) {
  const { decisions, feedback, seconds, warmUpSeconds, slate, sessions, turns, delayMs, seed, onMeasured } = options;
  const random = createRandom(seed);
  const kinds = { decisions: new Requests(), feedback: new Requests(), ends: new Requests() };
  /** How late the generator itself sent requests: it, too, may have to wait for a processor. */
  const lateness = new Latencies();
  const waiting = new Queue();
  let [begun, open] = [0, 0];

  const exponential = (mean) => -mean * Math.log(1 - random.uniform());
  const later = (run) => {
    const delay = exponential(delayMs);
    const due = performance.now() + delay;
    setTimeout(() => run(due), delay);
  };

  function nextSession() {
    const session = open < sessions ? undefined : waiting.take();
    if (session !== undefined) return session;
    open++;
    return `session-${seed}-${begun++}`;
  }

  async function decide(due) {
    lateness.record(Math.max(0, performance.now() - due));
    const session = nextSession();
    const answer = await kinds.decisions.send(due, () => target.recommend(session, slate));
    const isLast = random.uniform() < 1 / turns;
    if (isLast || answer === undefined) open--;
    else waiting.push(session);
    const end = () => kinds.ends.send(performance.now(), () => target.end(session));
    if (answer === undefined) return;
    if (random.uniform() < feedback / decisions) later((at) => respond(answer, at, isLast ? end : undefined));
    else if (isLast) later(end);
  }

  async function respond({ decision, items }, due, end) {
    const chosen = items.find(({ id }) => random.uniform() < (isLiked(id) ? CHOICE.liked : CHOICE.other));
    const { id } = chosen ?? items[0];
    await kinds.feedback.send(due, () => target.feedback(decision, id, chosen === undefined ? 0 : 1));
    await end?.();
  }

  const start = performance.now();
  const measuredFrom = start + 1_000 * warmUpSeconds;
  const end = measuredFrom + 1_000 * seconds;
  let isMeasured = false;
  const full = start + (1_000 * warmUpSeconds) / 2;
  // A process that has just started is slow: the first half of the warm-up begins with few requests.
  const rateAt = (time) => decisions * Math.min(1, LEAST_RATE + (1 - LEAST_RATE) * ((time - start) / (full - start)));
  for (let due = start; due < end; due += 1_000 / rateAt(due)) {
    if (!isMeasured && due >= measuredFrom) {
      isMeasured = true;
      for (const kind of [...Object.values(kinds), lateness]) kind.reset();
      onMeasured?.();
    }
    const early = due - performance.now();
    // A generator that is late gives way all the same: answers, and what the library does in the background, come in between.
    await (early > 0 ? pause(early) : yieldToOthers());
    decide(due);
  }
  const inFlight = () => Object.values(kinds).reduce((sum, kind) => sum + kind.inFlight, 0);
  await pause(10 * delayMs);
  for (const limit = performance.now() + LAST_ANSWERS_MS; inFlight() > 0 && performance.now() < limit; )
    await pause(20);
  return {
    ...Object.fromEntries(Object.entries(kinds).map(([name, kind]) => [name, kind.report()])),
    ...{ seconds, sessions: begun, unanswered: inFlight(), lateness: lateness.summary() },
  };
}

/** Whether users like an item: a fixed tenth of the catalogue. */
function isLiked(id) {
  let hash = 2_166_136_261;
  for (let k = 0; k < id.length; k++) hash = Math.imul(hash ^ id.charCodeAt(k), 16_777_619);
  return (hash >>> 8) / 2 ** 24 < LIKED_SHARE;
}
