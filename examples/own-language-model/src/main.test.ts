import type { Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { languageModelChecks } from '@ialp/llm-user/testing';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { createCustomModel } from './custom-model.js';
import { startCustomServer } from './custom-server.js';
import { MENU, run } from './main.js';

let server: Server;
const url = () => `http://127.0.0.1:${(server.address() as AddressInfo).port}`;

beforeAll(async () => {
  server = await startCustomServer();
});
afterAll(() => server.close());

describe('a language model of one’s own keeps the rules', () => {
  const request = {
    promptVersion: 'v1',
    system: 'Play.',
    prompt: 'Which of these',
    schema: { type: 'object' },
    seed: 1,
  };
  const checks = languageModelChecks(() => createCustomModel(url()), {
    request,
    // Nobody listens on port 9.
    makeUnreachable: () => createCustomModel('http://127.0.0.1:9'),
  });
  for (const check of checks) test(check.name, check.run);
});

test('its answers become preferences', async () => {
  const { preferences, failed } = await run(url());
  expect(failed).toBe(0);
  expect(preferences.length).toBe(40);
  const wordsOf = (items: readonly number[]): Set<string> =>
    new Set(items.flatMap((item) => MENU.items[item].title.split(' ')));
  for (const { state, candidates, probabilities } of preferences) {
    const taken = wordsOf(state.items);
    for (const [k, item] of candidates.entries()) {
      expect(probabilities[k]).toBe([...wordsOf([item])].some((word) => taken.has(word)) ? 1 : 0);
    }
  }
});
