import { setImmediate } from 'node:timers/promises';
import { createRandom, InvalidOptionError } from '@ialp/core';
import { afterEach, describe, expect, test } from 'vitest';
import { EventLogError, RequestError } from '../errors.js';
import type { DecisionEvent, ServeEvent } from '../events.js';
import type { Recommender } from '../recommender.js';
import {
  createStores,
  itemsOf,
  type MemoryStores,
  openRecommender,
  QUICK,
  reopened,
  until,
} from '../test-support/deployments.js';

const open: Recommender[] = [];
afterEach(async () => {
  await Promise.all(open.splice(0).map((recommender) => recommender.close()));
});

async function opened(options: Parameters<typeof openRecommender>[0] = {}): Promise<Recommender> {
  const recommender = await openRecommender(options);
  open.push(recommender);
  return recommender;
}

async function eventsOf({ eventLog }: MemoryStores): Promise<readonly ServeEvent[]> {
  return (await eventLog.read({ maxEvents: 100_000 })).events;
}

async function decisionsOf(stores: MemoryStores): Promise<DecisionEvent[]> {
  return (await eventsOf(stores)).filter((event) => event.type === 'decision');
}

describe('recommend', () => {
  test('shows distinct items with their propensities, and logs what it showed', async () => {
    const stores = createStores();
    const recommender = await opened({ ...reopened(stores), slateSize: 3 });
    const { decision, items, policy, logged } = await recommender.recommend({ session: 's', user: 'ann' });
    expect(new Set(items.map(({ id }) => id)).size).toBe(3);
    expect(items.every(({ propensity }) => propensity > 0 && propensity <= 1)).toBe(true);
    expect(logged).toBe(true);
    expect(await decisionsOf(stores)).toMatchObject([
      {
        ...{ id: decision, session: 's', user: 'ann', turn: 0, policy },
        items: items.map(({ id }) => id),
        propensity: items.map(({ propensity }) => propensity),
      },
    ]);
  });

  test('shows nothing twice in a session, until everything was shown', async () => {
    const recommender = await opened();
    const shown = new Set<string>();
    for (let turn = 0; turn < 4; turn++) {
      for (const { id } of (await recommender.recommend({ session: 's', count: 5 })).items) shown.add(id);
    }
    expect(shown.size).toBe(20);
    expect((await recommender.recommend({ session: 's', count: 5 })).items.length).toBe(5);
  });

  test('respects exclusions and candidates, and shows fewer if there are no more', async () => {
    const recommender = await opened();
    const candidates = ['i3', 'i4', 'i5', 'nobody knows this'];
    const { items } = await recommender.recommend({ session: 's', count: 5, candidates, exclude: ['i4'] });
    expect(items.map(({ id }) => id).sort()).toEqual(['i3', 'i5']);
    const nothing = recommender.recommend({ session: 't', candidates: ['i1'], exclude: ['i1'] });
    await expect(nothing).rejects.toMatchObject({ problem: 'nothing-to-show' });
  });

  test('the policy sees the feedback to what it showed before', async () => {
    const stores = createStores();
    const recommender = await opened(reopened(stores));
    const first = await recommender.recommend({ session: 's' });
    await recommender.feedback({ decision: first.decision, reward: 2 });
    await recommender.recommend({ session: 's' });
    const [, second] = await decisionsOf(stores);
    expect(second.history).toEqual({ items: [first.items[0].id], feedback: [2] });
    expect(second).toMatchObject({ turn: 1, excluded: [first.items[0].id] });
  });

  test('any text is a session', async () => {
    const recommender = await opened();
    for (const session of ['__proto__', 'constructor', '\u0000', '日本', 'x'.repeat(1_024)]) {
      const { decision } = await recommender.recommend({ session });
      await recommender.feedback({ decision, reward: 1 });
      await recommender.endSession(session);
    }
    expect(recommender.status()).toMatchObject({ decisions: 5, feedback: 5, openSessions: 0 });
  });

  test('the same seed and requests, the same slates', async () => {
    const slates = async (): Promise<string[]> => {
      const recommender = await opened({ learning: 'elsewhere', random: createRandom(7) });
      const shown: string[] = [];
      for (let k = 0; k < 5; k++)
        shown.push(JSON.stringify((await recommender.recommend({ session: `s${k}`, count: 3 })).items));
      return shown;
    };
    expect(await slates()).toEqual(await slates());
  });

  test.each([
    [{ session: '' }, 'session'],
    [{ session: 'x'.repeat(1_025) }, 'session'],
    [{ session: 's', count: 0 }, 'count'],
    [{ session: 's', count: 1.5 }, 'count'],
    [{ session: 's', exclude: ['a', 7] }, 'exclude[1]'],
    [{ session: 's', candidates: 'all' }, 'candidates'],
    [{ session: 's', userFeatures: [1] }, 'userFeatures'],
    [{ session: 's', limit: 3 }, 'options'],
  ])('%j is refused', async (request, option) => {
    const recommender = await opened();
    const refusal = await recommender.recommend(request as never).catch((error: unknown) => error);
    expect(refusal).toBeInstanceOf(InvalidOptionError);
    expect((refusal as InvalidOptionError).option).toBe(option);
  });
});

describe('feedback', () => {
  test('to a decision that was never made, or for an item that it did not show, is refused', async () => {
    const recommender = await opened();
    const { decision, items } = await recommender.recommend({ session: 's' });
    const unknown = recommender.feedback({ decision: decision.replace(/./g, 'A'), reward: 1 });
    await expect(unknown).rejects.toMatchObject({ problem: 'unknown-decision' });
    await expect(unknown).rejects.toBeInstanceOf(RequestError);
    const other = itemsOf(20).find(({ id }) => id !== items[0].id)!.id;
    await expect(recommender.feedback({ decision, item: other, reward: 1 })).rejects.toMatchObject({ option: 'item' });
    for (const reward of [Number.NaN, Number.POSITIVE_INFINITY, 1e7, '1']) {
      await expect(recommender.feedback({ decision, reward: reward as number })).rejects.toMatchObject({
        option: 'reward',
      });
    }
  });

  test('that comes twice with one id counts once', async () => {
    const recommender = await opened();
    const { decision } = await recommender.recommend({ session: 's' });
    for (let k = 0; k < 2; k++) await recommender.feedback({ decision, reward: 1, id: 'click' });
    await until(() => recommender.status().repeatedFeedback === 1);
    expect(recommender.status().feedback).toBe(1);
  });

  test('that comes after the window is accepted and counted', async () => {
    const recommender = await opened({ rules: { feedbackWindowMs: 30 } });
    const { decision } = await recommender.recommend({ session: 's' });
    await until(() => recommender.status().openDecisions === 0);
    await recommender.feedback({ decision, reward: 1 });
    expect(recommender.status()).toMatchObject({ feedback: 1, lateFeedback: 1 });
  });

  test('that comes soon after the end of its session is learned from', async () => {
    const recommender = await opened({ rules: { feedbackWindowMs: 200, endGraceMs: 2_000 } });
    const { decision } = await recommender.recommend({ session: 's' });
    await recommender.endSession('s');
    expect(recommender.status()).toMatchObject({ openSessions: 0, openDecisions: 1, lateFeedback: 0 });
    await recommender.feedback({ decision, reward: 3 });
    await until(() => recommender.status().learned === 1);
    expect(recommender.status()).toMatchObject({ lateFeedback: 0, arms: { online: { sessions: 1, reward: 3 } } });
  });
});

/** Users who like every fifth item, and leave after four slates. */
async function visit(recommender: Recommender, sessions: readonly string[]): Promise<void> {
  for (const session of sessions) {
    for (let turn = 0; turn < 4; turn++) {
      const { decision, items } = await recommender.recommend({ session });
      await recommender.feedback({ decision, reward: Number(items[0].id.slice(1)) % 5 === 0 ? 1 : 0 });
    }
    await recommender.endSession(session);
  }
}

const names = (prefix: string, count: number): string[] => Array.from({ length: count }, (_, k) => `${prefix}${k}`);

describe('learning', () => {
  test('what users like is shown more often', async () => {
    const stores = createStores();
    const learning = { ...QUICK, publishIntervalMs: 200, checkpointIntervalMs: 2_000 };
    const recommender = await opened({ ...reopened(stores), learning });
    for (let k = 0; k < 10; k++) {
      await visit(recommender, names(`${k} `, 20));
      await until(() => recommender.status().learned > 80 * k + 40);
    }
    const liked = (await decisionsOf(stores)).map(({ turn, items }) => (turn === 0 && items[0] ? items[0] : undefined));
    const share = (ids: readonly (string | undefined)[]): number => {
      const shown = ids.filter((id) => id !== undefined);
      return shown.filter((id) => Number(id.slice(1)) % 5 === 0).length / shown.length;
    };
    expect(share(liked.slice(-200))).toBeGreaterThan(1.5 * share(liked.slice(0, 200)));
  });

  test('every decision is learned from exactly once, through restarts', async () => {
    const stores = createStores();
    for (let run = 0; run < 4; run++) {
      const recommender = await openRecommender(reopened(stores));
      await visit(recommender, names(`run ${run} `, 25));
      if (run === 1) await until(() => recommender.status().learned > 0);
      await recommender.close();
    }
    const recommender = await opened(reopened(stores));
    await until(() => recommender.status().learned === 400);
    expect(recommender.status()).toMatchObject({ decisions: 400, feedback: 400, openSessions: 0, openDecisions: 0 });
  });

  test('a session goes on after a restart, with what it has seen', async () => {
    const stores = createStores();
    const first = await openRecommender(reopened(stores));
    const shown = await first.recommend({ session: 's', count: 10 });
    await first.close();
    const second = await opened(reopened(stores));
    await second.feedback({ decision: shown.decision, item: shown.items[3].id, reward: 1 });
    const next = await second.recommend({ session: 's', count: 10 });
    expect(new Set([...shown.items, ...next.items].map(({ id }) => id)).size).toBe(20);
    const [, decision] = await decisionsOf(stores);
    expect(decision).toMatchObject({ turn: 1, history: { feedback: [0, 0, 0, 1, 0, 0, 0, 0, 0, 0] } });
  });

  test('of two processes one learns; both decide, with its policies, and sessions move between them', async () => {
    const stores = createStores();
    const [first, second] = [await opened(reopened(stores)), await opened(reopened(stores))];
    const shown = await first.recommend({ session: 's', count: 10 });
    await until(() => second.status().decisions === 1);
    await second.feedback({ decision: shown.decision, item: shown.items[0].id, reward: 1 });
    const next = await second.recommend({ session: 's', count: 10 });
    expect(new Set([...shown.items, ...next.items].map(({ id }) => id)).size).toBe(20);
    await visit(first, names('a', 20));
    await visit(second, names('b', 20));
    await until(() => [first, second].every((each) => each.status().learned >= 150 && each.status().decisions === 162));
    await until(() => first.status().policy === second.status().policy);
    // The learner ends: the other takes over, and learns what is left.
    await first.close();
    await second.endSession('s');
    await until(() => second.status().learned === 162);
  });
});

describe('a catalogue that changes', () => {
  test('an item that was removed is not shown any more, also after a restart', async () => {
    const stores = createStores();
    const recommender = await openRecommender(reopened(stores));
    expect(await recommender.removeItem('i5')).toBe(true);
    expect(await recommender.removeItem('i5')).toBe(false);
    await recommender.close();
    const again = await opened(reopened(stores));
    const { items } = await again.recommend({ session: 's', count: 20 });
    expect(items.map(({ id }) => id)).not.toContain('i5');
    expect(items.length).toBe(19);
    expect(again.items().map(({ id }) => id)).not.toContain('i5');
  });

  test('a new item is shown once it is placed, and described', async () => {
    const recommender = await opened();
    await recommender.putItem({ id: 'new', title: 'New', embedding: [1, 0] });
    await until(() => recommender.status().items === 21);
    const { items } = await recommender.recommend({ session: 's', candidates: ['new'] });
    expect(items.map(({ id }) => id)).toEqual(['new']);
    expect(recommender.items().find(({ id }) => id === 'new')?.title).toBe('New');
  });

  test('a start with another catalogue adds and removes what has changed in it', async () => {
    const stores = createStores();
    const first = await openRecommender(reopened(stores));
    await first.removeItem('i3');
    await first.close();
    const items = [...itemsOf(20).slice(1), { id: 'i20', title: 'Later' }];
    const second = await opened({ ...reopened(stores), catalogue: { items } });
    await until(() => second.status().items === 19);
    const ids = second.items().map(({ id }) => id);
    expect([ids.includes('i0'), ids.includes('i3'), ids.includes('i20')]).toEqual([false, false, true]);
  });
});

test('a log that cannot be written to: decisions go on, feedback says so', async () => {
  const stores = createStores();
  let isFull = false;
  const eventLog = Object.assign(Object.create(stores.eventLog), {
    close: async () => {},
    append: async (events: readonly ServeEvent[]) => {
      if (isFull) throw new EventLogError('The disk is full.');
      await stores.eventLog.append(events);
    },
  });
  const errors: unknown[] = [];
  const recommender = await opened({ ...reopened(stores), eventLog, onError: (error) => errors.push(error) });
  const before = await recommender.recommend({ session: 's' });
  isFull = true;
  const lost = await recommender.recommend({ session: 's' });
  expect([before.logged, lost.logged, lost.items.length]).toEqual([true, false, 1]);
  await expect(recommender.feedback({ decision: before.decision, reward: 1 })).rejects.toBeInstanceOf(EventLogError);
  isFull = false;
  await recommender.feedback({ decision: before.decision, reward: 1 });
  await expect(recommender.feedback({ decision: lost.decision, reward: 1 })).rejects.toMatchObject({
    problem: 'unknown-decision',
  });
  expect(recommender.status()).toMatchObject({ unloggedDecisions: 1, feedback: 1 });
  expect(errors.length).toBeGreaterThan(0);
});

test('erasing a user removes the events and ends the sessions', async () => {
  const stores = createStores();
  const recommender = await opened({ ...reopened(stores), learning: 'elsewhere' });
  const { decision } = await recommender.recommend({ session: 's', user: 'ann' });
  await recommender.recommend({ session: 't', user: 'bob' });
  expect(await recommender.erase('ann')).toBeGreaterThan(0);
  expect((await decisionsOf(stores)).map(({ user }) => user)).toEqual(['bob']);
  expect(recommender.status().openSessions).toBe(1);
  expect(JSON.stringify(await eventsOf(stores))).not.toContain(decision);
});

test('a deferred slate counts once it is activated', async () => {
  const recommender = await opened({ rules: { feedbackWindowMs: 100 } });
  const shown = await recommender.recommend({ session: 's', deferActivation: true });
  await recommender.recommend({ session: 't', deferActivation: true });
  await recommender.activate(shown.decision);
  await until(() => recommender.status().openDecisions === 0);
  await recommender.endSession('s');
  await until(() => recommender.status().learned === 1);
});

test('what another recommender showed is logged beside what the policy would have shown', async () => {
  const stores = createStores();
  const recommender = await opened({ ...reopened(stores), mode: 'shadow' });
  const { decision, items } = await recommender.observe({ session: 's', items: ['i1', 'i2'], propensity: [0.5, 0.25] });
  await recommender.feedback({ decision, item: 'i2', reward: 1 });
  await recommender.endSession('s');
  expect(items.length).toBe(2);
  expect(await decisionsOf(stores)).toMatchObject([
    { items: ['i1', 'i2'], propensity: [0.5, 0.25], observed: 'shadow', shadow: { items: items.map(({ id }) => id) } },
  ]);
  expect(recommender.status().agreement).toBe(items[0].id === 'i1' ? 1 : 0);
});

test('the state of another learner is refused, and says so', async () => {
  const stores = createStores();
  const first = await openRecommender(reopened(stores));
  await visit(first, names('s', 10));
  await until(() => first.status().learned > 0);
  await first.close();
  const { createNetwork, createA2C } = await import('@ialp/policy');
  const network = createNetwork({ items: 40, embedding: 4, hidden: 8, random: createRandom(1) });
  const other = openRecommender({ ...reopened(stores), learner: createA2C({ network }), onError: () => {} });
  await expect(other).rejects.toThrow(/weights|network|shape/i);
});

test('an apprentice learns to show what another recommender shows, until it does', async () => {
  const learning = { ...QUICK, publishIntervalMs: 200, checkpointIntervalMs: 2_000 };
  const recommender = await opened({ mode: 'apprentice', agreement: 0.7, learning });
  // The other recommender shows the first of three candidates.
  const random = createRandom(5);
  for (let k = 0; recommender.mode === 'apprentice' && k < 10_000; k++) {
    const first = random.integer(3);
    const candidates = [`i${first}`, `i${first + 3}`, `i${first + 6}`];
    await recommender.observe({ session: `s${k}`, items: [candidates[0]], candidates });
    await recommender.endSession(`s${k}`);
    // The learner runs in this thread.
    if (k % 20 === 0) await setImmediate();
  }
  expect(recommender.mode).toBe('live');
  expect(recommender.status().agreement).toBeGreaterThanOrEqual(0.7);
});

test('a request that is sent again gets the same slate', async () => {
  const recommender = await opened();
  const request = { session: 's', decision: 'once', count: 3 };
  const [first, again] = [await recommender.recommend(request), await recommender.recommend(request)];
  expect(again).toEqual(first);
  expect(recommender.status().decisions).toBe(1);
  await expect(recommender.recommend({ ...request, session: 't' })).rejects.toMatchObject({ option: 'decision' });
  const observed = { session: 's', decision: 'seen', items: ['i1'] };
  expect(await recommender.observe(observed)).toEqual(await recommender.observe(observed));
  expect(recommender.status().decisions).toBe(2);
});

test('a session ends with its last decision, whose feedback still counts', async () => {
  const recommender = await opened({ rules: { feedbackWindowMs: 200 } });
  const { decision } = await recommender.recommend({ session: 's', isLast: true });
  expect(recommender.status()).toMatchObject({ openSessions: 0, openDecisions: 1 });
  await recommender.feedback({ decision, reward: 3 });
  await until(() => recommender.status().learned === 1);
  expect(recommender.status().arms.online).toMatchObject({ sessions: 1, reward: 3 });
});
