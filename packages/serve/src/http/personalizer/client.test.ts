import { PersonalizerClient, type PersonalizerModels } from '@azure/cognitiveservices-personalizer';
import { ApiKeyCredentials, RestError } from '@azure/ms-rest-js';
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import { createMemoryEventLog, type EventLog, type Recommender, type ServeEvent } from '../../index.js';
import { type PersonalizerOptions, type RunningServer, startServer } from '../index.js';
import { testRecommender } from '../test-support/test-recommender.js';

const KEY = '0123456789abcdef0123456789abcdef';

let eventLog: EventLog;
let recommender: Recommender;
let server: RunningServer;

async function serve(
  options: Parameters<typeof testRecommender>[0] = {},
  personalizer: PersonalizerOptions = {},
): Promise<void> {
  eventLog = createMemoryEventLog();
  recommender = await testRecommender({ eventLog, ...options });
  server = await startServer({ recommender, port: 0, personalizer, tokens: { deciding: KEY, feedback: KEY } });
}

beforeEach(() => serve());
afterEach(() => server.close());

/** The client of the retired service, as an application makes it. */
function client(key = KEY): PersonalizerClient {
  const credentials = new ApiKeyCredentials({ inHeader: { 'Ocp-Apim-Subscription-Key': key } });
  return new PersonalizerClient(credentials, server.url);
}

const ACTIONS: PersonalizerModels.RankableAction[] = [
  { id: 'pasta', features: [{ name: 'Pasta', taste: 'salty', spiceLevel: 'medium' }, { nutritionLevel: 5 }] },
  { id: 'ice cream', features: [{ taste: 'sweet' }] },
  { id: '__proto__', features: [{ taste: 'like any other' }] },
];

async function events(): Promise<readonly ServeEvent[]> {
  return (await eventLog.read({ maxEvents: 10_000 })).events;
}

const decisions = async () => (await events()).filter((event) => event.type === 'decision');

/** Waits until the learner has placed actions that have joined. */
async function placed(items: number): Promise<void> {
  await vi.waitFor(() => expect(recommender.status().items).toBe(items), { timeout: 60_000 });
}

describe('rank', () => {
  test('chooses among actions that nobody has described before, at once', async () => {
    const actions = ACTIONS.slice(0, 2);
    const { ranking, eventId, rewardActionId } = await client().rank({ actions, eventId: 'event-1' });
    expect(eventId).toBe('event-1');
    expect(ranking!.map(({ id }) => id).sort()).toEqual(['ice cream', 'pasta']);
    expect(ranking![0]!.id).toBe(rewardActionId);
    expect(ranking!.map(({ probability }) => probability)).toEqual([0.5, 0.5]);
    expect(await decisions()).toMatchObject([
      {
        id: 'event-1',
        session: 'event-1',
        items: [rewardActionId],
        propensity: [0.5],
        candidates: ['pasta', 'ice cream'],
      },
    ]);
  });

  test('adds new actions to the catalogue, with the text of their features', async () => {
    await client().rank({ actions: ACTIONS });
    expect(recommender.items().find(({ id }) => id === 'pasta')).toEqual({
      id: 'pasta',
      title: 'Pasta',
      text: 'name: Pasta; taste: salty; spice level: medium; nutrition level: 5',
      attributes: { name: ['Pasta'], taste: ['salty'], spiceLevel: ['medium'], nutritionLevel: ['5'] },
    });
    await placed(22);
    const { _response, ...answer } = await client().rank({ actions: ACTIONS, eventId: 'later' });
    expect(_response.status).toBe(201);
    const sum = answer.ranking!.reduce((total, { probability }) => total + probability!, 0);
    expect(sum).toBeCloseTo(1, 5);
    for (const { probability } of answer.ranking!) expect(probability).toBeGreaterThan(0);
    const [, last] = await decisions();
    expect(last).toMatchObject({ id: 'later', items: [answer.rewardActionId] });
    expect(last!.propensity[0]).toBeCloseTo(answer.ranking![0]!.probability!, 6);
    expect((await events()).filter(({ type }) => type === 'item')).toHaveLength(2);
  });

  test('adds an action once, although many requests have it at the same time', async () => {
    await Promise.all(Array.from({ length: 10 }, () => client().rank({ actions: ACTIONS })));
    const added = (await events()).filter(({ type }) => type === 'item');
    expect(added).toHaveLength(2);
  });

  test('chooses among the known actions while others are new', async () => {
    const actions = [...ACTIONS.slice(0, 2), { id: 'item-1', features: [] }];
    const { ranking, rewardActionId } = await client().rank({ actions });
    expect(rewardActionId).toBe('item-1');
    expect(ranking).toEqual([
      { id: 'item-1', probability: 1 },
      { id: 'pasta', probability: 0 },
      { id: 'ice cream', probability: 0 },
    ]);
  });

  test('never chooses an excluded action, and leaves it at its position', async () => {
    const actions = ['item-1', 'item-2', 'item-3', 'item-4'].map((id) => ({ id, features: [] }));
    for (let k = 0; k < 10; k++) {
      const { ranking, rewardActionId } = await client().rank({ actions, excludedActions: ['item-1', 'item-3'] });
      expect(['item-2', 'item-4']).toContain(rewardActionId);
      expect(ranking![0]).toEqual({ id: 'item-1', probability: 0 });
      expect(ranking![2]).toEqual({ id: 'item-3', probability: 0 });
    }
  });

  test('takes the session and the user from context features, if it is told which', async () => {
    await server.close();
    await serve({ rules: { repeats: true } }, { sessionFeature: 'visit', userFeature: 'user.id' });
    const contextFeatures = [{ device: 'phone', visit: 'v1' }, { user: { id: 7 } }];
    const actions = [{ id: 'item-1', features: [] }];
    await client().rank({ actions, contextFeatures });
    await client().rank({ actions, contextFeatures });
    await client().rank({ actions, contextFeatures: [{ device: 'phone' }] });
    const [first, second, third] = await decisions();
    expect(first).toMatchObject({ session: 'v1', user: '7', turn: 0 });
    expect(second).toMatchObject({ session: 'v1', user: '7', turn: 1 });
    expect(third).toMatchObject({ session: third!.id, turn: 0 });
  });

  test('adds no action where that is switched off, and none beyond the bound', async () => {
    await server.close();
    await serve({}, { addActions: false });
    await client().rank({ actions: [...ACTIONS.slice(0, 2), { id: 'item-1', features: [] }] });
    expect(recommender.items()).toHaveLength(20);
    await server.close();
    await serve({}, { maxItems: 21 });
    await client().rank({ actions: ACTIONS.slice(0, 2) });
    expect(recommender.items()).toHaveLength(21);
  });

  test('refuses invalid requests in the format of the service', async () => {
    for (const [request, target] of [
      [{ actions: [] }, 'actions'],
      [{ actions: [{ id: '', features: [] }] }, 'actions[0].id'],
      [{ actions: Array.from({ length: 51 }, (_, k) => ({ id: `a${k}`, features: [] })) }, 'actions'],
      [
        {
          actions: [
            { id: 'a', features: [] },
            { id: 'a', features: [] },
          ],
        },
        'actions',
      ],
      [{ actions: [{ id: 'a', features: [] }], excludedActions: ['a'] }, 'excludedActions'],
    ] as const) {
      const error = await client()
        .rank(request as unknown as PersonalizerModels.RankRequest)
        .then(
          () => undefined,
          (reason: unknown) => reason,
        );
      expect(error).toBeInstanceOf(RestError);
      const { statusCode, body } = error as RestError;
      expect([400, 413]).toContain(statusCode);
      expect(body.error).toMatchObject({ code: 'BadRequest', target });
    }
  });

  test('needs the key', async () => {
    const refused = client('another-0123456789').rank({ actions: ACTIONS });
    await expect(refused).rejects.toMatchObject({ statusCode: 401, body: { error: { code: 'Unauthorized' } } });
  });
});

describe('reward and activate', () => {
  test('a reward counts for the action that was shown', async () => {
    await client().rank({ actions: [{ id: 'item-1', features: [] }], eventId: 'event/1 ü' });
    const { _response } = await client().events.reward('event/1 ü', { value: 0.75 });
    expect(_response.status).toBe(204);
    expect((await events()).at(-1)).toMatchObject({ type: 'feedback', decision: 'event/1 ü', reward: 0.75 });
    expect(recommender.status()).toMatchObject({ decisions: 1, feedback: 1 });
  });

  test('a deferred event is activated', async () => {
    await client().rank({ actions: [{ id: 'item-1', features: [] }], eventId: 'e', deferActivation: true });
    expect(await decisions()).toMatchObject([{ id: 'e', deferred: true }]);
    const { _response } = await client().events.activate('e');
    expect(_response.status).toBe(204);
    expect((await events()).at(-1)).toMatchObject({ type: 'activation', decision: 'e' });
  });

  test('of an unknown event are not found', async () => {
    const notFound = { statusCode: 404, body: { error: { code: 'ResourceNotFound' } } };
    await expect(client().events.reward('unknown', { value: 1 })).rejects.toMatchObject(notFound);
    await expect(client().events.activate('unknown')).rejects.toMatchObject(notFound);
  });
});

describe('apprentice mode', () => {
  test("shows the application's first action, and learns from it", async () => {
    await server.close();
    await serve({ mode: 'apprentice' });
    const actions = ['item-5', 'item-1', 'item-2'].map((id) => ({ id, features: [] }));
    const { ranking, rewardActionId } = await client().rank({ actions, excludedActions: ['item-5'] });
    expect(rewardActionId).toBe('item-1');
    expect(ranking).toEqual([
      { id: 'item-5', probability: 0 },
      { id: 'item-1', probability: 1 },
      { id: 'item-2', probability: 0 },
    ]);
    expect(await decisions()).toMatchObject([{ items: ['item-1'], propensity: [1], observed: 'apprentice' }]);
  });
});

test('the multi-slot API and the management API are absent, and say so', async () => {
  for (const path of ['/personalizer/v1.1-preview.1/multislot/rank', '/personalizer/v1.0/configurations/service']) {
    const answer = await fetch(`${server.url}${path}`, {
      method: 'POST',
      headers: { 'Ocp-Apim-Subscription-Key': KEY },
    });
    expect(answer.status).toBe(404);
    expect(await answer.json()).toMatchObject({ error: { code: 'ResourceNotFound' } });
  }
});
