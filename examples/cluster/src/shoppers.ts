import { setTimeout as sleep } from 'node:timers/promises';
import type { Random } from '@ialp/core';

/** What has happened so far. */
export interface ShopCounts {
  decisions: number;
  feedback: number;
  /** Reward of all decisions. */
  reward: number;
  /** Requests that were sent again, to another process, as one did not answer. */
  repeated: number;
}

/** Options of `shop`. */
export interface ShopOptions {
  /** Addresses of the processes that decide now. */
  readonly urls: () => readonly string[];
  /** Visitors at the same time. */
  readonly visitors: number;
  readonly random: Random;
  readonly signal: AbortSignal;
  readonly counts: ShopCounts;
}

interface Slate {
  readonly decision: string;
  readonly items: readonly { readonly id: string }[];
}

const TURNS = 6;
/** Time that a visitor looks at a slate, at most. */
const LOOK_MS = 300;
const RETRY_MS = 50;
const TIMEOUT_MS = 2_000;
/** Most visitors come for tea. Ids of items begin with their category. */
const LIKED = ['tea', 'tea', 'tea', 'garden'] as const;

/** Visitors who look at slates and click on what they like, until the signal aborts. */
export async function shop({ visitors, ...options }: ShopOptions): Promise<void> {
  const { random, signal } = options;
  const visitor = async (number: number, own: Random): Promise<void> => {
    for (let visit = 0; !signal.aborted; visit++) await visitShop(`visitor-${number}-${visit}`, own, options);
  };
  await Promise.all(Array.from({ length: visitors }, (_, k) => visitor(k, random.fork(k))));
}

async function visitShop(
  session: string,
  random: Random,
  { urls, signal, counts }: Omit<ShopOptions, 'visitors' | 'random'>,
): Promise<void> {
  const send = (path: string, body?: object): Promise<unknown> => sendAnywhere(urls, random, counts, path, body);
  const liked = LIKED[random.integer(LIKED.length)]!;
  for (let turn = 0; turn < TURNS && !signal.aborted; turn++) {
    const { decision, items } = (await send('/v1/recommend', { session })) as Slate;
    counts.decisions++;
    await sleep(random.integer(LOOK_MS));
    const item = items.find(({ id }) => id.startsWith(liked))?.id;
    if (item === undefined) continue;
    await send('/v1/feedback', { decision, item, reward: 1, id: `${decision}-click` });
    counts.feedback++;
    counts.reward++;
  }
  await send(`/v1/sessions/${session}/end`);
}

/** Sends a request to one of the processes; to another if that does not answer, as a load balancer does. */
async function sendAnywhere(
  urls: () => readonly string[],
  random: Random,
  counts: ShopCounts,
  path: string,
  body: object | undefined,
): Promise<unknown> {
  for (;;) {
    const all = urls();
    const url = all[random.integer(Math.max(1, all.length))];
    const answer = url === undefined ? undefined : await post(url + path, body);
    if (answer !== undefined) return answer.content;
    counts.repeated++;
    await sleep(RETRY_MS);
  }
}

/** Undefined if the process cannot answer at present. @throws for a request that it refuses. */
async function post(url: string, body: object | undefined): Promise<{ readonly content: unknown } | undefined> {
  let response: Response;
  let text: string;
  try {
    response = await fetch(url, {
      method: 'POST',
      signal: AbortSignal.timeout(TIMEOUT_MS),
      ...(body !== undefined && { body: JSON.stringify(body), headers: { 'content-type': 'application/json' } }),
    });
    text = await response.text();
  } catch {
    return undefined;
  }
  if (response.ok) return { content: text === '' ? undefined : JSON.parse(text) };
  if (response.status === 503 || response.status === 429) return undefined;
  throw new Error(`${url}: ${response.status} ${text}`);
}
