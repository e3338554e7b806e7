/**
 * Measures the process that decides: requests, from the parsed head to the last byte handed to the operating system; how late the event loop is;
 * garbage collections; and the times at which new weights are taken.
 */
import { subscribe } from 'node:diagnostics_channel';
import { PerformanceObserver } from 'node:perf_hooks';
import { Latencies } from './latencies.mjs';

const ROUTES = { '/v1/recommend': 'decisions', '/v1/feedback': 'feedback' };
/** The event loop is sampled so often. */
const SAMPLE_MS = 1;
/** Delays from here on are stored with their times. */
const STALL_MS = 2;
/** A stall up to so long before the beginning of a take, or after its end, belongs to it. */
const AROUND_TAKE_MS = 20;
const BEGUN = Symbol('begun');

const requests = { decisions: new Latencies(), feedback: new Latencies() };
const loop = new Latencies();
const collections = { count: 0, ms: 0, maxMs: 0 };
let stalls = [];
let takes = [];
let begun = performance.now();
let cpu = process.cpuUsage();

/** Notes that weights were taken: when that began, and how long it took at most without a pause in between. */
export function noteTake(begun, ms) {
  takes.push([begun, performance.now(), ms]);
}

export function resetProbe() {
  for (const latencies of [...Object.values(requests), loop]) latencies.reset();
  Object.assign(collections, { count: 0, ms: 0, maxMs: 0 });
  stalls = [];
  takes = [];
  begun = performance.now();
  cpu = process.cpuUsage();
}

export function readProbe() {
  const around = new Latencies();
  const taking = new Latencies();
  // Both are in the order of their times.
  let first = 0;
  for (const [begun, at, ms] of takes) {
    taking.record(ms);
    while (first < stalls.length && stalls[first][0] <= begun - AROUND_TAKE_MS) first++;
    let longest = 0;
    for (let k = first; k < stalls.length && stalls[k][0] - stalls[k][1] < at + AROUND_TAKE_MS; k++) {
      longest = Math.max(longest, stalls[k][1]);
    }
    around.record(longest);
  }
  const { user, system } = process.cpuUsage(cpu);
  return {
    requests: Object.fromEntries(Object.entries(requests).map(([name, latencies]) => [name, latencies.summary()])),
    eventLoop: loop.summary(),
    takes: { sets: taking.summary(), stalls: around.summary() },
    collections: { ...collections },
    cores: (user + system) / 1_000 / (performance.now() - begun),
    memory: process.memoryUsage(),
  };
}

function sample(due) {
  setTimeout(() => {
    const now = performance.now();
    const late = Math.max(0, now - due);
    // What would have been due in a delay counts, too: otherwise a second without any turn of the loop would be one sample of many.
    for (let missed = late; missed === late || missed > 0; missed -= SAMPLE_MS) loop.record(missed);
    if (late >= STALL_MS) stalls.push([now, late]);
    sample(now + SAMPLE_MS);
  }, SAMPLE_MS).unref();
}

function watchRequests() {
  subscribe('http.server.request.start', ({ request }) => {
    request[BEGUN] = performance.now();
  });
  subscribe('http.server.response.finish', ({ request }) => {
    const kind = ROUTES[request.url];
    if (kind !== undefined) requests[kind].record(performance.now() - request[BEGUN]);
  });
}

export function startProbe() {
  watchRequests();
  sample(performance.now() + SAMPLE_MS);
  const observer = new PerformanceObserver((list) => {
    for (const { duration } of list.getEntries()) {
      collections.count++;
      collections.ms += duration;
      collections.maxMs = Math.max(collections.maxMs, duration);
    }
  });
  observer.observe({ entryTypes: ['gc'] });
}
