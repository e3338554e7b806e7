import { Counter, Gauge, Histogram, type Registry } from 'prom-client';
import type { Recommender, RecommenderStatus } from '../../recommender.js';

const SECONDS = [0.0005, 0.001, 0.002, 0.005, 0.01, 0.02, 0.05, 0.1, 0.25, 1, 5];

/** Numbers of the status, with the names and the help texts of their metrics. */
const GAUGES: readonly (readonly [string, string, (status: RecommenderStatus) => number | null])[] = [
  ['ialp_decisions', 'Decisions logged, by all processes', (status) => status.decisions],
  ['ialp_feedback', 'Feedback accepted, by all processes', (status) => status.feedback],
  ['ialp_late_feedback', 'Feedback that came after its window had closed', (status) => status.lateFeedback],
  ['ialp_unmatched_feedback', 'Feedback to no known decision', (status) => status.unmatchedFeedback],
  ['ialp_repeated_feedback', 'Feedback that was known already', (status) => status.repeatedFeedback],
  ['ialp_learned_decisions', 'Decisions that were learned from', (status) => status.learned],
  ['ialp_updates', 'Updates of the policy', (status) => status.updates],
  ['ialp_policy_version', 'Version of the policy that decides', (status) => status.policy],
  ['ialp_gate_weight', "The gate's weight of the pre-trained policy", (status) => status.weight],
  ['ialp_learner_lag_seconds', 'Age of the oldest event that the learner has not read', (status) => status.lagSeconds],
  ['ialp_agreement', "Share of observed slates whose first item is also the policy's", (status) => status.agreement],
  ['ialp_open_sessions', 'Sessions that have not ended', (status) => status.openSessions],
  ['ialp_open_decisions', 'Decisions whose feedback window is open', (status) => status.openDecisions],
  ['ialp_items', 'Items that can be shown', (status) => status.items],
  ['ialp_damaged_events', 'Events that could not be read', (status) => status.damagedEvents],
  ['ialp_unlogged_decisions', 'Decisions that this process could not log', (status) => status.unloggedDecisions],
  ['ialp_log_failing', '1 while this process cannot write to the event log', (status) => Number(status.logFailing)],
];

/** What the server measures. */
export interface ServerMetrics {
  /** A request was answered. `route` is a pattern, never a path: paths contain ids. */
  request(method: string, route: string, status: number, seconds: number): void;
  /** Measures how long a decision or a feedback takes, those that fail included. */
  timed<Result>(operation: 'decision' | 'feedback', work: () => Promise<Result>): Promise<Result>;
}

/** Registers the metrics of a server, and gauges of its recommender's status. */
export function serverMetrics(recommender: Recommender, registry: Registry): ServerMetrics {
  const registers = [registry];
  const requests = new Counter({
    name: 'ialp_http_requests_total',
    help: 'Requests answered, by route and status',
    labelNames: ['method', 'route', 'status'],
    registers,
  });
  const durations = new Histogram({
    name: 'ialp_http_request_duration_seconds',
    help: 'Duration of requests, by route',
    labelNames: ['method', 'route'],
    buckets: SECONDS,
    registers,
  });
  const operations = {
    decision: new Histogram({
      name: 'ialp_decision_duration_seconds',
      help: 'Duration of decisions inside the recommender',
      buckets: SECONDS,
      registers,
    }),
    feedback: new Histogram({
      name: 'ialp_feedback_duration_seconds',
      help: 'Duration until feedback is durable',
      buckets: SECONDS,
      registers,
    }),
  };
  registerStatus(recommender, registers);
  return {
    request(method, route, status, seconds) {
      requests.inc({ method, route, status });
      durations.observe({ method, route }, seconds);
    },
    async timed(operation, work) {
      const startMs = performance.now();
      try {
        return await work();
      } finally {
        operations[operation].observe((performance.now() - startMs) / 1_000);
      }
    },
  };
}

function registerStatus(recommender: Recommender, registers: Registry[]): void {
  for (const [name, help, read] of GAUGES) {
    new Gauge({
      name,
      help,
      registers,
      collect() {
        // What is not known has no sample, rather than a wrong one.
        this.remove();
        const value = read(recommender.status());
        if (value !== null) this.set(value);
      },
    });
  }
  new Gauge({
    name: 'ialp_arm_reward',
    help: 'Mean reward per session by policy, with an interval that is valid at all times',
    labelNames: ['arm', 'bound'],
    registers,
    collect() {
      this.reset();
      for (const [arm, figures] of Object.entries(recommender.status().arms)) {
        for (const [bound, value] of [
          ['mean', figures.reward],
          ['lower', figures.lower],
          ['upper', figures.upper],
        ] as const) {
          if (value !== null) this.set({ arm, bound }, value);
        }
      }
    },
  });
  new Gauge({
    name: 'ialp_figure',
    help: 'Figures of the gate, of guardrails and of the last update, by name',
    labelNames: ['name'],
    registers,
    collect() {
      this.reset();
      for (const [name, value] of Object.entries(recommender.status().figures)) {
        if (value !== null) this.set({ name }, value);
      }
    },
  });
}
