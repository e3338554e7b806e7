import { Agent } from 'node:http';
import fc from 'fast-check';
import { createMemoryEventLog, type EventLog } from '../../index.js';
import { type RunningServer, startServer } from '../index.js';
import { undescribed } from './described-answer.js';
import { type Operation, type Operations, operationsOf } from './document-operations.js';
import { type FuzzedRequest, type RequestPools, requestsTo } from './request-arbitraries.js';
import { sendRequest } from './send-request.js';
import { TEST_ITEMS, testRecommender } from './test-recommender.js';

const TOKEN = 'all-roles-0123456789';
const LIMITS = { maxBodyBytes: 50_000, maxIds: 50 };

/** A server, and requests that were derived from its document. */
export interface FuzzTarget {
  readonly server: RunningServer;
  readonly eventLog: EventLog;
  readonly operations: Operations;
  readonly requests: fc.Arbitrary<readonly [Operation, FuzzedRequest]>;
  /** Sends a request. `undescribed` is what of the answer the document does not describe, `bytes` the size of both bodies. */
  send(
    operation: Operation,
    request: FuzzedRequest,
  ): Promise<{ readonly status: number; readonly bytes: number; readonly undescribed: string | undefined }>;
  close(): Promise<void>;
}

/** Starts a server whose feedback windows and sessions are short, so that its state does not grow. */
export async function fuzzTarget(): Promise<FuzzTarget> {
  const eventLog = createMemoryEventLog();
  const recommender = await testRecommender({
    eventLog,
    rules: { feedbackWindowMs: 300, idleTimeoutMs: 300, maxOpenSessions: 1_000 },
  });
  const roles = { deciding: TOKEN, feedback: TOKEN, administration: TOKEN, monitoring: TOKEN };
  const server = await startServer({
    recommender,
    port: 0,
    limits: LIMITS,
    tokens: { ...roles, feedback: [TOKEN, 'feedback-0123456789'] },
  });
  const agent = new Agent({ keepAlive: true, maxSockets: 8 });
  const operations = operationsOf(await (await fetch(`${server.url}/openapi.json`)).json());
  const pools: RequestPools = {
    // Decisions, sessions and items share few ids, so that requests often meet what earlier ones left.
    ids: [...TEST_ITEMS.slice(0, 6).map(({ id }) => id), 'd0', 'd1', 'd2', 's0', 's1', 'new-0', 'new-1'],
    authorizations: [...Array<string>(12).fill(`Bearer ${TOKEN}`), 'Bearer feedback-0123456789', 'Bearer x', undefined],
    maxBodyBytes: LIMITS.maxBodyBytes,
  };
  return {
    server,
    eventLog,
    operations,
    requests: fc.oneof(
      ...operations.all.map((operation) =>
        requestsTo(operation, pools).map((request) => [operation, request] as const),
      ),
    ),
    async send(operation, request) {
      const answer = await sendRequest(server.url, agent, request);
      const bytes = Buffer.byteLength(request.body ?? '') + Buffer.byteLength(answer.body);
      return { status: answer.status, bytes, undescribed: undescribed(operations, operation, request, answer) };
    },
    async close() {
      agent.destroy();
      await server.close();
    },
  };
}
